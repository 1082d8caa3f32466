from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune.config_space import OrdinalNearestNeighbor, choice, uniform
from syne_tune.errors import OptionError
from syne_tune.experiments import default_baselines
from syne_tune.experiments.baselines import FCNET_KEYS, MethodArguments
from syne_tune.experiments.default_baselines import ASHA, DEFAULT_BASELINES, DefaultBaseline, RandomSearch
from syne_tune.optimizer import baselines
from syne_tune.optimizer.schedulers.transfer_learning import TransferLearningTaskEvaluations

DOCUMENTED = """
    RandomSearch GridSearch BayesianOptimization KDE BORE BoTorch REA ConstrainedBayesianOptimization MOREA LSOBO NSGA2
    MORandomScalarizationBayesOpt ASHA MOBSTER HyperTune BOHB DyHPO ASHABORE SyncHyperband SyncBOHB DEHB SyncMOBSTER
"""
LEARN_FROM_OTHER_TASKS = {"ZeroShotTransfer", "ASHACTS", "WarmStartedBayesianOptimization", "WarmStartedMOBSTER"}
NEED_MORE = {"ConstrainedBayesianOptimization", "BoTorch", *LEARN_FROM_OTHER_TASKS}
"""A further argument, or an optional package."""


def arguments(**values: Any) -> MethodArguments:
    given = {
        "config_space": {"x": uniform(0, 1), "epochs": 9},
        "metric": "loss",
        "mode": "max",
        "random_seed": 5,
        "resource_attr": "epoch",
        "max_resource_attr": "epochs",
        "scheduler_kwargs": {"points_to_evaluate": [{"x": 0.25}], "search_options": {}},
    }
    return MethodArguments(**{**given, **values})


@pytest.mark.parametrize("name", DOCUMENTED.split())
def test_documented_names(name: str) -> None:
    assert isinstance(getattr(default_baselines, name), DefaultBaseline)


AVAILABLE = [name for name in DEFAULT_BASELINES if hasattr(baselines, name) and name not in NEED_MORE]


@pytest.mark.parametrize("name", AVAILABLE)
def test_arguments_reach_the_scheduler(name: str) -> None:
    try:
        scheduler = DEFAULT_BASELINES[name](arguments())
    except OptionError as error:
        pytest.skip(f"needs several metrics: {error}") if "metric" in str(error) else pytest.fail(str(error))
    metadata = scheduler.metadata()
    assert metadata["metric_names"] == ["loss"]
    assert metadata["metric_mode"] in ("max", ["max"])
    suggestion = scheduler.suggest(0)
    assert suggestion is not None
    assert suggestion.config is not None
    assert suggestion.config["x"] == 0.25


def test_limit_for_models_is_not_passed_to_methods_without() -> None:
    options = {"search_options": {"max_size_data_for_model": 100}}
    RandomSearch(arguments(scheduler_kwargs=options))
    assert options["search_options"] == {"max_size_data_for_model": 100}


def test_keyword_arguments_win_and_dictionaries_are_merged() -> None:
    given = arguments(scheduler_kwargs={"search_options": {"allow_duplicates": True}})
    space = {"y": choice([1, 2]), "epochs": 9}
    scheduler = ASHA(given, search_options={"debug_log": True}, grace_period=3, mode="min", config_space=space)
    assert set(scheduler.config_space) == {"y", "epochs"}
    assert scheduler.metric_mode() == "min"


def test_fcnet_is_converted() -> None:
    space = {name: choice([1, 2, 4]) for name in FCNET_KEYS} | {"epochs": 9}
    scheduler = RandomSearch(arguments(config_space=space, fcnet_ordinal="nn", scheduler_kwargs=None))
    assert isinstance(scheduler.config_space["hp_batch_size"], OrdinalNearestNeighbor)


def test_method_that_this_version_lacks_says_so() -> None:
    with pytest.raises(OptionError, match=r"NoSuchMethod is not part of this version; .*'RandomSearch'"):
        DefaultBaseline("NoSuchMethod")(arguments())


def test_can_be_pickled() -> None:
    """Experiments may run in processes of their own."""
    assert pickle.loads(pickle.dumps(ASHA)) == ASHA


@pytest.mark.parametrize("name", sorted(LEARN_FROM_OTHER_TASKS))
def test_methods_learn_from_other_tasks(name: str) -> None:
    space = {"x": uniform(0, 1), "epochs": 9}
    x = np.linspace(0.05, 0.95, 10)
    losses = np.abs(x - 0.7)[:, None, None, None] * np.ones((10, 1, 9, 1))
    other = TransferLearningTaskEvaluations(space, pd.DataFrame({"x": x}), ["loss"], losses)
    told = arguments(
        mode="min", transfer_learning_evaluations={"other": other}, scheduler_kwargs={"search_options": {}}
    )
    suggestion = DEFAULT_BASELINES[name](told).suggest(0)
    assert suggestion is not None
    assert suggestion.config is not None
    assert abs(suggestion.config["x"] - 0.7) < 0.3
    with pytest.raises(OptionError, match="use_transfer_learning=True"):
        DEFAULT_BASELINES[name](arguments())


def test_surrogates_of_other_tasks_are_used_if_the_launcher_says_so() -> None:
    space = {"x": uniform(0, 1), "epochs": 9}
    tasks = {
        name: TransferLearningTaskEvaluations(
            space, pd.DataFrame({"x": x}), ["loss"], np.abs(x - 0.7)[:, None, None, None]
        )
        for name, x in {"one": np.linspace(0.05, 0.95, 10), "two": np.linspace(0.1, 0.9, 10)}.items()
    }
    told = {"mode": "min", "transfer_learning_evaluations": tasks}
    with pytest.raises(OptionError, match="use_surrogates=True"):
        DEFAULT_BASELINES["ZeroShotTransfer"](arguments(**told))
    assert DEFAULT_BASELINES["ZeroShotTransfer"](arguments(**told, use_surrogates=True)).suggest(0) is not None
