from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, randint, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.baselines import REA, RandomSearch
from syne_tune.optimizer.schedulers.searchers import RandomSearcher, searcher_factory
from syne_tune.optimizer.schedulers.searchers.regularized_evolution import RegularizedEvolution
from syne_tune.testing.searchers import SearcherContract
from syne_tune.testing.spaces import conditional_space, mixed_space

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "c": choice(["a", "b", "c"]), "epochs": 3})


def make(space=SPACE, **kwargs):
    return RegularizedEvolution(space, "loss", **{"random_seed": 1, "population_size": 10, "sample_size": 3, **kwargs})


def loss(config):
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2 + (config["c"] != "b")


def search(searcher, num, objective=loss, first=0):
    configs = []
    for number in range(first, first + num):
        configs.append(searcher.get_config(trial_id=str(number)))
        searcher.register_pending(str(number), configs[-1])
        searcher.on_trial_result(str(number), configs[-1], {"loss": objective(configs[-1])}, update=True)
        searcher.cleanup_pending(str(number))
    return configs


class TestContract(SearcherContract):
    seeds = (0, 1, 2)
    repeats_configurations = True
    covers_finite_spaces = False

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return make(config_space, points_to_evaluate=points_to_evaluate, random_seed=random_seed)


def test_pseudo_code():
    """Algorithm 1 of the paper, replayed: which members live, and that children differ from a parent in one value."""
    searcher = make()
    configs, scores = search(searcher, 10), []
    scores = [loss(config) for config in configs]
    for number in range(10, 40):
        alive = list(range(number - 10, number))
        (config,) = search(searcher, 1, first=number)
        _, facts = searcher.explain(config)
        parent = int(facts["parent"])
        assert parent in alive
        assert facts["parent_value"] == scores[parent]
        assert [name for name in ("x", "y", "c") if config[name] != configs[parent][name]] == [facts["changed"]]
        configs.append(config)
        scores.append(loss(config))
        assert searcher.dataset_size() == 10


def test_parent_is_the_best_of_the_sample():
    """With samples of the size of the population, drawn with replacement, the best member wins 1 - (1 - 1/10)^10."""
    searcher = make(sample_size=10)
    configs = search(searcher, 10)
    best = str(np.argmin([loss(config) for config in configs]))
    parents = []
    for _ in range(400):
        searcher.get_config()
        parents.append(searcher.explain({})[1]["parent"])
    assert parents.count(best) / 400 == pytest.approx(1 - 0.9**10, abs=0.06)


@pytest.mark.parametrize("mode", ["min", "max"])
def test_finds_the_minimum(mode):
    """7.7, check 1."""
    sign = 1 if mode == "min" else -1
    configs = search(make(mode=mode, population_size=20, sample_size=5), 200, lambda config: sign * loss(config))
    random_search = RandomSearcher(SPACE, "loss", random_seed=1)
    drawn = [random_search.get_config() for _ in range(200)]
    assert min(map(loss, configs)) < 0.5 * min(map(loss, drawn)) or min(map(loss, configs)) < 1e-3
    assert np.median([loss(config) for config in configs[-50:]]) < 0.3


def test_begins_like_random_search():
    reference = RandomSearch(SPACE, "loss", random_seed=5)
    method = REA(SPACE, "loss", random_seed=5)
    assert [method.suggest(n).config for n in range(4)] == [reference.suggest(n).config for n in range(4)]


def test_without_a_seed_runs_differ():
    """7.4: searchers made by hand shared one constant seed."""
    first, second = (RegularizedEvolution(SPACE, "loss", points_to_evaluate=[]) for _ in range(2))
    assert first.get_config() != second.get_config()


@pytest.mark.parametrize("make_space", [conditional_space, mixed_space])
def test_conditions_and_constraints(make_space):
    """Children have all active parameters, no inactive ones, and break no constraint."""
    space = make_space()
    configs = search(make(space), 150, lambda config: config["lr"])
    for config in configs:
        space.check(config)
        assert set(config) == set(space.active(config))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_failed_and_non_finite_evaluations_are_no_members(value):
    """W14."""
    searcher = make(Space({"c": choice(["a", "b", "c"])}))
    search(searcher, 12, lambda config: value if config["c"] == "a" else 1.0)
    assert searcher.dataset_size() > 5
    assert all(searcher.get_config()["c"] != "a" for _ in range(50))


def test_everything_failed():
    searcher = make(Space({"c": choice(["a", "b"])}))
    for number in range(2000):
        config = searcher.get_config(trial_id=str(number))
        if config is None:
            break
        searcher.evaluation_failed(str(number))
    assert config is None


def test_space_of_a_single_configuration():
    """It was an assertion; there is just nothing to mutate."""
    assert search(make(Space({"n": randint(3, 3), "m": 1})), 15, lambda config: 1.0) == [{"n": 3}] * 15


def test_forgotten_values():
    searcher = make()
    search(searcher, 5)
    searcher.remove_case("2", epoch=1)
    assert searcher.dataset_size() == 4
    searcher.evaluation_failed("3")
    assert searcher.dataset_size() == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"population_size": 0}, "population_size = 0: must be an integer of at least 1"),
        ({"sample_size": 1.5}, r"sample_size = 1\.5: must be an integer"),
        ({"sample_size": 11}, "sample_size = 11: must not exceed population_size = 10"),
        ({"mode": "mx"}, "mode = 'mx'"),
    ],
)
def test_options(options, message):
    with pytest.raises(OptionError, match=message):
        make(**options)
    with pytest.raises(OptionError, match="takes one metric"):
        RegularizedEvolution(SPACE, ["loss", "cost"])


def test_report_without_a_number():
    with pytest.raises(SchedulerError, match="Trial 7 reported loss"):
        make().on_trial_result("7", SPACE.default(), {"los": 1.0}, update=True)


def test_by_name():
    searcher = searcher_factory(
        "regularized_evolution", config_space=SPACE, metric="loss", population_size=7, sample_size=2
    )
    assert searcher.population_size == 7
    assert REA(SPACE, "loss", population_size=30, search_options={"sample_size": 4}).searcher.sample_size == 4
