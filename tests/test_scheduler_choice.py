from __future__ import annotations

import pytest

from syne_tune import StoppingCriterion
from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer import named_schedulers
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.scheduler_choice import choose_scheduler

SPACE = {"x": uniform(0, 1)}


def test_a_scheduler_is_the_choice_and_knows_space_metric_and_mode():
    scheduler = RandomSearch(SPACE, "loss")
    assert choose_scheduler(scheduler, None, None, None, 4, StoppingCriterion(max_wallclock_time=1)) is scheduler
    with pytest.raises(OptionError, match="mode='max' is for a scheduler given by name"):
        choose_scheduler(scheduler, None, None, "max", 4, StoppingCriterion(max_wallclock_time=1))


@pytest.mark.parametrize(
    ("criterion", "number"),
    [
        (StoppingCriterion(max_wallclock_time=1), None),
        (StoppingCriterion(max_num_trials_started=9, max_num_trials_completed=5), 5),
        (lambda status: False, None),
    ],
)
def test_a_scheduler_by_name_is_told_of_workers_and_the_number_of_trials(monkeypatch, criterion, number):
    told = {}

    def make(space, metric, **others):
        told.update(others)
        return RandomSearch(space, metric, mode=others["mode"])

    monkeypatch.setattr(named_schedulers, "_SCHEDULERS", {"mine": make})
    assert isinstance(choose_scheduler("mine", SPACE, "loss", None, 4, criterion), RandomSearch)
    assert told == {"mode": "min", "n_workers": 4, "max_num_trials": number}


@pytest.mark.parametrize("given", [{"config_space": SPACE, "metric": None}, {"config_space": None, "metric": "loss"}])
def test_a_name_needs_space_and_metric(given):
    with pytest.raises(OptionError, match="say what is tuned by config_space and metric"):
        choose_scheduler(
            "auto", **given, mode=None, n_workers=1, stop_criterion=StoppingCriterion(max_wallclock_time=1)
        )
