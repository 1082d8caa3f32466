from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.models.cost import BiasOnlyLinearCostModel, UnivariateSplineCostModel
from syne_tune.optimizer.schedulers import AskTellScheduler, FIFOScheduler
from syne_tune.optimizer.schedulers.searchers.cost_aware import CostAwareBayesianOptimizationSearcher

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 3})


def loss(config):
    return (config["x"] - 0.3) ** 2


def cost(config):
    """Per epoch; y plays no other role."""
    return float(np.exp(4 * config["y"]))


def run(num=20, **search_options):
    """Asks and tells, three epochs per trial; returns configurations, total cost, and facts of the last suggestion."""
    name = "bayesopt_cost" if "cost_attr" in search_options else "bayesopt"
    scheduler = FIFOScheduler(
        SPACE, "loss", searcher=name, search_options=search_options, random_seed=3, max_resource_attr="epochs"
    )
    loop, configs = AskTellScheduler(scheduler), []
    for _ in range(num):
        trial = loop.ask()
        configs.append(trial.config)
        for epoch in (1, 2, 3):
            report = {"loss": loss(trial.config), "epoch": epoch, "seconds": epoch * cost(trial.config)}
            loop.tell(trial, report, is_final=epoch == 3)
    return configs, sum(3 * cost(config) for config in configs), scheduler.searcher.explain({})[1]


CURVES = {"cost_attr": "seconds", "resource_attr": "epoch"}
KINDS = {
    "coarse": lambda: {"cost_attr": "seconds"},
    "fine": lambda: {**CURVES, "cost_model": UnivariateSplineCostModel("y", (0, 1))},
    "coarse, noisy": lambda: {"cost_attr": "seconds", "acq_function": "nei"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_same_result_at_less_cost(kind):
    configs, total, facts = run(**KINDS[kind]())
    _, total_without, _ = run()
    assert min(map(loss, configs)) < 1e-3
    assert total < 0.8 * total_without
    assert facts["predicted_seconds"] == pytest.approx(3 * cost(configs[-1]), rel=0.2)


def test_exponent_weakens_the_influence_of_cost():
    totals = [run(cost_attr="seconds", exponent_cost=exponent)[1] for exponent in (1.0, 0.05)]
    assert totals[0] < totals[1]


def test_cost_model_of_the_caller_is_not_touched():
    model = BiasOnlyLinearCostModel()
    run(8, **CURVES, cost_model=model)
    with pytest.raises(OptionError, match="call update"):
        model.sample_joint([{}])


def test_curves_are_known_before_a_trial_ends():
    searcher = CostAwareBayesianOptimizationSearcher(
        SPACE, "loss", "seconds", 1.0, UnivariateSplineCostModel("y", (0, 1)), "epoch", 3, random_seed=1
    )
    config = {"x": 0.5, "y": 0.5}
    searcher.register_pending("0", config)
    for epoch in (1, 2):
        searcher.on_trial_result("0", config, {"loss": 1.0, "epoch": epoch, "seconds": 7.0 * epoch}, update=False)
    (aspect,) = (aspect for aspect in searcher._aspects if aspect.every_report)
    opinion = aspect.opinion(np.empty((0, 2)))
    assert opinion.facts(searcher._encode(config)[None])["predicted_seconds"] == pytest.approx(21.0, rel=0.05)
    searcher.evaluation_failed("0")
    assert aspect.opinion(np.empty((0, 2))) is not None
    aspect.forget("0")
    assert aspect.opinion(np.empty((0, 2))) is None


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"loss": 1.0}, "reported seconds = None"),
        ({"loss": 1.0, "seconds": 0.0}, "must be positive"),
        ({"loss": 1.0, "seconds": -2.0}, "must be positive"),
    ],
)
def test_costs_that_are_none(result, message):
    """W19: costs that are not positive were floored in silence."""
    searcher = CostAwareBayesianOptimizationSearcher(SPACE, "loss", "seconds")
    with pytest.raises(SchedulerError, match=message):
        searcher.on_trial_result("7", {"x": 0.1, "y": 0.1}, result, update=False)


@pytest.mark.parametrize("resource", [0, 1.5])
def test_resources_that_are_none(resource):
    searcher = CostAwareBayesianOptimizationSearcher(
        SPACE, "loss", "seconds", 1.0, BiasOnlyLinearCostModel(), "epoch", 3
    )
    report = {"loss": 1.0, "seconds": 1.0, "epoch": resource}
    with pytest.raises(SchedulerError, match=r"epoch = .* must be an integer"):
        searcher.on_trial_result("7", {"x": 0.1, "y": 0.1}, report, update=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"'cost_attr'\] is missing"),
        ({"cost_attr": 3}, "must be the name"),
        ({"cost_attr": "c", "exponent_cost": 0}, "exponent_cost = 0"),
        ({"cost_attr": "c", "exponent_cost": 1.5}, "exponent_cost = 1.5"),
        ({"cost_attr": "c", "acq_function": "thompson"}, "with a cost"),
        ({"cost_attr": "c", "cost_model": BiasOnlyLinearCostModel()}, "resource_attr is missing"),
        ({"cost_attr": "c", "exponent": 1.0}, "no such option"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(OptionError, match=message):
        FIFOScheduler({"x": uniform(0, 1)}, "loss", searcher="bayesopt_cost", search_options=options)


def test_largest_resource_must_be_known():
    options = {**CURVES, "cost_model": BiasOnlyLinearCostModel()}
    with pytest.raises(OptionError, match="largest resource is not known"):
        FIFOScheduler({"x": uniform(0, 1)}, "loss", searcher="bayesopt_cost", search_options=options)
