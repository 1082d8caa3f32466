from __future__ import annotations

from typing import Any

import pytest

from syne_tune.config_space import Categorical, OrdinalNearestNeighbor, choice, ordinal, uniform
from syne_tune.errors import OptionError
from syne_tune.experiments.baselines import (
    FCNET_KEYS,
    MethodArguments,
    convert_categorical_to_ordinal,
    convert_categorical_to_ordinal_numeric,
    default_arguments,
)

FCNET = {name: choice([1, 2, 4]) for name in FCNET_KEYS} | {"hp_lr_schedule": choice(["cosine", "const"])}


def arguments(**values: Any) -> MethodArguments:
    given = {"config_space": {"x": uniform(0, 1)}, "metric": "loss", "mode": "min", "random_seed": 1}
    return MethodArguments(**{**given, "resource_attr": "epoch", **values})


def test_defaults_are_those_of_the_documents() -> None:
    given = arguments()
    assert (given.max_resource_attr, given.scheduler_kwargs, given.fcnet_ordinal) == (None, None, None)
    assert (given.use_surrogates, given.num_gpus_per_trial) == (False, 1)


def test_later_arguments_win() -> None:
    given = arguments(scheduler_kwargs={"points_to_evaluate": [], "mode": "max"})
    found = default_arguments(given, {"metric": "other"})
    assert found["points_to_evaluate"] == []
    assert (found["mode"], found["metric"], found["random_seed"]) == ("min", "other", 1)


def test_every_choice_becomes_ordinal() -> None:
    space = {"a": choice(["x", "y"]), "b": ordinal([1, 2, 3]), "c": uniform(0, 1), "d": 5}
    converted = convert_categorical_to_ordinal(space)
    assert converted == {**space, "a": ordinal(["x", "y"], kind="equal")}
    assert type(space["a"]) is Categorical


def test_numeric_choices_of_fcnet_become_ordinal() -> None:
    converted = convert_categorical_to_ordinal_numeric(FCNET, "nn-log")
    assert isinstance(converted["hp_batch_size"], OrdinalNearestNeighbor)
    assert converted["hp_lr_schedule"] == FCNET["hp_lr_schedule"]


@pytest.mark.parametrize("kind", [None, "none"])
def test_nothing_is_converted_if_not_wanted(kind: str | None) -> None:
    assert convert_categorical_to_ordinal_numeric(FCNET, kind) == FCNET


def test_other_spaces_are_converted_on_request_only() -> None:
    space = {"a": choice([1, 2, 4])}
    assert convert_categorical_to_ordinal_numeric(space, "nn") == space
    converted = convert_categorical_to_ordinal_numeric(space, "nn", lambda given: True)
    assert converted == {"a": ordinal([1, 2, 4], kind="nn")}


def test_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(OptionError, match="did you mean 'nn-log'"):
        convert_categorical_to_ordinal_numeric(FCNET, "nnlog")
