"""Configurations as vectors and back."""

from __future__ import annotations

import pickle
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.config_space import (
    Domain,
    Space,
    active_if,
    at_least,
    choice,
    finrange,
    logordinal,
    lograndint,
    loguniform,
    normal,
    ordinal,
    qloguniform,
    quniform,
    randint,
    reverseloguniform,
    uniform,
)
from syne_tune.errors import ConfigSpaceError
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges, make_hyperparameter_ranges
from tests.config_space.strategies import DOMAINS, SPACES

SEEDS = st.integers(0, 2**31 - 1)


def code_of(domain: Domain, value: Any) -> list[float]:
    return make_hyperparameter_ranges({"x": domain}).to_ndarray({"x": value}).tolist()


def same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Equal, floats up to rounding."""
    return left.keys() == right.keys() and all(
        pytest.approx(right[name], rel=1e-6, abs=1e-6) == value if isinstance(value, float) else right[name] == value
        for name, value in left.items()
    )


@pytest.mark.parametrize(
    ("domain", "value", "code"),
    [
        (randint(1, 10001), 5001, 0.5),
        (loguniform(1, 1e4), 10, 0.25),
        (reverseloguniform(0.9, 0.99999), 0.99, 0.25),
        (finrange(0.1, 1, 10), 0.1, 0.05),
        (ordinal([1, 2, 4, 7], "nn"), 2, 0.25),
        (logordinal([0.01, 0.05, 0.1, 0.5]), 0.05, 0.43355607),
        (choice(["a", "b"]), "a", 0.25),
        (choice(["a", "b"]), "b", 0.75),
        (ordinal(["s", "m", "l"]), "m", 0.5),
        (randint(1, 4), 1, 0.125),
        (uniform(2, 2), 2, 0.0),
        (normal(0, 2, 0.1, 1), 0.5, 0.25),
        (quniform(0, 1, 0.5), 0, 1 / 6),
    ],
)
def test_codes_of_one_coordinate(domain: Domain, value: Any, code: float) -> None:
    assert code_of(domain, value) == [pytest.approx(code, abs=1e-8)]


@pytest.mark.parametrize(
    ("domain", "value", "code"),
    [
        (choice(["a", "b", "c"]), "b", [0, 1, 0]),
        (choice(["a", "b", "c"]).grid(), "c", [0, 0, 1]),
        (choice(["a"]), "a", [1]),
    ],
)
def test_codes_of_choices(domain: Domain, value: Any, code: list[float]) -> None:
    assert code_of(domain, value) == code


def test_quantisation_is_part_of_the_encoding() -> None:
    """W11: ``q`` was ignored by encodings, ``qloguniform`` treated as linear."""
    ranges = make_hyperparameter_ranges({"x": qloguniform(1, 100, 1)})
    for position in np.linspace(0, 1, 50):
        assert ranges.from_ndarray(np.array([position]))["x"] in range(1, 101)
    assert ranges.to_ndarray({"x": 10}) == pytest.approx(np.log(10 / 0.5) / np.log(100.5 / 0.5))


@given(DOMAINS, SEEDS)
def test_decoding_inverts_encoding_for_every_domain(domain: Domain, seed: int) -> None:
    """Acceptance check 4 of section 7.7: encoding and decoding agree for every domain."""
    ranges = make_hyperparameter_ranges({"x": domain})
    config = ranges.random_config(np.random.RandomState(seed))
    vector = ranges.to_ndarray(config)
    assert vector.shape == (ranges.ndarray_size,)
    assert np.all((vector >= 0) & (vector <= 1))
    assert same(ranges.from_ndarray(vector), config)


@settings(max_examples=40)
@given(SPACES, SEEDS)
def test_decoding_inverts_encoding_for_every_space(space: Space, seed: int) -> None:
    ranges = make_hyperparameter_ranges(space)
    configs = ranges.random_configs(np.random.RandomState(seed), 4)
    matrix = ranges.to_ndarray_matrix(configs)
    assert matrix.shape == (4, ranges.ndarray_size)
    assert all(same(*pair) for pair in zip(ranges.from_ndarray_matrix(matrix), configs, strict=True))
    assert [ranges.to_ndarray(config).tolist() for config in configs] == matrix.tolist()
    assert [ranges.tuple_to_config(ranges.config_to_tuple(config)) for config in configs] == configs


@settings(max_examples=40)
@given(SPACES, st.data())
def test_any_point_of_the_cube_is_a_valid_configuration(space: Space, data: st.DataObject) -> None:
    ranges = make_hyperparameter_ranges(space)
    size = ranges.ndarray_size
    vector = np.array(data.draw(st.lists(st.floats(0, 1), min_size=size, max_size=size)))
    config = ranges.from_ndarray(vector)
    space.check(config)
    assert same(ranges.from_ndarray(ranges.to_ndarray(config)), config)


def test_values_are_cast_before_they_are_encoded() -> None:
    ranges = make_hyperparameter_ranges({"n": randint(1, 5), "x": uniform(0, 1), "q": quniform(0, 1, 0.25)})
    config = {"n": "3", "x": "0.25", "q": 0.26}
    assert ranges.from_ndarray(ranges.to_ndarray(config)) == ranges.space.cast(config)


def test_single_and_many_encodings_of_no_configurations() -> None:
    ranges = make_hyperparameter_ranges({"c": choice(["a", "b", "c"]), "x": uniform(0, 1)})
    assert ranges.to_ndarray_matrix([]).shape == (0, 4)
    assert ranges.from_ndarray_matrix(np.zeros((0, 4))) == []
    empty = make_hyperparameter_ranges({"epochs": 3})
    assert (len(empty), empty.ndarray_size, empty.from_ndarray(np.zeros(0))) == (0, 0, {})
    assert empty.to_ndarray({}).shape == (0,)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"n": 3}, "x is missing"),
        ({"n": 6, "x": 0.5}, "n = 6: must be a value of randint(1, 5)"),
        ({"n": 3, "x": 1.5}, "x = 1.5: must be a value of uniform(0, 1)"),
        ({"n": 3, "x": float("nan")}, "x = nan: must be a value"),
        ({"n": 3, "x": "much"}, "x: "),
        ({"n": 3, "x": 0.5, "c": "d"}, "c: 'd' is not one of"),
    ],
)
def test_configurations_outside_of_the_space_are_refused(config: dict[str, Any], message: str) -> None:
    ranges = make_hyperparameter_ranges({"n": randint(1, 5), "x": uniform(0, 1), "c": choice(["a", "b"])})
    with pytest.raises(ConfigSpaceError) as raised:
        ranges.to_ndarray_matrix([{"n": 1, "x": 0.1, "c": "a"}, {"c": "a", **config}])
    assert message in str(raised.value)


def test_vectors_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(ConfigSpaceError, match="each must have 1 entries"):
        make_hyperparameter_ranges({"x": uniform(0, 1)}).from_ndarray(np.zeros(2))


class TestLayout:
    SPACE: ClassVar[dict[str, Any]] = {
        "lr": loguniform(1e-4, 1e-2),
        "epochs": randint(1, 9),
        "act": choice(["relu", "tanh", "elu"]),
        "batch": randint(1, 4),
        "constant": 3,
    }

    def test_names_are_sorted(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE)
        assert ranges.internal_keys == ["act", "batch", "epochs", "lr"]
        assert ranges.encoded_ranges == {"act": (0, 3), "batch": (3, 4), "epochs": (4, 5), "lr": (5, 6)}
        assert (len(ranges), ranges.ndarray_size) == (4, 6)
        assert ranges.get_ndarray_bounds() == [(0.0, 1.0)] * 6

    def test_prefix_and_last_position(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE, name_last_pos="epochs", prefix_keys=["lr", "batch"])
        assert ranges.internal_keys == ["lr", "batch", "act", "epochs"]
        assert not ranges.is_attribute_fixed()

    def test_unknown_names_are_refused(self) -> None:
        with pytest.raises(ConfigSpaceError, match="'epoch' is no parameter to search over; did you mean 'epochs'"):
            make_hyperparameter_ranges(self.SPACE, name_last_pos="epoch")
        with pytest.raises(ConfigSpaceError, match="'constant' is no parameter"):
            make_hyperparameter_ranges(self.SPACE, prefix_keys=["constant"])

    def test_the_last_position_can_be_fixed(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE, name_last_pos="epochs", value_for_last_pos=5)
        assert ranges.is_attribute_fixed()
        assert ranges.get_ndarray_bounds() == [(0.0, 1.0)] * 5 + [(0.5, 0.5)]
        state = np.random.RandomState(0)
        configs = [ranges.random_config(state), *ranges.random_configs(state, 3)]
        assert [config["epochs"] for config in configs] == [5] * 4
        assert ranges.filter_for_last_pos_value([*configs, {**configs[0], "epochs": 4}]) == configs

    def test_without_a_fixed_value_nothing_is_filtered(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE, name_last_pos="epochs")
        assert ranges.filter_for_last_pos_value([{"epochs": 4}, {"epochs": 5}]) == [{"epochs": 4}, {"epochs": 5}]

    def test_fixed_values_outside_of_the_range_are_refused(self) -> None:
        with pytest.raises(ConfigSpaceError, match="epochs = 12"):
            make_hyperparameter_ranges(self.SPACE, name_last_pos="epochs", value_for_last_pos=12)

    def test_tuples_and_match_strings(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE, name_last_pos="batch")
        config = {"lr": 1e-3, "epochs": 2, "act": "elu", "batch": 4, "constant": 3}
        assert ranges.config_to_tuple(config) == ("elu", 2, 1e-3, 4)
        assert ranges.config_to_tuple(config, skip_last=True) == ("elu", 2, 1e-3)
        assert ranges.config_to_tuple(config, keys=["lr", "act"]) == (1e-3, "elu")
        assert ranges.tuple_to_config(("elu", 2), skip_last=False, keys=["act", "epochs"]) == {
            "act": "elu",
            "epochs": 2,
        }
        assert ranges.config_to_match_string(config) == "act:2,epochs:2,lr:1.000000e-03,batch:4"
        assert ranges.config_to_match_string(config, skip_last=True) == "act:2,epochs:2,lr:1.000000e-03"
        assert ranges.config_to_match_string(config, keys=["batch"]) == "batch:4"

    def test_random_configurations_are_those_of_the_space(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE)
        expected = Space.of(self.SPACE).sample_many(np.random.RandomState(7), 5)
        assert ranges.random_configs(np.random.RandomState(7), 5) == expected
        state = np.random.RandomState(7)
        assert [ranges.random_config(state) for _ in range(5)] == expected

    def test_ranges_can_be_pickled(self) -> None:
        ranges = pickle.loads(pickle.dumps(make_hyperparameter_ranges(self.SPACE, name_last_pos="epochs")))
        assert isinstance(ranges, HyperparameterRanges)
        assert ranges.to_ndarray({"lr": 1e-3, "epochs": 5, "act": "elu", "batch": 4}).shape == (6,)


class TestConditionalSpaces:
    SPACE: ClassVar[dict[str, Any]] = {
        "opt": choice(["sgd", "adam", "rms"]),
        "mom": active_if(uniform(0, 1), opt="sgd"),
        "nest": active_if(choice(["a", "b", "c"]), mom=at_least(0.5)),
        "lr": loguniform(1e-4, 1e-2),
    }
    CONFIGS = (
        {"opt": "adam", "lr": 1e-3},
        {"opt": "sgd", "mom": 0.25, "lr": 1e-3},
        {"opt": "sgd", "mom": 0.75, "nest": "c", "lr": 1e-3},
    )

    def test_coordinates_of_inactive_parameters_are_one_half(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE)
        assert ranges.internal_keys == ["lr", "mom", "nest", "opt"]
        assert ranges.to_ndarray_matrix(self.CONFIGS) == pytest.approx(
            np.array(
                [
                    [0.5, 0.5, 0.5, 0.5, 0.5, 0, 1, 0],
                    [0.5, 0.25, 0.5, 0.5, 0.5, 1, 0, 0],
                    [0.5, 0.75, 0, 0, 1, 1, 0, 0],
                ]
            )
        )

    def test_the_mask_tells_which_coordinates_are_active(self) -> None:
        mask = make_hyperparameter_ranges(self.SPACE).active_mask(self.CONFIGS)
        assert mask.astype(int).tolist() == [
            [1, 0, 0, 0, 0, 1, 1, 1],
            [1, 1, 0, 0, 0, 1, 1, 1],
            [1, 1, 1, 1, 1, 1, 1, 1],
        ]

    def test_without_conditions_all_coordinates_are_active(self) -> None:
        mask = make_hyperparameter_ranges({"x": uniform(0, 1), "k": 1}).active_mask([{"x": 0.5}, {"x": 1}])
        assert mask.tolist() == [[True], [True]]

    def test_inactive_parameters_are_dropped_and_ignored(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE)
        decoded = ranges.from_ndarray_matrix(ranges.to_ndarray_matrix(self.CONFIGS))
        assert all(same(*pair) for pair in zip(decoded, self.CONFIGS, strict=True))
        superfluous = {**self.CONFIGS[0], "mom": 0.9}
        assert ranges.to_ndarray(superfluous).tolist() == ranges.to_ndarray(self.CONFIGS[0]).tolist()
        assert ranges.config_to_match_string(superfluous) == ranges.config_to_match_string(self.CONFIGS[0])

    def test_tuples_hold_none_for_inactive_parameters(self) -> None:
        ranges = make_hyperparameter_ranges(self.SPACE)
        assert ranges.config_to_tuple(self.CONFIGS[0]) == (1e-3, None, None, "adam")
        assert ranges.tuple_to_config((1e-3, None, None, "adam")) == self.CONFIGS[0]

    def test_constraints_hold_for_random_configurations(self) -> None:
        ranges = make_hyperparameter_ranges(Space(self.SPACE, ["mom < 0.3 or lr < 1e-3"]))
        configs = ranges.random_configs(np.random.RandomState(0), 200)
        assert all(config.get("mom", 0) < 0.3 or config["lr"] < 1e-3 for config in configs)


class TestActiveRanges:
    @pytest.mark.parametrize(
        ("domain", "active", "bounds"),
        [
            (uniform(0, 10), uniform(2, 5), [(0.2, 0.5)]),
            (loguniform(1, 1e4), loguniform(10, 100), [(0.25, 0.5)]),
            (randint(1, 10), randint(3, 5), [(0.2, 0.5)]),
            (quniform(0, 9, 1), quniform(2, 4, 1), [(0.2, 0.5)]),
            (choice(["a", "b", "c"]), choice(["c", "a"]), [(0, 1), (0, 0), (0, 1)]),
            (choice(["a", "b", "c"]), choice(["b"]), [(0, 0), (1, 1), (0, 0)]),
            (choice(["a", "b"]), choice(["b"]), [(0.5, 1)]),
            (ordinal(["a", "b", "c", "d"]), ordinal(["b", "c"]), [(0.25, 0.75)]),
            (ordinal([1, 2, 4, 7]), ordinal([2, 4]), [(1.5 / 8, 5.5 / 8)]),
            (finrange(0, 1, 3), finrange(0, 1, 3), [(0, 1)]),
        ],
    )
    def test_bounds_are_narrower_and_codes_the_same(self, domain: Domain, active: Domain, bounds: Any) -> None:
        space = {"x": domain, "y": uniform(0, 1)}
        ranges = make_hyperparameter_ranges(space, active_config_space={"x": active, "constant": 3})
        found = ranges.get_ndarray_bounds()
        assert np.array(found) == pytest.approx(np.array([*bounds, (0.0, 1.0)], dtype=float))
        wide = make_hyperparameter_ranges(space)
        for config in ranges.random_configs(np.random.RandomState(0), 20):
            assert active.is_valid(config["x"])
            vector = ranges.to_ndarray(config)
            assert vector.tolist() == wide.to_ndarray(config).tolist()
            assert all(low <= u <= high for u, (low, high) in zip(vector, found, strict=True))

    @pytest.mark.parametrize(
        ("domain", "active"),
        [
            (uniform(0, 1), uniform(0.5, 1.5)),
            (uniform(1, 2), loguniform(1, 2)),
            (uniform(1, 2), randint(1, 2)),
            (uniform(1, 2), choice([1.0, 2.0])),
            (choice(["a", "b", "c"]), choice(["d"])),
            (choice(["a", "b", "c"]), ordinal(["a", "b"])),
            (ordinal(["a", "b", "c"]), ordinal(["a", "c"])),
            (ordinal(["a", "b", "c"]), ordinal(["b", "a"])),
            (finrange(0, 1, 3), finrange(0, 0.5, 2)),
        ],
    )
    def test_what_is_no_part_of_the_range_is_refused(self, domain: Domain, active: Domain) -> None:
        with pytest.raises(ConfigSpaceError, match="active_config_space"):
            make_hyperparameter_ranges({"x": domain}, active_config_space={"x": active})

    def test_unknown_names_are_refused(self) -> None:
        with pytest.raises(ConfigSpaceError, match="unknown parameter 'lrr'; did you mean 'lr'"):
            make_hyperparameter_ranges({"lr": uniform(0, 1)}, active_config_space={"lrr": uniform(0, 1)})

    def test_conditions_of_the_full_range_hold(self) -> None:
        space = {"o": choice(["a", "b"]), "x": active_if(lograndint(1, 100), o="a")}
        ranges = make_hyperparameter_ranges(space, active_config_space={"x": lograndint(2, 5)})
        configs = ranges.random_configs(np.random.RandomState(0), 50)
        assert {"x" in config for config in configs if config["o"] == "b"} == {False}
        assert {config["x"] for config in configs if "x" in config} <= {2, 3, 4, 5}
