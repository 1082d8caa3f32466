from __future__ import annotations

import math

import numpy as np
import pytest

from syne_tune.errors import SchedulerError
from syne_tune.optimizer.schedulers.metrics import not_finite, positive_integer, required_resource, sign_of
from syne_tune.trial import FailureCause


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (3.0, 3),
        (np.int64(4), 4),
        (np.float32(5), 5),
        (0, None),
        (-1, None),
        (2.5, None),
        (math.nan, None),
        (math.inf, None),
        ("3", None),
        (True, None),
        (None, None),
    ],
)
def test_positive_integers(value, expected):
    assert positive_integer(value) == expected


@pytest.mark.parametrize("value", [0, 2.5, "3", None, math.nan])
def test_resource_that_cannot_be_used(trial_of, value):
    """Row 7.3: a resource of 0, or one that is no integer, was an assertion error."""
    with pytest.raises(SchedulerError, match="Trial 5 reported epoch = "):
        required_resource(trial_of(5), {"epoch": value}, "epoch")


def test_resource_that_is_missing(trial_of):
    with pytest.raises(SchedulerError, match=r"Trial 5 did not report 'epoch'.*did you mean 'epochs'"):
        required_resource(trial_of(5), {"epochs": 3, "st_worker_iter": 0}, "epoch")


def test_numpy_numbers_are_numbers(trial_of):
    assert not_finite(trial_of(0), {"a": np.float32(1), "b": np.int64(2)}, ["a", "b"]) is None
    problem = not_finite(trial_of(0), {"a": 1.0, "b": np.float64("nan")}, ["a", "b"])
    assert problem.cause is FailureCause.NON_FINITE
    assert "b = nan" in problem.message


def test_signs():
    assert (sign_of("min"), sign_of("max")) == (1.0, -1.0)
