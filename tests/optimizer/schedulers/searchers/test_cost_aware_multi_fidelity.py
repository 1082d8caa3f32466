from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.models.cost import BiasOnlyLinearCostModel, UnivariateSplineCostModel
from syne_tune.optimizer.schedulers import AskTellScheduler, HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers.cost_aware_multi_fidelity import CostAwareMultiFidelitySearcher

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9})


def run(searcher, num=20, **search_options):
    """Asks and tells; returns the total cost, and facts of the last suggestion."""
    scheduler = HyperbandScheduler(
        SPACE,
        "loss",
        searcher=searcher,
        search_options=search_options,
        resource_attr="epoch",
        max_resource_attr="epochs",
        random_seed=1,
    )
    loop, spent = AskTellScheduler(scheduler), 0.0
    for _ in range(num):
        trial = loop.ask()
        for epoch in range(1, 10):
            per_epoch = float(np.exp(4 * trial.config["y"]))
            spent += per_epoch
            report = {"loss": (trial.config["x"] - 0.3) ** 2, "epoch": epoch, "seconds": epoch * per_epoch}
            if loop.tell(trial, report, is_final=epoch == 9) != "CONTINUE":
                break
    return spent, scheduler.searcher.explain({})[1]


def test_less_cost_and_an_explanation():
    model = UnivariateSplineCostModel("y", (0, 1))
    spent, facts = run("bayesopt_cost", cost_attr="seconds", cost_model=model)
    assert spent < run("bayesopt")[0]
    assert facts["predicted_seconds"] > 0


def test_cost_model_is_needed():
    with pytest.raises(OptionError, match=r"'cost_model'\] is missing"):
        run("bayesopt_cost", cost_attr="seconds")


def test_largest_resource_is_needed():
    with pytest.raises(OptionError, match="max_epochs"):
        CostAwareMultiFidelitySearcher(SPACE, "loss", "seconds", BiasOnlyLinearCostModel())


def test_exponent_is_checked():
    with pytest.raises(OptionError, match="exponent_cost = 2"):
        CostAwareMultiFidelitySearcher(SPACE, "loss", "seconds", BiasOnlyLinearCostModel(), 2, max_epochs=9)


@pytest.mark.parametrize("update", [True, False])
def test_every_report_must_hold_the_cost(update):
    searcher = CostAwareMultiFidelitySearcher(SPACE, "loss", "seconds", BiasOnlyLinearCostModel(), max_epochs=9)
    with pytest.raises(SchedulerError, match="reported seconds = None"):
        searcher.on_trial_result("7", {"x": 0.1, "y": 0.1}, {"loss": 1.0, "epoch": 1}, update=update)


@pytest.mark.parametrize("cost", [float("nan"), float("inf")])
def test_evaluation_whose_cost_is_not_finite_has_failed(cost):
    """As where every trial runs to its end; otherwise the cost model could not be fitted any more."""
    searcher = CostAwareMultiFidelitySearcher(
        SPACE, "loss", "seconds", UnivariateSplineCostModel("y", (0, 1)), max_epochs=9, random_seed=1, num_init_random=1
    )
    for number, seconds in enumerate([1.0, cost, 2.0]):
        config = searcher.get_config(trial_id=str(number), milestone=1)
        report = {"loss": 0.1 * number, "seconds": seconds, "epoch": 1}
        searcher.on_trial_result(str(number), config, report, update=False)
        searcher.on_trial_result(str(number), config, report, update=True)
    assert searcher.dataset_size() == 2
    config = searcher.get_config(trial_id="3", milestone=1)
    assert searcher.explain(config)[1]["predicted_seconds"] > 0
