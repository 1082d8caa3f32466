from __future__ import annotations

import datetime
import math

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import ParetoMOBSTER
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.multiobjective import (
    FixedObjectivePriority,
    MultiFidelityHypervolumeSearcher,
    NonDominatedPriority,
)
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.trial import Trial

METRICS = ["loss", "latency"]
SPACE = {**{name: uniform(0, 1) for name in "xyz"}, "epochs": 9}


class HalvingContract(SchedulerContract):
    resource_attr = "epoch"

    def make_scheduler(self, config_space, random_seed):
        return HyperbandScheduler(
            config_space,
            METRICS,
            mode=["min", "max"],
            type=self.type,
            resource_attr="epoch",
            max_resource_attr="epochs",
            brackets=2,
            random_seed=random_seed,
        )


class TestParetoStopping(HalvingContract):
    type = "pareto_stopping"


class TestParetoPromotion(HalvingContract):
    type = "pareto_promotion"


class ModelContract(SchedulerContract):
    seeds = (0,)
    num_events = 30

    def make_scheduler(self, config_space, random_seed):
        return ParetoMOBSTER(
            config_space,
            METRICS,
            "epoch",
            mode=["min", "max"],
            type=self.type,
            search_options={"opt_maxiter": 5},
            max_resource_attr="epochs",
            random_seed=random_seed,
        )


class TestParetoMOBSTERStopping(ModelContract):
    type = "stopping"


class TestParetoMOBSTERPromotion(ModelContract):
    type = "promotion"


def zdt1(config, epoch):
    """The front of Zitzler, Deb, Thiele 2000 is reached in the limit, at y = z = 0."""
    g = 1 + 4.5 * (config["y"] + config["z"])
    return {"loss": config["x"] + 0.5 / epoch, "latency": g * (1 - math.sqrt(config["x"] / g)) + 0.5 / epoch}


def play(scheduler, num_trials):
    """One trial after the other, as long as it may run."""
    configs = []
    for number in range(num_trials):
        trial = Trial(number, scheduler.suggest(number).config, datetime.datetime(2024, 1, 1))
        configs.append(trial.config)
        for epoch in range(1, 10):
            result = {**zdt1(trial.config, epoch), "epoch": epoch}
            if scheduler.on_trial_result(trial, result) != "CONTINUE":
                scheduler.on_trial_remove(trial)
                break
        else:
            scheduler.on_trial_complete(trial, result)
    return configs


def test_goes_where_the_front_is():
    """7.6: early stopping with several objectives knew no models."""
    options = {"max_resource_attr": "epochs", "search_options": {"random_fraction": 0}}
    configs = play(ParetoMOBSTER(SPACE, METRICS, "epoch", random_seed=0, **options), 20)
    assert sum(config["y"] + config["z"] for config in configs[-6:]) / 6 < 0.5


@pytest.mark.parametrize(("options", "number"), [({}, 5), ({"random_fraction": 0}, 0), ({"random_fraction": 1}, 15)])
def test_a_share_of_configurations_is_random(options, number):
    """Where the models were wrong about a part of the front, nothing there was ever tried."""
    scheduler = ParetoMOBSTER(
        SPACE, METRICS, "epoch", max_resource_attr="epochs", random_seed=0, search_options=options
    )
    play(scheduler, 6)
    sources = []
    for trial_id in range(6, 21):
        suggestion = scheduler.suggest(trial_id)
        scheduler.on_trial_add(Trial(trial_id, suggestion.config, datetime.datetime(2024, 1, 1)))
        sources.append(suggestion.facts["source"])
    assert sources.count("random") == number
    assert sources.count("model") == 15 - number


def test_says_at_which_resource():
    options = {"max_resource_attr": "epochs", "search_options": {"random_fraction": 0}}
    scheduler = ParetoMOBSTER(SPACE, METRICS, "epoch", random_seed=0, **options)
    play(scheduler, 8)
    suggestion = scheduler.suggest(8)
    assert "the models expect loss = " in suggestion.reason
    assert f"at epoch {suggestion.facts['level']}" in suggestion.reason


def test_compromises_go_on():
    """Half of the budget went to trials that were best in one objective and among the worst in another."""
    options = {"resource_attr": "epoch", "max_resource_attr": "epochs", "search_options": {"num_init_random": 9}}
    decisions = []
    for priority in (None, NonDominatedPriority()):
        scheduler = ParetoMOBSTER(SPACE, METRICS, multiobjective_priority=priority, random_seed=0, **options)
        for number, costs in enumerate([(3.0, 3.0), (2.0, 2.0), (4.0, 4.0), (5.0, 5.0), (6.0, 6.0), (1.0, 9.0)]):
            trial = Trial(number, scheduler.suggest(number).config, datetime.datetime(2024, 1, 1))
            result = {**dict(zip(METRICS, costs, strict=True)), "epoch": 1}
            decisions.append(scheduler.on_trial_result(trial, result))
    assert decisions[5] == "STOP"
    assert decisions[11] == "CONTINUE"


def test_arguments_reach_rungs_and_searcher():
    priority = FixedObjectivePriority(dim=1)
    scheduler = ParetoMOBSTER(
        SPACE,
        METRICS,
        "epoch",
        type="promotion",
        multiobjective_priority=priority,
        reference_point=[2.0, 2.0],
        constraint_attr="excess",
        max_resource_attr="epochs",
    )
    assert isinstance(scheduler.searcher, MultiFidelityHypervolumeSearcher)
    assert scheduler.scheduler_type == "pareto_promotion"
    assert scheduler.does_pause_resume()
    assert scheduler.metadata()["rung_levels"] == [1, 3]
    assert scheduler._rung_options({"multiobjective_priority": priority}, None).priority is priority


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"type": "pasha"}, "'stopping'"),
        ({"metric": ["loss"]}, "at least two"),
        ({"searcher": "random"}, "a searcher of its own"),
        ({"search_options": {"acq_function": "lcb"}}, "expected hypervolume improvement"),
        ({"search_options": {"random_fraction": 2}}, "random_fraction"),
        ({"multiobjective_priority": max}, "must be derived from MOPriority"),
        ({"reduction_facto": 3}, "did you mean 'reduction_factor'"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        ParetoMOBSTER(SPACE, **{"metric": METRICS, "resource_attr": "epoch", "max_resource_attr": "epochs", **kwargs})


def test_several_metrics_need_a_type_that_compares_several():
    with pytest.raises(OptionError, match="pareto_stopping"):
        HyperbandScheduler(SPACE, METRICS, resource_attr="epoch", max_resource_attr="epochs")
