"""Whole spaces: sampling, conditions, constraints, initial configurations."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.config_space import (
    Space,
    active_if,
    at_least,
    choice,
    finrange,
    lograndint,
    loguniform,
    ordinal,
    randint,
    uniform,
)
from syne_tune.errors import ConfigSpaceError
from tests.config_space.strategies import SPACES

SEEDS = st.integers(0, 2**31 - 1)


def nested() -> Space:
    """``momentum`` for sgd only; ``nesterov`` for large momentum only; the second layer for two layers only."""
    return Space(
        {
            "nesterov": active_if(choice([True, False]), momentum=at_least(0.9)),
            "optimizer": choice(["sgd", "adam"]),
            "momentum": active_if(uniform(0.8, 0.99), optimizer="sgd"),
            "layers": randint(1, 2),
            "units_2": active_if(lograndint(8, 64), layers=2),
            "epochs": 9,
        }
    )


def constrained() -> Space:
    return Space(
        {"batch": lograndint(8, 1024), "length": randint(16, 512), "limit": 4096},
        constraints=["batch * length <= limit"],
    )


class TestAsMapping:
    def test_entries_keep_the_users_order(self) -> None:
        space = nested()
        assert list(space) == ["nesterov", "optimizer", "momentum", "layers", "units_2", "epochs"]
        assert list(space.free) == ["nesterov", "optimizer", "momentum", "layers", "units_2"]
        assert dict(space.constants) == {"epochs": 9}
        assert (space["epochs"], len(space), "lr" in space) == (9, 6, False)

    def test_a_space_is_its_own_space(self) -> None:
        space = nested()
        assert Space.of(space) is space
        assert Space.of(dict(space)) == space == dict(space)

    def test_later_changes_of_the_dictionary_do_not_matter(self) -> None:
        entries: dict[str, Any] = {"x": uniform(0, 1)}
        space = Space.of(entries)
        entries["y"] = 3
        assert list(space) == ["x"]
        with pytest.raises(TypeError):
            space.free["z"] = uniform(0, 1)  # type: ignore[index]

    def test_constraints_count_in_comparisons_and_are_inherited(self) -> None:
        space = constrained()
        assert space != Space.of(dict(space))
        assert space != 3
        assert Space(space) == space
        wider = Space(space, constraints=["batch < 900"])
        assert [c.text for c in wider.constraints] == ["batch * length <= limit", "batch < 900"]
        assert repr(Space({"x": 1, "y": 2}, ["x < y"])) == "Space({'x': 1, 'y': 2}, constraints=['x < y'])"

    @settings(max_examples=40)
    @given(SPACES)
    def test_copies_are_equal(self, space: Space) -> None:
        assert pickle.loads(pickle.dumps(space)) == copy.deepcopy(space) == space

    def test_only_constants(self) -> None:
        space = Space({"epochs": 9})
        assert space.sample(np.random.RandomState(0)) == space.default() == {}
        assert space.sample_many(np.random.RandomState(0), 2) == [{}, {}]
        assert (space.size(), list(space.configurations()), space.match_string({})) == (1, [{}], "")


class TestSampling:
    @settings(max_examples=40)
    @given(SPACES, SEEDS)
    def test_samples_are_complete_and_valid(self, space: Space, seed: int) -> None:
        config = space.sample(np.random.RandomState(seed))
        space.check(config)
        assert list(config) == space.active(config)
        assert space.cast(config) == config

    @settings(max_examples=40)
    @given(SPACES, SEEDS)
    def test_many_samples_are_single_samples(self, space: Space, seed: int) -> None:
        together, one_by_one = np.random.RandomState(seed), np.random.RandomState(seed)
        assert space.sample_many(together, 3) == [space.sample(one_by_one) for _ in range(3)]
        assert together.random_sample() == one_by_one.random_sample()

    def test_many_constrained_samples_are_single_samples(self) -> None:
        together, one_by_one = np.random.RandomState(1), np.random.RandomState(1)
        configs = constrained().sample_many(together, 50)
        assert configs == [constrained().sample(one_by_one) for _ in range(50)]
        assert together.random_sample() == one_by_one.random_sample()
        assert all(config["batch"] * config["length"] <= 4096 for config in configs)

    def test_activity_does_not_shift_the_stream(self) -> None:
        plain = Space({"a": uniform(0, 1), "b": uniform(0, 1), "o": choice([1, 2])})
        conditional = Space({"a": active_if(uniform(0, 1), o=1), "b": uniform(0, 1), "o": choice([1, 2])})
        left, right = np.random.RandomState(0), np.random.RandomState(0)
        for _ in range(20):
            assert conditional.sample(left)["b"] == plain.sample(right)["b"]

    def test_constraints_that_nothing_satisfies_are_refused_at_construction(self) -> None:
        with pytest.raises(ConfigSpaceError, match=r"none of .* satisfies all of \['x > 2'\]; relax"):
            Space({"x": uniform(0, 1)}, constraints=["x > 2"])

    def test_sampling_gives_up_after_many_attempts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("syne_tune.config_space.space.MAX_REJECTIONS", 10)
        space = Space({"x": uniform(0, 1)}, constraints=["x < 0.02"])
        with pytest.raises(ConfigSpaceError, match="none of 10 random"):
            space.sample(np.random.RandomState(0))
        with pytest.raises(ConfigSpaceError, match="relax the constraints"):
            space.sample_many(np.random.RandomState(0), 7)


class TestConditions:
    """7.6: there were no conditional parameters."""

    @pytest.mark.parametrize(
        ("config", "active"),
        [
            ({"optimizer": "sgd", "momentum": 0.95, "layers": 1}, "nesterov optimizer momentum layers"),
            ({"optimizer": "sgd", "momentum": "0.85", "layers": "2"}, "optimizer momentum layers units_2"),
            ({"optimizer": "adam", "momentum": 0.95, "layers": 2}, "optimizer layers units_2"),
            ({}, "optimizer layers"),
        ],
    )
    def test_active_parameters(self, config: dict[str, Any], active: str) -> None:
        assert nested().active(config) == active.split()

    def test_constants_can_be_parents(self) -> None:
        entries = {"momentum": active_if(uniform(0, 1), optimizer="sgd")}
        assert Space({**entries, "optimizer": "sgd"}).active({}) == ["momentum"]
        space = Space({**entries, "optimizer": "adam"})
        assert space.active({}) == []
        assert space.active({"optimizer": "sgd"}) == ["momentum"]
        assert space.sample(np.random.RandomState(0)) == {}

    def test_inactive_parameters_are_dropped(self) -> None:
        config = {"optimizer": "adam", "momentum": 0.9, "layers": 1, "epochs": 3}
        assert nested().with_constants(config) == {"optimizer": "adam", "layers": 1, "epochs": 3}

    def test_inactive_parameters_do_not_distinguish_configurations(self) -> None:
        left = {"optimizer": "adam", "layers": 1}
        assert nested().match_string(left) == nested().match_string({**left, "momentum": 0.9}) == "layers:1,optimizer:1"


class TestCasting:
    def test_values_are_cast_and_unknown_keys_dropped(self) -> None:
        space = Space({"n": randint(1, 9), "x": uniform(0, 1), "epochs": 9})
        config = {"x": "0.5", "n": 3.0, "other": 1}
        assert space.cast(config) == {"n": 3, "x": 0.5}
        assert space.with_constants(config) == {"n": 3, "x": 0.5, "epochs": 9}
        assert list(space.with_constants(config)) == ["n", "x", "epochs"]
        assert space.with_constants({**config, "epochs": 3})["epochs"] == 3

    def test_values_that_cannot_be_cast_are_named(self) -> None:
        with pytest.raises(ConfigSpaceError, match="n = 'many': 'many' cannot be read as a number"):
            Space({"n": randint(1, 9)}).cast({"n": "many"})


class TestChecking:
    @pytest.mark.parametrize(
        ("config", "message"),
        [
            ({"optimizer": "adam"}, "start: layers is missing; choose a value of randint(1, 2)"),
            ({"optimizer": "adam", "layers": 3}, "start: layers = 3: must be a value of randint(1, 2)"),
            ({"optimizer": "adamm", "layers": 1}, "did you mean 'adam'"),
            ({"optimiser": "adam"}, "start: unknown key 'optimiser'; did you mean 'optimizer'"),
            (
                {"optimizer": "adam", "layers": 1, "momentum": 0.9},
                "start: momentum = 0.9 is given but not active; it needs optimizer='sgd'",
            ),
            ([], "start: [] is not a dictionary"),
        ],
    )
    def test_broken_rules_are_named(self, config: Any, message: str) -> None:
        with pytest.raises(ConfigSpaceError) as raised:
            nested().check(config, what="start")
        assert message in str(raised.value)

    def test_broken_constraints_are_named(self) -> None:
        constrained().check({"batch": 8, "length": 512})
        with pytest.raises(ConfigSpaceError) as raised:
            constrained().check({"batch": 1000, "length": 512})
        assert str(raised.value) == (
            "configuration: the constraint 'batch * length <= limit' does not hold for batch = 1000, length = 512"
        )

    def test_constants_may_be_present(self) -> None:
        nested().check({"optimizer": "adam", "layers": "1", "epochs": 5})


class TestInitialConfigurations:
    def test_the_default_is_the_middle(self) -> None:
        space = Space(
            {
                "lr": loguniform(1e-4, 1e-2),
                "n": randint(1, 9),
                "o": choice(["sgd", "adam"]),
                "e": ordinal(["s", "m", "l"]),
                "g": finrange(0, 1, 5),
                "epochs": 3,
            }
        )
        assert space.default() == {"lr": pytest.approx(1e-3), "n": 5, "o": "sgd", "e": "m", "g": 0.5}

    @settings(max_examples=40)
    @given(SPACES)
    def test_defaults_are_valid(self, space: Space) -> None:
        space.check(space.default())

    @settings(max_examples=40)
    @given(SPACES, SEEDS, st.data())
    def test_partial_points_are_completed(self, space: Space, seed: int, data: st.DataObject) -> None:
        full = space.sample(np.random.RandomState(seed))
        conditions = {c.parent for name in full for c in space.free[name].conditions}
        optional = [name for name in full if name not in conditions]
        dropped = data.draw(st.sets(st.sampled_from(optional)) if optional else st.just(set()))
        point = {name: value for name, value in full.items() if name not in dropped}
        completed = space.complete(point)
        space.check(completed)
        assert point.items() <= completed.items()

    def test_no_points_mean_the_default_and_an_empty_list_none(self) -> None:
        space = nested()
        assert space.complete_points(None) == [space.default()]
        assert space.complete_points([]) == []

    def test_duplicates_are_removed_and_the_order_is_kept(self) -> None:
        space = Space({"n": randint(1, 9), "epochs": 3})
        points = [{"n": 3}, {"n": 1, "epochs": 5}, {"n": "3"}, {}, {"n": 5}]
        assert space.complete_points(points) == [{"n": 3}, {"n": 1}, {"n": 5}]

    @pytest.mark.parametrize(
        ("points", "message"),
        [
            ([{"n": 3}, {"m": 3}], "points_to_evaluate[1] = {'m': 3}: unknown key 'm'"),
            ([{"n": 30}], "points_to_evaluate[0] = {'n': 30}: n = 30: must be a value of randint(1, 9)"),
            ([3], "points_to_evaluate[0] = 3: 3 is not a dictionary"),
            ({"n": 3}, "must be a list of dictionaries"),
            ("n", "must be a list of dictionaries"),
        ],
    )
    def test_bad_points_are_refused(self, points: Any, message: str) -> None:
        """7.3: unknown keys in ``points_to_evaluate`` were ignored silently."""
        with pytest.raises(ConfigSpaceError) as raised:
            Space({"n": randint(1, 9)}).complete_points(points)
        assert message in str(raised.value)

    def test_values_of_inactive_parameters_are_refused(self) -> None:
        with pytest.raises(ConfigSpaceError, match=r"momentum = 0\.9 is given but not active"):
            nested().complete({"optimizer": "adam", "momentum": 0.9})

    def test_missing_values_are_chosen_such_that_constraints_hold(self) -> None:
        space = constrained()
        default = space.default()
        space.check(default)
        assert default == constrained().default()
        assert space.complete({"batch": 200})["batch"] == 200
        assert space.complete({"batch": 8}) == {"batch": 8, "length": 264}

    def test_points_that_cannot_satisfy_a_constraint_are_refused(self) -> None:
        with pytest.raises(ConfigSpaceError, match="the constraint 'batch \\* length <= limit' does not hold"):
            constrained().complete({"batch": 1024})
        with pytest.raises(ConfigSpaceError, match="batch = 1024, length = 512"):
            constrained().complete({"batch": 1024, "length": 512})


class TestConstraints:
    """7.6: there were no constraints between parameters."""

    def test_constraints_on_inactive_parameters_hold(self) -> None:
        space = Space(nested(), constraints=["momentum < 0.95", "layers < 2 or units_2 <= 32"])
        assert space.broken_constraints({"optimizer": "adam", "layers": 1}) == []
        broken = space.broken_constraints({"optimizer": "sgd", "momentum": 0.97, "layers": 2, "units_2": 64})
        assert [constraint.text for constraint in broken] == ["momentum < 0.95", "layers < 2 or units_2 <= 32"]
        for config in space.sample_many(np.random.RandomState(0), 100):
            assert config.get("momentum", 0) < 0.95
            assert config.get("units_2", 0) <= 32

    def test_constraints_may_mention_constants(self) -> None:
        assert constrained().broken_constraints({"batch": 9, "length": 511})
        assert not constrained().broken_constraints({"batch": 9, "length": 511, "limit": 9999})


class TestText:
    def test_match_strings(self) -> None:
        space = Space({"x": uniform(0, 1), "i": randint(1, 5), "f": finrange(0, 1, 5), "c": choice(["a", "b"]), "k": 1})
        config = {"x": 0.1234568, "i": 3, "f": 0.5, "c": "b", "k": 7}
        assert space.match_string(config) == "c:1,f:2,i:3,x:1.234568e-01"
        with pytest.raises(ConfigSpaceError, match="i is missing"):
            space.match_string({"x": 0.5, "f": 0.5, "c": "b"})

    @settings(max_examples=40)
    @given(SPACES)
    def test_spaces_survive_json(self, space: Space) -> None:
        again = Space.from_json(space.to_json())
        assert again == space
        assert list(again) == list(space)

    def test_constraints_survive_json(self) -> None:
        assert Space.from_json(constrained().to_json()) == constrained()

    @pytest.mark.parametrize("text", ["", "[1]", "{", "null"])
    def test_other_text_is_refused(self, text: str) -> None:
        with pytest.raises(ConfigSpaceError, match="JSON"):
            Space.from_json(text)

    def test_constants_without_a_json_form_are_named_when_written(self) -> None:
        with pytest.raises(ConfigSpaceError, match=r"no JSON form: .*complex"):
            Space({"x": 1j}).to_json()
