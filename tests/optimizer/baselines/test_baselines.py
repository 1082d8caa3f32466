"""All named methods at once; acceptance checks 1 and 3 of 7.7."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer import baselines
from syne_tune.optimizer.baselines import (
    ASHA,
    PASHA,
    BayesianOptimization,
    GridSearch,
    RandomSearch,
    baselines_dict,
    options,
)
from syne_tune.optimizer.schedulers import AskTellScheduler, FIFOScheduler, HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers import BayesianOptimizationSearcher, GridSearcher, RandomSearcher
from syne_tune.optimizer.schedulers.transfer_learning import TransferLearningTaskEvaluations

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9}
SEVERAL_OBJECTIVES = """
    EHVI MOASHA MOREA NSGA2 MOLinearScalarizationBayesOpt MORandomScalarizationBayesOpt ParetoMOBSTER
"""
ONE_OBJECTIVE = [method for name, method in baselines_dict.items() if name not in SEVERAL_OBJECTIVES.split()]


def earlier_tasks():
    x = np.random.RandomState(0).random_sample((50, 2))
    loss = ((x[:, 0] - 0.3) ** 2 + x[:, 1]).reshape(-1, 1, 1, 1)
    return {"earlier": TransferLearningTaskEvaluations(SPACE, pd.DataFrame(x, columns=["x", "y"]), ["loss"], loss)}


def make(method, **kwargs):
    known = inspect.signature(method).parameters
    if "transfer_learning_evaluations" in known:
        needed = {"resource_attr": "epoch"} if "resource_attr" in known else {}
        return method(SPACE, metric="loss", transfer_learning_evaluations=earlier_tasks(), **needed, **kwargs)
    positional = [SPACE, "loss"]
    if "resource_attr" in inspect.signature(method).parameters:
        positional.append("epoch")
    if "constraint_attr" in inspect.signature(method).parameters:
        positional.append("epoch")
    return method(*positional, **kwargs)


def test_documented_keys_of_the_methods_that_exist():
    documented = {
        "Random Search": RandomSearch,
        "Grid Search": GridSearch,
        "Bayesian Optimization": BayesianOptimization,
        "ASHA": ASHA,
        "PASHA": PASHA,
        "KDE": baselines.KDE,
        "BORE": baselines.BORE,
        "CQR": baselines.CQR,
        "REA": baselines.REA,
        "BOHB": baselines.BOHB,
        "ASHABORE": baselines.ASHABORE,
        "ASHACQR": baselines.ASHACQR,
    }
    assert documented.items() <= baselines_dict.items()
    methods = {method.__name__ for method in baselines_dict.values()}
    assert {"baselines_dict", *methods} <= set(baselines.__all__)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("method", ONE_OBJECTIVE)
def test_mandatory_arguments_suffice_and_the_mode_counts(method, mode):
    sign = 1 if mode == "min" else -1
    scheduler = AskTellScheduler(make(method, mode=mode, random_seed=1))
    losses = []
    for _ in range(40):
        trial = scheduler.ask()
        if trial is None:
            break
        for epoch in range(1, 10):
            loss = (trial.config["x"] - 0.3) ** 2 + trial.config["y"] / epoch
            losses.append(loss)
            if scheduler.tell(trial, {"epoch": epoch, "loss": sign * loss}, is_final=epoch == 9) != "CONTINUE":
                break
    assert scheduler.best_trial("loss").metrics[-1]["loss"] * sign < sorted(losses)[len(losses) // 10]


@pytest.mark.parametrize("method", [RandomSearch, BayesianOptimization, ASHA, PASHA])
def test_equal_seeds_give_equal_initial_configurations(method):
    expected = [RandomSearch(SPACE, "loss", random_seed=5).suggest(number).config for number in range(1)]
    reference, scheduler = RandomSearch(SPACE, "loss", random_seed=5), make(method, random_seed=5)
    assert expected[0] == reference.suggest(0).config == scheduler.suggest(0).config
    assert [reference.suggest(n).config for n in range(1, 3)] == [scheduler.suggest(n).config for n in range(1, 3)]


def test_searchers_and_types():
    assert isinstance(make(RandomSearch).searcher, RandomSearcher)
    assert isinstance(make(GridSearch).searcher, GridSearcher)
    assert isinstance(make(BayesianOptimization).searcher, BayesianOptimizationSearcher)
    assert make(ASHA).scheduler_type == "stopping"
    assert make(ASHA, type="promotion").scheduler_type == "promotion"
    assert make(PASHA).scheduler_type == "pasha"
    assert isinstance(make(ASHA), HyperbandScheduler)
    assert make(ASHA).metadata()["scheduler_name"] == "ASHA"


@pytest.mark.parametrize(
    ("method", "fixed"),
    [(RandomSearch, "searcher"), (GridSearch, "searcher"), (BayesianOptimization, "searcher"), (ASHA, "searcher")],
)
def test_fixed_argument_is_refused(method, fixed):
    with pytest.raises(OptionError, match=f"{method.__name__} has a searcher of its own"):
        make(method, **{fixed: "random"})


def test_type_of_pasha_is_fixed_but_its_searcher_is_not():
    """C9: a comment promised that the searcher can be chosen; passing one was a TypeError."""
    with pytest.raises(OptionError, match="PASHA has a type of its own"):
        make(PASHA, type="stopping")
    assert isinstance(make(PASHA, searcher="grid").searcher, GridSearcher)
    searcher = RandomSearcher(SPACE, "loss")
    assert make(PASHA, searcher=searcher).searcher is searcher


@pytest.mark.parametrize("method", ONE_OBJECTIVE)
def test_misspelt_argument(method):
    with pytest.raises(OptionError, match="did you mean 'points_to_evaluate'"):
        make(method, point_to_evaluate=[])


def arguments_of(scheduler):
    parameters = inspect.signature(scheduler).parameters
    return [name for name, parameter in parameters.items() if parameter.kind is parameter.KEYWORD_ONLY]


def test_typed_arguments_are_those_of_the_schedulers():
    fifo, hyperband = arguments_of(FIFOScheduler), arguments_of(HyperbandScheduler)
    assert set(options.FIFOOptions.__annotations__) == {*fifo} - {"searcher"}
    assert set(options.HyperbandOptions.__annotations__) == {*hyperband} - {"searcher", "resource_attr"}
    assert set(options.PASHAOptions.__annotations__) == {*hyperband} - {"type", "resource_attr"}
