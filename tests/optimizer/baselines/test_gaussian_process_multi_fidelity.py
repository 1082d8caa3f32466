from __future__ import annotations

import math
from typing import Any, ClassVar

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer import baselines
from syne_tune.optimizer.baselines import ASHA, MOBSTER, DyHPO, HyperTune, baselines_dict
from syne_tune.optimizer.schedulers import AskTellScheduler
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher
from syne_tune.testing.schedulers import SchedulerContract

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9}
METHODS = (MOBSTER, HyperTune, DyHPO)
FAST = {"num_init_random": 3, "num_init_candidates": 50, "skip_local_optimization": True, "opt_maxiter": 10}


def make(method, space=SPACE, **kwargs):
    return method(space, "loss", "epoch", **{"max_resource_attr": "epochs", "random_seed": 1, **kwargs})


class Contract(SchedulerContract):
    method = MOBSTER
    seeds = (0,)
    num_events = 40
    arguments: ClassVar[dict[str, Any]] = {}

    def make_scheduler(self, config_space, random_seed):
        return make(self.method, config_space, random_seed=random_seed, search_options=FAST, **self.arguments)


class TestStopping(Contract):
    arguments: ClassVar[dict[str, Any]] = {"type": "stopping"}


class TestPromotionWithAllData(Contract):
    arguments: ClassVar[dict[str, Any]] = {"type": "promotion", "searcher_data": "all"}


class TestPASHAWithLastValues(Contract):
    arguments: ClassVar[dict[str, Any]] = {"type": "pasha", "searcher_data": "rungs_and_last"}


class TestHyperTune(Contract):
    method = HyperTune
    arguments: ClassVar[dict[str, Any]] = {"type": "promotion", "brackets": 3}


class TestDyHPO(Contract):
    method = DyHPO


# -- quality on a small problem --------------------------------------------------------------------------------------


def best_at_the_end(scheduler, num_workers=1, fail_every=0, budget=160):
    """Best loss at the largest resource after so many reports, which come out of order."""
    study, running, best = AskTellScheduler(scheduler), [], math.inf
    sign = 1 if scheduler.metric_mode() == "min" else -1
    for number in range(1, budget + 1):
        while len(running) < num_workers:
            running.append(study.ask())
        trial = running.pop(-1 if number % 3 else 0)
        if fail_every and number % fail_every == 0:
            study.fail(trial)
            continue
        epoch = 1 + len(trial.metrics)
        loss = (trial.config["x"] - 0.3) ** 2 + (trial.config["y"] - 0.8) ** 2 + 0.5 / epoch
        best = min(best, loss - 0.5 / 9) if epoch == 9 else best
        if study.tell(trial, {"epoch": epoch, "loss": sign * loss}, is_final=epoch == 9) == "CONTINUE" and epoch < 9:
            running.append(trial)
    return best


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize(
    ("method", "arguments", "seeds"),
    [
        (MOBSTER, {"type": "stopping"}, (1,)),
        (MOBSTER, {"type": "promotion"}, (1,)),
        (HyperTune, {"type": "promotion", "brackets": 2}, (1,)),
        (DyHPO, {}, (1, 2)),
    ],
)
def test_better_than_random_configurations(method, arguments, seeds, mode):
    """7.7, check 1: both modes, four workers out of order, one in ten reports a failure; the sum over the seeds."""

    def total(method, **arguments):
        schedulers = [make(method, mode=mode, random_seed=seed, **arguments) for seed in seeds]
        return sum(best_at_the_end(scheduler, num_workers=4, fail_every=10) for scheduler in schedulers)

    options = {**FAST, "num_init_candidates": 200}
    assert total(method, search_options=options, **arguments) < total(ASHA, type="promotion")


# -- arguments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_defaults(method):
    scheduler = make(method)
    assert isinstance(scheduler.searcher, MultiFidelitySearcher)
    assert scheduler.num_brackets == 1
    assert scheduler.metadata()["scheduler_name"] == method.__name__
    assert method.__name__ in baselines.__all__
    assert baselines_dict[method.__name__] is method


def test_levels():
    assert make(MOBSTER).rung_levels == [1, 3]
    assert make(DyHPO).rung_levels == [1, 3]
    assert make(DyHPO, rung_increment=2).rung_levels == [1, 3, 5, 7]
    assert make(DyHPO, rung_levels=[2, 4]).rung_levels == [2, 4]
    assert make(MOBSTER).scheduler_type == "stopping"
    assert make(DyHPO).scheduler_type == "dyhpo"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"searcher": "random"}, "has a searcher of its own"),
        ({"max_resource_attr": "epoch"}, "epoch"),
        ({"search_options": {"num_init_rando": 3}}, "did you mean 'num_init_random'"),
        ({"grace_periodd": 3}, "did you mean 'grace_period'"),
        ({"rung_system_kwargs": {"probability": 1}}, "did you mean 'probability_sh'"),
    ],
)
def test_bad_arguments(method, arguments, message):
    with pytest.raises(OptionError, match=message):
        make(method, **arguments)


def test_bad_arguments_of_one_method():
    with pytest.raises(OptionError, match="'gp_independent' or 'gp_multitask'"):
        make(HyperTune, search_options={"model": "gp_issm"})
    with pytest.raises(OptionError, match="no argument 'type'"):
        make(DyHPO, type="promotion")
    with pytest.raises(OptionError, match="from 0 to 1"):
        make(DyHPO, probability_sh=1.5)
    with pytest.raises(OptionError, match="given twice"):
        make(DyHPO, probability_sh=0.5, rung_system_kwargs={"probability_sh": 0.5})


def test_options_of_the_caller_are_left_alone():
    """7.4: DyHPO wrote into the caller's search_options."""
    options, rules = {"num_init_random": 4}, {"num_threshold_candidates": 0}
    make(DyHPO, probability_sh=0.3, search_options=options, rung_system_kwargs=rules)
    make(HyperTune, search_options=options)
    assert (options, rules) == ({"num_init_random": 4}, {"num_threshold_candidates": 0})


@pytest.mark.parametrize("method", METHODS)
def test_equal_seeds_give_equal_initial_configurations(method):
    """7.7, check 3."""
    reference, scheduler = make(ASHA), make(method)
    keys = ("x", "y")
    for number in range(6):
        expected, found = reference.suggest(number).config, scheduler.suggest(number).config
        assert [expected[key] for key in keys] == [found[key] for key in keys]


@pytest.mark.parametrize(
    "type", ["promotion", "stopping", "rush_stopping", "rush_promotion", "cost_promotion", "pasha"]
)
def test_every_type(type):
    """C10: Bayesian optimisation was refused by type cost_promotion and by the rush types."""
    extra = {"cost_attr": "cost"} if type == "cost_promotion" else {}
    scheduler = make(MOBSTER, type=type, search_options=FAST, **extra)
    study = AskTellScheduler(scheduler)
    for _ in range(8):
        trial = study.ask()
        for epoch in range(1, 10):
            result = {"epoch": epoch, "loss": trial.config["x"] + 1 / epoch, "cost": float(epoch)}
            if study.tell(trial, result, is_final=epoch == 9) != "CONTINUE":
                break
    assert scheduler.searcher.dataset_size() >= 8
