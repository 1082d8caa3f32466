"""How far a trial has come, and how far it goes."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from syne_tune.config_space import Space, randint, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.schedulers.auto.resource import Resource
from syne_tune.trial import Trial

TRIAL = Trial(0, {}, datetime.datetime(2024, 1, 1))


def resource(space: dict[str, Any] | None = None, name: str | None = None, max_t: int | None = None) -> Resource:
    return Resource(Space.of({"x": uniform(0, 1), **(space or {})}), name, None, max_t)


def test_first_usual_name_counts() -> None:
    found = resource()
    assert found.of(TRIAL, {"loss": 1.0, "step": 100, "epoch": 2}) == 2
    assert found.name == "epoch"
    assert not found.is_known


def test_maximum_of_the_space() -> None:
    found = resource({"epochs": 9})
    found.of(TRIAL, {"epoch": 1})
    assert found.is_known


@pytest.mark.parametrize("result", [{"loss": 1.0}, {"epoch": 0}, {"epoch": "first"}, {"epoch": 1.5}])
def test_without_a_count_there_is_no_resource(result: dict[str, Any]) -> None:
    found = resource({"epochs": 9})
    assert found.of(TRIAL, result) is None
    assert found.is_given_up


def test_hyperparameter_is_no_resource() -> None:
    assert resource({"epoch": randint(1, 9)}).of(TRIAL, {"epoch": 3}) is None


def test_two_equal_ends_tell_the_maximum() -> None:
    found = resource()
    found.of(TRIAL, {"epoch": 1})
    for end, known in ((5, False), (6, False), (6, True)):
        found.complete(end)
        assert found.is_known is known
    assert found.maximum == 6


def test_going_beyond_what_was_inferred_ends_it() -> None:
    found = resource({"epochs": 9})
    found.of(TRIAL, {"step": 1})
    found.complete(1000)
    assert found.is_given_up


def test_ends_that_differ_end_it() -> None:
    found = resource()
    found.of(TRIAL, {"epoch": 1})
    for end in range(3, 13):
        found.complete(end)
    assert found.is_given_up


def test_short_trials_are_not_compared() -> None:
    assert not resource(name="epoch", max_t=2).is_known


def test_what_the_user_names_must_be_reported() -> None:
    with pytest.raises(SchedulerError, match="'layer'"):
        resource(name="layer", max_t=9).of(TRIAL, {"epoch": 1})
    with pytest.raises(OptionError, match="max_t"):
        resource(name="epoch", max_t=0)
