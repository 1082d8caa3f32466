"""Searchers by name, loaded when asked for; the only place where ``search_options`` become constructor arguments."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import Parameter, signature
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher

_HOME = "syne_tune.optimizer.schedulers.searchers"
_SEVERAL_OBJECTIVES = "syne_tune.optimizer.schedulers.multiobjective"
_TRANSFER = "syne_tune.optimizer.schedulers.transfer_learning"

_SEARCHERS: dict[str, str | Callable[..., BaseSearcher]] = {
    "random": f"{_HOME}.random_search:RandomSearcher",
    "grid": f"{_HOME}.grid_search:GridSearcher",
    "kde": f"{_HOME}.kde:KernelDensityEstimator",
    "bore": f"{_HOME}.bore:Bore",
    "cqr": f"{_HOME}.conformal.surrogate_searcher:SurrogateSearcher",
    "botorch": f"{_HOME}.botorch:BoTorchSearcher",
    "regularized_evolution": f"{_HOME}.regularized_evolution:RegularizedEvolution",
    "bayesopt": f"{_HOME}.bayesian:bayesian_searcher",
    "hypertune": f"{_HOME}.hypertune:hypertune_searcher",
    "dyhpo": f"{_HOME}.dyhpo:dyhpo_searcher",
    "bayesopt_constrained": f"{_HOME}.constrained:constrained_searcher",
    "bayesopt_cost": f"{_HOME}.cost_aware:cost_aware_searcher",
    "nsga2": f"{_SEVERAL_OBJECTIVES}.nsga2_searcher:NSGA2Searcher",
    "mo_regularized_evolution": f"{_SEVERAL_OBJECTIVES}.regularized_evolution:MultiObjectiveRegularizedEvolution",
    "mo_multi_surrogate": f"{_SEVERAL_OBJECTIVES}.multi_surrogate_multi_objective_searcher:multi_surrogate_searcher",
    "ehvi": f"{_SEVERAL_OBJECTIVES}.ehvi_searcher:ehvi_searcher",
    "bayesopt_transfer": f"{_TRANSFER}.warm_start:warm_started_searcher",
    "quantile_based": f"{_TRANSFER}.quantile_based.quantile_based_searcher:QuantileBasedSurrogateSearcher",
    "zero_shot": f"{_TRANSFER}.zero_shot:ZeroShotTransfer",
}

CONTEXT = (
    "config_space",
    "metric",
    "mode",
    "points_to_evaluate",
    "random_seed_generator",
    "scheduler",
    "resource_attr",
    "max_epochs",
)
"""What schedulers pass to every searcher. One whose constructor does not name it does not get it."""


def register_searcher(name: str, searcher: str | Callable[..., BaseSearcher]) -> None:
    """Makes a searcher known under a name, so that ``searcher=name`` works with every scheduler.

    Args:
        name: A new name, or one to be replaced.
        searcher: The class, or ``"module:Class"`` to be imported when first used. Constructor arguments other than
            those in :data:`CONTEXT` are its ``search_options``.
    """
    _SEARCHERS[name] = searcher


def searcher_names() -> list[str]:
    """All registered names."""
    return sorted(_SEARCHERS)


def _load(name: str) -> Callable[..., BaseSearcher]:
    if name not in _SEARCHERS:
        raise OptionError(f"searcher = {name!r}: not a known searcher; {nearest(name, _SEARCHERS)}")
    searcher = _SEARCHERS[name]
    if isinstance(searcher, str):
        module, _, class_name = searcher.partition(":")
        loaded: Callable[..., BaseSearcher] = getattr(import_module(module), class_name)
        return loaded
    return searcher


def searcher_factory(searcher_name: str, **kwargs: Any) -> BaseSearcher:
    """Creates a searcher by name.

    Args:
        searcher_name: One of :func:`searcher_names`.
        **kwargs: What the scheduler knows (see :data:`CONTEXT`), and search options, which are the constructor
            arguments of the searcher.

    Raises:
        OptionError: If the name, or the name of an option, is unknown; the message lists the legal ones.
    """
    create = _load(searcher_name)
    accepted = _accepted(create)
    if accepted is None:
        return create(**kwargs)
    legal = [name for name in accepted if name not in CONTEXT]
    for name in kwargs:
        if name not in accepted and name not in CONTEXT:
            raise OptionError(
                f"search_options[{name!r}]: searcher {searcher_name!r} has no such option; {nearest(name, legal)}"
            )
    return create(**{name: value for name, value in kwargs.items() if name in accepted})


def _accepted(create: Callable[..., BaseSearcher]) -> set[str] | None:
    """Names of the arguments that ``create`` takes; ``None`` if it takes whatever it is given.

    Where the constructor of a class hands ``**kwargs`` on to its base class, the arguments of the latter count, too.
    """
    constructors = [create]
    if isinstance(create, type):
        constructors = [vars(base)["__init__"] for base in create.__mro__ if "__init__" in vars(base)]
    names: set[str] = set()
    for constructor in constructors:
        parameters = signature(constructor).parameters
        names |= parameters.keys()
        if all(parameter.kind is not Parameter.VAR_KEYWORD for parameter in parameters.values()):
            return names - {"self"}
    return None
