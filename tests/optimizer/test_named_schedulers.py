"""Schedulers by name, for the tuner."""

from __future__ import annotations

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer import named_schedulers
from syne_tune.optimizer.baselines import AutoScheduler, RandomSearch
from syne_tune.optimizer.named_schedulers import register_scheduler, scheduler_by_name

SPACE = {"x": uniform(0, 1)}


def test_auto_is_known() -> None:
    scheduler = scheduler_by_name("auto", SPACE, "loss", "max", n_workers=2, max_num_trials=None)
    assert isinstance(scheduler, AutoScheduler)
    assert scheduler.metric_mode() == "max"


def test_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named_schedulers, "_SCHEDULERS", {})
    register_scheduler("mine", lambda space, metric, **others: RandomSearch(space, metric, mode=others["mode"]))
    assert isinstance(scheduler_by_name("mine", SPACE, "loss", "min", 1, 10), RandomSearch)


def test_unknown_name() -> None:
    with pytest.raises(OptionError, match="did you mean 'auto'"):
        scheduler_by_name("Auto", SPACE, "loss", "min", 1, None)
