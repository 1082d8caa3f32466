from __future__ import annotations

import inspect

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer import baselines
from syne_tune.optimizer.baselines import (
    EHVI,
    MOASHA,
    MOREA,
    NSGA2,
    MOLinearScalarizationBayesOpt,
    MORandomScalarizationBayesOpt,
    ParetoMOBSTER,
    baselines_dict,
    create_gaussian_process_estimator,
)
from syne_tune.optimizer.baselines.options import GeneralOptions, ParetoHalvingOptions
from syne_tune.optimizer.schedulers import AskTellScheduler, FIFOScheduler, HyperbandScheduler
from syne_tune.optimizer.schedulers.multiobjective import (
    ExpectedHypervolumeSearcher,
    MultiObjectiveMultiSurrogateSearcher,
    MultiObjectiveRegularizedEvolution,
    NSGA2Searcher,
)

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9}
METRICS = ["loss", "latency"]
ALL = [EHVI, MOASHA, MOREA, NSGA2, MOLinearScalarizationBayesOpt, MORandomScalarizationBayesOpt, ParetoMOBSTER]


def make(method, **kwargs):
    if method is MOASHA:
        kwargs.setdefault("time_attr", "epoch")
    if method is ParetoMOBSTER:
        kwargs.setdefault("resource_attr", "epoch")
    return method(SPACE, METRICS, **kwargs)


def test_all_have_a_name():
    assert {method.__name__: method for method in ALL}.items() <= baselines_dict.items()
    assert {method.__name__ for method in ALL} <= set(baselines.__all__)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("method", ALL)
def test_mandatory_arguments_suffice(method, mode):
    """C1: NSGA2 and MOREA failed with their default mode; C2: MOLinearScalarizationBayesOpt likewise."""
    assert make(method).suggest(0).config
    sign = 1 if mode == "min" else -1
    loop = AskTellScheduler(make(method, mode=mode, random_seed=1))
    for _ in range(12):
        trial = loop.ask()
        for epoch in range(1, 10):
            result = {"loss": trial.config["x"] + 1 / epoch, "latency": trial.config["y"] - trial.config["x"]}
            report = {name: sign * value for name, value in result.items()}
            if loop.tell(trial, {**report, "epoch": epoch}, is_final=epoch == 9) != "CONTINUE":
                break
    assert loop.best_trial("loss").metrics


@pytest.mark.parametrize("method", [m for m in ALL if m is not MOLinearScalarizationBayesOpt])
def test_one_mode_each(method):
    scheduler = make(method, mode=["min", "max"])
    assert scheduler.metric_mode() == ["min", "max"]
    assert scheduler.suggest(0).config


@pytest.mark.parametrize("method", ALL)
def test_same_seed_same_suggestions(method):
    """7.4: some drew from global or unseeded states."""
    first, second = (make(method, random_seed=5) for _ in range(2))
    assert [first.suggest(n).config for n in range(4)] == [second.suggest(n).config for n in range(4)]


def test_searchers_and_their_arguments():
    nsga2 = make(NSGA2, population_size=7).searcher
    assert isinstance(nsga2, NSGA2Searcher)
    assert nsga2.population_size == 7
    morea = make(MOREA, population_size=9, sample_size=3).searcher
    assert isinstance(morea, MultiObjectiveRegularizedEvolution)
    assert (morea.population_size, morea.sample_size) == (9, 3)
    assert isinstance(
        make(EHVI, reference_point=[1, 2], constraint_attr="excess").searcher, ExpectedHypervolumeSearcher
    )
    estimators = {"loss": create_gaussian_process_estimator(SPACE, "loss", random_seed=1)}
    random = make(MORandomScalarizationBayesOpt, estimators=estimators).searcher
    assert isinstance(random, MultiObjectiveMultiSurrogateSearcher)
    assert random._estimators["loss"] is estimators["loss"]
    weighted = make(MOLinearScalarizationBayesOpt, scalarization_weights=[1, 2])
    assert weighted.metadata()["scalarized_metric"] == "scalarized_loss_latency"


@pytest.mark.parametrize("method", [m for m in ALL if m is not MOASHA])
def test_bad_arguments(method):
    with pytest.raises(OptionError, match="did you mean 'points_to_evaluate'"):
        make(method, point_to_evaluate=[])
    with pytest.raises(OptionError, match="searcher of its own"):
        make(method, searcher="random")
    with pytest.raises(OptionError, match="at least two"):
        method(SPACE, "loss", **({"resource_attr": "epoch"} if method is ParetoMOBSTER else {}))


def test_typed_arguments_are_those_of_the_schedulers():
    def arguments_of(scheduler):
        parameters = inspect.signature(scheduler).parameters
        return {name for name, parameter in parameters.items() if parameter.kind is parameter.KEYWORD_ONLY}

    fixed = {"searcher", "mode"}
    assert set(GeneralOptions.__annotations__) == arguments_of(FIFOScheduler) - fixed - {"random_seed"}
    assert set(ParetoHalvingOptions.__annotations__) == arguments_of(HyperbandScheduler) - fixed - {
        "type",
        "resource_attr",
    }
