"""Named methods as experiments need them: ``Name(method_arguments, **kwargs)`` gives the scheduler.

Each hands the defaults of the experiment (seed, metric, mode, largest resource, initial configurations, search options)
and its keyword arguments to the class of the same name in :mod:`syne_tune.optimizer.baselines`, which is looked up when
the method is used. Keyword arguments win; dictionaries such as ``search_options`` are merged, but ``config_space`` is
replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from syne_tune.compat.nested_dicts import recursive_merge
from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.baselines import (
    MethodArguments,
    convert_categorical_to_ordinal_numeric,
    default_arguments,
)
from syne_tune.optimizer import baselines
from syne_tune.optimizer.scheduler import TrialScheduler

_OF_GAUSSIAN_PROCESSES = "max_size_data_for_model"


@dataclass(frozen=True)
class DefaultBaseline:
    """A method known by its name.

    Args:
        name: Name of the class in :mod:`syne_tune.optimizer.baselines`.
        is_multi_fidelity: Whether it takes ``resource_attr``.
        has_gaussian_process: Whether it takes a limit on the data of its model.
        learns_from_other_tasks: Whether it needs what was measured on other tasks.
        models_other_tasks: Whether it takes ``use_surrogates``.
    """

    name: str
    is_multi_fidelity: bool = False
    has_gaussian_process: bool = False
    learns_from_other_tasks: bool = False
    models_other_tasks: bool = False

    def __call__(self, method_arguments: MethodArguments, **kwargs: Any) -> TrialScheduler:
        """Creates the scheduler.

        Args:
            method_arguments: What the launcher tells.
            **kwargs: Further arguments of the scheduler.

        Raises:
            OptionError: If this version lacks the method, or an argument is not allowed.
        """
        create = self._find()
        return create(**recursive_merge(self._defaults(method_arguments), kwargs, stop_keys=("config_space",)))

    def _find(self) -> Callable[..., TrialScheduler]:
        create = getattr(baselines, self.name, None)
        if create is None:
            available = [name for name in DEFAULT_BASELINES if hasattr(baselines, name)]
            raise OptionError(f"{self.name} is not part of this version; {nearest(self.name, available)}")
        return cast(Callable[..., TrialScheduler], create)

    def _defaults(self, arguments: MethodArguments) -> dict[str, Any]:
        space = convert_categorical_to_ordinal_numeric(arguments.config_space, kind=arguments.fcnet_ordinal)
        extra: dict[str, Any] = {"config_space": space}
        if self.is_multi_fidelity:
            extra["resource_attr"] = arguments.resource_attr
        if self.learns_from_other_tasks:
            extra["transfer_learning_evaluations"] = self._evaluations(arguments)
        if self.models_other_tasks:
            extra["use_surrogates"] = arguments.use_surrogates
        defaults = default_arguments(arguments, extra)
        if defaults.get("search_options") and not self.has_gaussian_process:
            options = defaults["search_options"].items()
            defaults["search_options"] = {name: value for name, value in options if name != _OF_GAUSSIAN_PROCESSES}
        return {name: value for name, value in defaults.items() if value is not None}

    def _evaluations(self, arguments: MethodArguments) -> dict[str, Any]:
        if arguments.transfer_learning_evaluations is None:
            raise OptionError(
                f"{self.name} needs what was measured on other tasks; pass use_transfer_learning=True to the launcher"
            )
        return arguments.transfer_learning_evaluations


DEFAULT_BASELINES: dict[str, DefaultBaseline] = {}
"""All of them by the name of their class, those that this version lacks included."""


def _baseline(name: str, **kinds: bool) -> DefaultBaseline:
    DEFAULT_BASELINES[name] = DefaultBaseline(name, **kinds)
    return DEFAULT_BASELINES[name]


RandomSearch = _baseline("RandomSearch")
GridSearch = _baseline("GridSearch")
BayesianOptimization = _baseline("BayesianOptimization", has_gaussian_process=True)
KDE = _baseline("KDE")
BORE = _baseline("BORE")
BoTorch = _baseline("BoTorch")
CQR = _baseline("CQR")
REA = _baseline("REA")
ConstrainedBayesianOptimization = _baseline("ConstrainedBayesianOptimization", has_gaussian_process=True)
MOREA = _baseline("MOREA")
LSOBO = _baseline("MOLinearScalarizationBayesOpt", has_gaussian_process=True)
NSGA2 = _baseline("NSGA2")
MORandomScalarizationBayesOpt = _baseline("MORandomScalarizationBayesOpt", has_gaussian_process=True)
ASHA = _baseline("ASHA", is_multi_fidelity=True)
PASHA = _baseline("PASHA", is_multi_fidelity=True)
MOBSTER = _baseline("MOBSTER", is_multi_fidelity=True, has_gaussian_process=True)
HyperTune = _baseline("HyperTune", is_multi_fidelity=True, has_gaussian_process=True)
BOHB = _baseline("BOHB", is_multi_fidelity=True)
DyHPO = _baseline("DyHPO", is_multi_fidelity=True, has_gaussian_process=True)
ASHABORE = _baseline("ASHABORE", is_multi_fidelity=True)
ASHACQR = _baseline("ASHACQR", is_multi_fidelity=True)
SyncHyperband = _baseline("SyncHyperband", is_multi_fidelity=True)
SyncBOHB = _baseline("SyncBOHB", is_multi_fidelity=True)
DEHB = _baseline("DEHB", is_multi_fidelity=True)
SyncMOBSTER = _baseline("SyncMOBSTER", is_multi_fidelity=True, has_gaussian_process=True)
ZeroShotTransfer = _baseline("ZeroShotTransfer", learns_from_other_tasks=True, models_other_tasks=True)
ASHACTS = _baseline("ASHACTS", is_multi_fidelity=True, learns_from_other_tasks=True)
WarmStartedBayesianOptimization = _baseline(
    "WarmStartedBayesianOptimization", has_gaussian_process=True, learns_from_other_tasks=True
)
WarmStartedMOBSTER = _baseline(
    "WarmStartedMOBSTER", is_multi_fidelity=True, has_gaussian_process=True, learns_from_other_tasks=True
)
