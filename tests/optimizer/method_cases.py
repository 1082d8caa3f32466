"""Every method there is, made from its documented arguments: the parameters of ``test_every_method*.py``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune.config_space import Space
from syne_tune.errors import MissingExtraError
from syne_tune.optimizer import baselines, schedulers
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers import multiobjective, synchronous
from syne_tune.optimizer.schedulers.hyperband import RUNG_SYSTEMS
from syne_tune.testing.spaces import mixed_space

RUNGS = [[(9, 1), (3, 3), (1, 9)], [(3, 3), (1, 9)]]
DOCUMENTED = """
    RandomSearch GridSearch BayesianOptimization ASHA MOBSTER HyperTune DyHPO PASHA BOHB SyncHyperband SyncBOHB DEHB
    SyncMOBSTER BORE ASHABORE BoTorch REA MORandomScalarizationBayesOpt NSGA2 MOREA MOLinearScalarizationBayesOpt
    ConstrainedBayesianOptimization ZeroShotTransfer ASHACTS KDE CQR ASHACQR SMAC
"""
"""The named methods of Syne Tune 0.13."""

MAKE_THE_SCHEDULER = Callable[[Space, str, int], TrialScheduler]


def space_of_training() -> Space:
    """What the scripts of these tests take."""
    space = mixed_space()
    return Space({name: space[name] for name in ("lr", "layers", "activation", "epochs")})


def transfer_learning_evaluations(space: Space) -> dict[str, Any]:
    """What was measured on two tasks: losses of twenty configurations after each of nine epochs."""
    from syne_tune.optimizer.schedulers.transfer_learning import TransferLearningTaskEvaluations

    draws, found = np.random.RandomState(1), {}
    configs = pd.DataFrame([space.sample(draws) for _ in range(20)])
    for name in ("first", "second"):
        losses = draws.rand(20, 1, 1, 1) + 1 / np.arange(1, 10)[None, None, :, None]
        found[name] = TransferLearningTaskEvaluations(space, configs, ["loss"], losses)
    return found


def arguments_for(method: Callable[..., TrialScheduler], space: Space, mode: str, seed: int) -> dict[str, Any]:
    """Documented arguments, as far as a method has them."""
    known = inspect.signature(method).parameters
    takes_several = "metrics" in known or "Sequence" in str(known["metric"].annotation)
    optional: dict[str, Any] = {
        "resource_attr": "epoch",
        "time_attr": "epoch",
        "constraint_attr": () if takes_several else "epoch",
        "perturbation_interval": 2.0,
        "max_t": 9,
    }
    found = {name: value for name, value in optional.items() if name in known}
    if "transfer_learning_evaluations" in known:
        found["transfer_learning_evaluations"] = transfer_learning_evaluations(space)
    metric = ["loss", "latency"] if takes_several else "loss"
    found["metrics" if "metrics" in known else "metric"] = metric
    return {**found, "config_space": space, "mode": mode, "random_seed": seed}


def make(method: Callable[..., TrialScheduler], space: Space, mode: str, seed: int) -> TrialScheduler:
    """A scheduler; the test is skipped if it needs a package that is not installed."""
    try:
        return method(**arguments_for(method, space, mode, seed))
    except MissingExtraError as error:
        pytest.skip(str(error))


def make_named(name: str, space: Space, mode: str, seed: int) -> TrialScheduler:
    """A documented method; the test is skipped if there is none of this name."""
    if not hasattr(baselines, name):
        pytest.skip(f"{name} is not in syne_tune.optimizer.baselines")
    return make(getattr(baselines, name), space, mode, seed)


OPTIONS_OF_TYPE: dict[str, dict[str, Any]] = {
    "cost_promotion": {"cost_attr": "epoch"},
    "dyhpo": {"searcher": "dyhpo"},
    "pareto_stopping": {"metric": ["loss", "latency"]},
    "pareto_promotion": {"metric": ["loss", "latency"]},
}


def hyperband(space: Space, mode: str, seed: int, metric: Any = "loss", **options: Any) -> TrialScheduler:
    """Asynchronous, by type."""
    return schedulers.HyperbandScheduler(
        space, metric, mode=mode, random_seed=seed, max_resource_attr="epochs", **options
    )


def synchronous_hyperband(space: Space, mode: str, seed: int) -> TrialScheduler:
    """From a list of rungs."""
    return synchronous.SynchronousHyperbandScheduler(space, RUNGS, "loss", mode=mode, random_seed=seed)


def differential_evolution(space: Space, mode: str, seed: int) -> TrialScheduler:
    """From the rungs of the first bracket."""
    return synchronous.DifferentialEvolutionHyperbandScheduler(space, RUNGS[0], "loss", mode=mode, random_seed=seed)


def median_rule(space: Space, mode: str, seed: int) -> TrialScheduler:
    """Around a scheduler with a model."""
    inner = schedulers.FIFOScheduler(space, "loss", mode=mode, searcher="kde", random_seed=seed)
    return schedulers.MedianStoppingRule(inner, "epoch", grace_population=3)


def scalarized_halving(space: Space, mode: str, seed: int) -> TrialScheduler:
    """C3: a scheduler that has to be configured inside of the one that adds up the metrics."""
    factory = partial(schedulers.HyperbandScheduler, type="promotion", max_resource_attr="epochs")
    return multiobjective.LinearScalarizedScheduler(
        space, ["loss", "latency"], mode=mode, base_scheduler_factory=factory, random_seed=seed
    )


def rush(space: Space, mode: str, seed: int, kind: str) -> TrialScheduler:
    """RUSH, by type."""
    from syne_tune.optimizer.schedulers.transfer_learning import RUSHScheduler

    tasks = transfer_learning_evaluations(space)
    return RUSHScheduler(space, tasks, "loss", type=kind, mode=mode, resource_attr="epoch", random_seed=seed)


def bounding_box(space: Space, mode: str, seed: int) -> TrialScheduler:
    """Around random search, which need not know."""
    from syne_tune.optimizer.schedulers.transfer_learning import BoundingBox

    def inner(new_space: Any, mode: str, metric: str) -> TrialScheduler:
        return baselines.RandomSearch(new_space, metric, mode=mode, random_seed=seed)

    tasks = transfer_learning_evaluations(space)
    return BoundingBox(inner, space, "loss", tasks, mode=mode, num_hyperparameters_per_task=5)


def cases() -> dict[str, MAKE_THE_SCHEDULER]:
    """Name of the method to what makes it."""
    found: dict[str, MAKE_THE_SCHEDULER] = {name: partial(make_named, name) for name in DOCUMENTED.split()}
    for method in baselines.baselines_dict.values():
        found.setdefault(method.__name__, partial(make, method))
    for kind in RUNG_SYSTEMS:
        found[f"Hyperband {kind}"] = partial(hyperband, type=kind, **OPTIONS_OF_TYPE.get(kind, {"brackets": 2}))
    few: dict[str, Any] = {"early_checkpoint_removal_kwargs": {"max_num_checkpoints": 6}}
    found["Hyperband few checkpoints"] = partial(hyperband, type="promotion", **few)
    found["Hyperband all data"] = partial(hyperband, searcher="bayesopt", searcher_data="all", type="promotion")
    found["Hyperband rungs and last"] = partial(hyperband, searcher="bayesopt", searcher_data="rungs_and_last")
    found["synchronous Hyperband"] = synchronous_hyperband
    found["differential evolution"] = differential_evolution
    found["median rule"] = median_rule
    found["scalarized halving"] = scalarized_halving
    found["RUSH stopping"] = partial(rush, kind="stopping")
    found["RUSH promotion"] = partial(rush, kind="promotion")
    found["bounding box"] = bounding_box
    return found
