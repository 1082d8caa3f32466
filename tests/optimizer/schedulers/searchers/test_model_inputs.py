from __future__ import annotations

import pickle

import numpy as np
import pytest

from syne_tune.config_space import Space, active_if, choice, lograndint, loguniform, ordinal, randint, uniform
from syne_tune.errors import ConfigSpaceError
from syne_tune.optimizer.models.inputs import OneHot, Scalar
from syne_tune.optimizer.schedulers.searchers import model_inputs
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs

SPACE = Space(
    {
        "booster": choice(["tree", "linear", "dart"]),
        "depth": active_if(randint(1, 4), booster=["tree", "dart"]),
        "drop": active_if(uniform(0, 1), booster="dart", depth=[3, 4]),
        "rate": loguniform(1e-4, 1),
        "units": ordinal([8, 16, 64], kind="equal"),
        "fast": choice([False, True]),
        "epochs": 10,
    }
)


@pytest.fixture
def inputs() -> ModelInputs:
    return ModelInputs(HyperparameterRanges(SPACE))


def test_layout_follows_the_encoding(inputs: ModelInputs) -> None:
    by_name = dict(zip(sorted(SPACE.free), inputs.layout.blocks, strict=True))
    assert by_name == {
        "booster": OneHot(3),
        "depth": Scalar((0.125, 0.375, 0.625, 0.875), conditional=True),
        "drop": Scalar(conditional=True),
        "fast": Scalar((0.25, 0.75)),
        "rate": Scalar(),
        "units": Scalar(tuple(SPACE["units"].encode_many([8, 16, 64]))),
    }


def test_encoding_masks_what_is_inactive_and_decoding_inverts_it(inputs: ModelInputs) -> None:
    configs = SPACE.sample_many(np.random.RandomState(0), 50)
    x = inputs.encode(configs)
    assert np.array_equal(inputs.layout.activity(x), [[n in c for n in sorted(SPACE.free)] for c in configs])
    decoded = inputs.decode(x)
    assert [set(config) for config in decoded] == [set(config) for config in configs]
    assert inputs.encode(decoded) == pytest.approx(x, nan_ok=True)


def test_activity_of_points_is_that_of_their_configurations(inputs: ModelInputs) -> None:
    full = inputs.domain.sample(200, np.random.RandomState(0))
    masked = inputs.domain.mask(full)
    assert inputs.encode(inputs.decode(masked)) == pytest.approx(masked, nan_ok=True)
    for config in inputs.decode(masked):
        assert sorted(SPACE.active(config)) == sorted(config)


def test_drawn_points_are_codes_of_configurations(inputs: ModelInputs) -> None:
    masked = inputs.domain.mask(inputs.domain.sample(30, np.random.RandomState(1)))
    for config in inputs.decode(masked):
        SPACE.check({**config, "epochs": 10})


def test_constraints_are_kept() -> None:
    space = Space({"a": uniform(0, 1), "b": uniform(0, 1)}, constraints=["a + b <= 0.5"])
    inputs = ModelInputs(HyperparameterRanges(space))
    drawn = inputs.decode(inputs.domain.sample(40, np.random.RandomState(0)))
    assert len(drawn) == 40
    assert all(config["a"] + config["b"] <= 0.5 for config in drawn)


def test_huge_integer_ranges_are_searched_like_continuous_ones() -> None:
    inputs = ModelInputs(HyperparameterRanges({"n": randint(1, 10**9)}))
    assert inputs.layout.blocks == (Scalar(),)
    assert inputs.domain.climbable.tolist() == [True]


def test_constraints_hold_on_arrays_as_on_single_configurations():
    """Also where parameters in them are inactive, and for constraints of constants alone."""
    method = choice(["a", "b", "c"])
    space = Space(
        {
            "size": lograndint(8, 512),
            "length": randint(16, 4096),
            "method": method,
            "share": active_if(uniform(0, 1), method="a"),
            "limit": 65536,
        },
        constraints=["size * length <= limit", "method != 'a' or share < 0.9", "share > 0.1", "limit > 3"],
    )
    inputs = ModelInputs(HyperparameterRanges(space))
    full = inputs.domain.round(np.random.RandomState(0).random_sample((400, inputs.layout.num_columns)))
    expected = [not space.broken_constraints(config) for config in inputs.decode(inputs.domain.mask(full))]
    assert inputs.domain.is_legal(full).tolist() == expected
    assert 0 < sum(expected) < 400


def test_constants_are_part_of_what_a_trial_is_started_with():
    inputs = ModelInputs(HyperparameterRanges(Space({"x": uniform(0, 1), "epochs": 3})))
    assert inputs.decode_with_constants(np.array([[0.5]])) == [{"x": 0.5, "epochs": 3}]


REMEMBERED = Space(
    {
        "lr": loguniform(1e-6, 1),
        "n": lograndint(1, 1000),
        "opt": choice(["sgd", "adam", "adagrad"]),
        "momentum": active_if(uniform(0, 1), opt="sgd"),
        "epochs": 9,
    }
)


def drawn(number, seed=0):
    return [REMEMBERED.sample(np.random.RandomState([seed, place])) for place in range(number)]


@pytest.mark.parametrize("first", [[], [0], [5, 3, 3, 40], range(50)])
def test_codes_do_not_depend_on_what_was_encoded_before(first):
    configs = drawn(50)
    fresh = ModelInputs(HyperparameterRanges(REMEMBERED)).encode(configs)
    inputs = ModelInputs(HyperparameterRanges(REMEMBERED))
    inputs.encode([configs[place] for place in first])
    for config, code in zip(configs, fresh, strict=True):
        assert np.array_equal(inputs.encode([config])[0], code, equal_nan=True)
    assert np.array_equal(inputs.encode(configs[::-1]), fresh[::-1], equal_nan=True)


def test_remembered_codes_cannot_be_changed_from_outside():
    inputs, configs = ModelInputs(HyperparameterRanges(REMEMBERED)), drawn(3)
    before = inputs.encode(configs)
    expected = before.copy()
    before[:] = -1.0
    assert np.array_equal(inputs.encode(configs), expected, equal_nan=True)


def test_not_more_is_remembered_than_the_largest_tables_have(monkeypatch):
    monkeypatch.setattr(model_inputs, "_MOST_KNOWN", 10)
    inputs, configs = ModelInputs(HyperparameterRanges(REMEMBERED)), drawn(25)
    fresh = ModelInputs(HyperparameterRanges(REMEMBERED)).encode(configs)
    for start in (0, 3, 8, 12):
        assert np.array_equal(inputs.encode(configs[start : start + 9]), fresh[start : start + 9], equal_nan=True)
        assert len(inputs._known) <= 10
    assert np.array_equal(inputs.encode(configs), fresh, equal_nan=True)


def test_nothing_remembered_is_pickled():
    inputs = ModelInputs(HyperparameterRanges(REMEMBERED))
    size = len(pickle.dumps(inputs))
    codes = inputs.encode(drawn(100))
    assert len(pickle.dumps(inputs)) == size
    assert np.array_equal(pickle.loads(pickle.dumps(inputs)).encode(drawn(100)), codes, equal_nan=True)


def test_wrong_configurations_are_refused_each_time():
    inputs = ModelInputs(HyperparameterRanges(REMEMBERED))
    wrong = {**drawn(1)[0], "lr": 2.0}
    for _ in range(2):
        with pytest.raises(ConfigSpaceError, match=r"lr = 2\.0"):
            inputs.encode([*drawn(3), wrong])
