from __future__ import annotations

import datetime
import pickle

import numpy as np
import pytest

from syne_tune.clock import ManualClock
from syne_tune.config_space import Space, active_if, choice, loguniform, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.automatic_termination import AutomaticTerminationCriterion
from syne_tune.trial import Status, Trial
from syne_tune.tuning_status import TuningStatus

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 3}


def loss(config: dict[str, float]) -> float:
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.6) ** 2


def run_of(num_trials: int, sign: float = 1.0, unit: float = 1.0, status: str = Status.completed) -> TuningStatus:
    run = TuningStatus(["loss"], ManualClock())
    space, random_state = Space.of(SPACE), np.random.RandomState(0)
    for trial_id in range(num_trials):
        config = space.with_constants(space.sample(random_state))
        trial = Trial(trial_id, config, datetime.datetime(2024, 1, 1))
        value = sign * unit * loss(config)
        run.update({trial_id: (trial, status)}, [(trial_id, {"epoch": 1, "loss": value + sign * unit})])
        run.update({}, [(trial_id, {"epoch": 2, "loss": value})])
    return run


def criterion(**options: object) -> AutomaticTerminationCriterion:
    return AutomaticTerminationCriterion(SPACE, "loss", **{"threshold": 0.01, **options})


def bound(run: TuningStatus, **options: object) -> float:
    one = criterion(**options)
    one(run)
    assert one.regret_bound is not None
    return one.regret_bound


def test_goes_on_while_there_is_much_to_gain_and_ends_when_there_is_not() -> None:
    one = criterion(threshold=0.01)
    assert not one(run_of(11))
    assert one(run_of(60))


def test_bound_is_above_the_regret_and_shrinks() -> None:
    bounds = [bound(run_of(n)) for n in (10, 25, 60)]
    assert bounds[0] > bounds[1] > bounds[2]
    for n, value in zip((10, 25, 60), bounds, strict=True):
        best = min(statistics.min_metrics["loss"] for statistics in run_of(n).trial_metric_statistics.values())
        assert value > best


def test_warm_up_counts_trials_that_are_not_running() -> None:
    one = criterion(threshold=1e6)
    assert not one(run_of(9))
    assert not one(run_of(30, status=Status.in_progress))
    assert one(run_of(10))
    assert criterion(threshold=1e6, warm_up=5)(run_of(5))


def test_maximising_the_negative_is_the_same() -> None:
    assert bound(run_of(20, sign=-1.0), mode="max") == pytest.approx(bound(run_of(20)), rel=1e-6)


def test_threshold_is_in_units_of_the_metric() -> None:
    assert bound(run_of(20, unit=1000.0)) == pytest.approx(1000 * bound(run_of(20)), rel=1e-3)


def test_automatic_termination_row_of_7_3_beta_is_the_same_in_both_bounds() -> None:
    """Section 7.3: the upper bound was sqrt(beta) wide and the lower one beta, so that only beta = 1 was consistent.

    For large beta the widths are all that counts: four times beta is twice the bound.
    """
    wide, narrow = bound(run_of(12), beta=4e6), bound(run_of(12), beta=1e6)
    assert wide / narrow == pytest.approx(2, rel=0.05)


def test_automatic_termination_row_of_7_3_seed_is_used() -> None:
    """Section 7.3: the seed was ignored, and noise from a global generator was added."""
    np.random.seed(0)
    before = np.random.get_state()[1].copy()  # type: ignore[index]
    values = [bound(run_of(15), seed=seed) for seed in (None, 0, 1, 1, 2)]
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]
    assert values[0] == values[1]
    assert values[2] == values[3]


def test_nothing_is_computed_twice_for_the_same_trials() -> None:
    one, run = criterion(), run_of(15)
    one(run)
    one.regret_bound = -1.0
    assert one(run)
    assert not one(run_of(16))


def test_a_resumed_run_decides_alike() -> None:
    one = criterion()
    one(run_of(20))
    again = pickle.loads(pickle.dumps(one))
    fresh = criterion()
    for each in (one, again, fresh):
        each(run_of(25))
    assert one.regret_bound == again.regret_bound == fresh.regret_bound


def test_mixed_conditional_space() -> None:
    space = Space(
        {
            "kind": choice(["a", "b", "c"]),
            "rate": active_if(loguniform(1e-4, 1), kind="a"),
            "x": uniform(0, 1),
        }
    )
    run, random_state = TuningStatus(["acc"], ManualClock()), np.random.RandomState(0)
    for trial_id in range(30):
        config = space.sample(random_state)
        trial = Trial(trial_id, config, datetime.datetime(2024, 1, 1))
        run.update({trial_id: (trial, Status.completed)}, [(trial_id, {"acc": config["x"] - ("rate" in config)})])
    one = AutomaticTerminationCriterion(space, metric="acc", threshold=0.05, mode="max")
    assert isinstance(one(run), bool)
    assert one.regret_bound is not None
    assert one.regret_bound >= 0


def test_metric_that_was_not_reported() -> None:
    assert not AutomaticTerminationCriterion(SPACE, "other", threshold=1.0)(run_of(20))


@pytest.mark.parametrize(
    ("name", "value"),
    [("threshold", 0.0), ("mode", "minimum"), ("beta", -1.0), ("warm_up", 0), ("topq", 0.0)],
)
def test_arguments_are_checked(name: str, value: object) -> None:
    with pytest.raises(OptionError, match=name):
        criterion(**{name: value})
