from __future__ import annotations

import pytest

from syne_tune.config_space import Space, active_if, choice, lograndint, randint, uniform
from syne_tune.errors import ConfigSpaceError
from syne_tune.optimizer.schedulers.searchers import RandomSearcher
from syne_tune.optimizer.schedulers.searchers.duplicates import ConfigSet


def all_of(searcher, limit=10_000):
    configs = []
    while (config := searcher.get_config(trial_id=str(len(configs)))) is not None:
        configs.append(config)
        assert len(configs) < limit
    return configs


def test_config_set_ignores_constants_and_inactive_parameters():
    space = Space({"a": choice(["x", "y"]), "b": active_if(randint(0, 3), a="x"), "c": 7})
    configs = ConfigSet(space, [{"a": "y", "c": 7}])
    assert {"a": "y", "b": 2} in configs
    assert {"a": "y", "c": 8} in configs
    assert {"a": "x", "b": 2} not in configs
    configs.add({"a": "x", "b": 2})
    assert {"a": "x", "b": 2} in configs
    assert "a:x" not in configs


def test_nothing_is_left_only_once_everything_was_suggested():
    """Row 7.3: 100 random misses counted as exhaustion. In this space, a draw hits most values very rarely."""
    searcher = RandomSearcher({"x": lograndint(1, 3000)}, "loss", random_seed=0)
    assert sorted(config["x"] for config in all_of(searcher)) == list(range(1, 3001))


def test_conditional_space_with_constraint_is_used_up():
    space = Space(
        {"a": choice(["x", "y"]), "b": active_if(randint(0, 3), a="x"), "c": randint(0, 3)},
        constraints=["c <= 2"],
    )
    configs = all_of(RandomSearcher(space, "loss", random_seed=0))
    assert len(configs) == space.size() == 15


def test_infinite_space_whose_values_cannot_be_told_apart_ends():
    assert len(all_of(RandomSearcher({"x": uniform(1, 1 + 1e-9)}, "loss", random_seed=0))) == 1


def test_failed_configurations_are_excluded_even_if_duplicates_are_allowed():
    searcher = RandomSearcher({"x": randint(0, 2)}, "loss", [], allow_duplicates=True, random_seed=0)
    for number in range(30):
        config = searcher.get_config(trial_id=str(number))
        if config["x"] == 1:
            searcher.evaluation_failed(str(number))
            break
        searcher.cleanup_pending(str(number))
    later = [searcher.get_config()["x"] for _ in range(50)]
    assert set(later) == {0, 2}


def test_nothing_is_left_once_everything_failed():
    searcher = RandomSearcher({"x": randint(0, 2)}, "loss", [], allow_duplicates=True, random_seed=0)
    number = 0
    while searcher.get_config(trial_id=str(number)) is not None:
        searcher.evaluation_failed(str(number))
        number += 1
    assert number == 3


def test_configurations_of_others_are_not_repeated():
    """What a scheduler starts on its own account is registered as pending."""
    searcher = RandomSearcher({"x": randint(0, 2)}, "loss", [], random_seed=0)
    searcher.register_pending("0", {"x": 1})
    assert sorted(config["x"] for config in all_of(searcher)) == [0, 2]


def test_restriction():
    allowed = [{"x": 1, "c": 5}, {"x": 4}, {"x": 7}]
    searcher = RandomSearcher(
        {"x": randint(0, 9), "c": 5},
        "loss",
        [{"x": 2}, {"x": 4}],
        restrict_configurations=allowed,
        random_seed=0,
    )
    configs = [config["x"] for config in all_of(searcher)]
    assert configs[0] == 4
    assert sorted(configs) == [1, 4, 7]


def test_restriction_with_duplicates_never_ends():
    searcher = RandomSearcher(
        {"x": randint(0, 9)},
        "loss",
        [],
        allow_duplicates=True,
        restrict_configurations=[{"x": 1}, {"x": 4}],
        random_seed=0,
    )
    assert {searcher.get_config()["x"] for _ in range(40)} == {1, 4}


def test_restriction_outside_of_the_space():
    with pytest.raises(ConfigSpaceError, match="restrict_configurations"):
        RandomSearcher({"x": randint(0, 9)}, "loss", restrict_configurations=[{"x": 11}])


def test_reasons():
    searcher = RandomSearcher({"x": randint(0, 2)}, "loss", [{"x": 2}, {"x": 0}], random_seed=0)
    reasons = [searcher.explain(searcher.get_config())[0] for _ in range(3)]
    assert reasons[:2] == ["initial configuration 1 of 2", "initial configuration 2 of 2"]
    assert reasons[2].startswith("random draw")
