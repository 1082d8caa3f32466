"""What a method is told when an experiment creates it (:class:`MethodArguments`), and helpers for writing methods.

A method of an experiment is a function from :class:`MethodArguments` to a scheduler::

    methods = {"RS": lambda arguments: RandomSearch(arguments), "ASHA": lambda arguments: ASHA(arguments, brackets=2)}

with the factories of :mod:`syne_tune.experiments.default_baselines`, or with any scheduler.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.config_space import Categorical, Ordinal, ordinal
from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.scheduler import TrialScheduler

ConfigSpace = dict[str, Any]

FCNET_KEYS = frozenset(
    f"hp_{name}"
    for name in (
        "activation_fn_1",
        "activation_fn_2",
        "batch_size",
        "dropout_1",
        "dropout_2",
        "init_lr",
        "lr_schedule",
        "n_units_1",
        "n_units_2",
    )
)
"""Parameters of the space of FCNet, the only one that is converted by default."""

ORDINAL_KINDS = ("none", "equal", "nn", "nn-log")
"""What ``fcnet_ordinal`` may be."""


@dataclass
class MethodArguments:
    """What the launcher tells a method.

    Args:
        config_space: The space, constants included.
        metric: Name of the metric, or of several.
        mode: ``"min"`` or ``"max"``, or one each.
        random_seed: Seed of the scheduler; the same for all methods, so that their comparison is paired.
        resource_attr: Name under which trials report how far they are.
        max_resource_attr: Entry of the configuration that says how far to train.
        scheduler_kwargs: Arguments the launcher wants the scheduler to have.
        transfer_learning_evaluations: What was measured on other tasks, by task.
        use_surrogates: Whether transfer learning shall fit models to those measurements.
        fcnet_ordinal: How numeric choices of FCNet are encoded, one of :data:`ORDINAL_KINDS`.
        num_gpus_per_trial: Number of GPUs of a trial.
    """

    config_space: ConfigSpace
    metric: str | list[str]
    mode: str | list[str]
    random_seed: int
    resource_attr: str | None
    max_resource_attr: str | None = None
    scheduler_kwargs: dict[str, Any] | None = None
    transfer_learning_evaluations: dict[str, Any] | None = None
    use_surrogates: bool = False
    fcnet_ordinal: str | None = None
    num_gpus_per_trial: int = 1


Method = Callable[[MethodArguments], TrialScheduler]
"""A method of an experiment."""

Methods = Mapping[str, Method]
"""Methods by name."""


def default_arguments(args: MethodArguments, extra_args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments that every scheduler is given.

    Args:
        args: What the launcher tells.
        extra_args: Added; they win.
    """
    return {
        **(args.scheduler_kwargs or {}),
        "mode": args.mode,
        "metric": args.metric,
        "max_resource_attr": args.max_resource_attr,
        "random_seed": args.random_seed,
        **extra_args,
    }


def convert_categorical_to_ordinal(config_space: ConfigSpace) -> ConfigSpace:
    """Turns every ``choice`` into an ``ordinal`` whose neighbours are equally far apart; ordinals stay as they are.

    Returns:
        A new space.
    """
    return {name: _converted(domain, "equal") for name, domain in config_space.items()}


def convert_categorical_to_ordinal_numeric(
    config_space: ConfigSpace, kind: str | None, do_convert: Callable[[ConfigSpace], bool] | None = None
) -> ConfigSpace:
    """Turns every ``choice`` among numbers into an ``ordinal``; other domains stay as they are.

    Args:
        config_space: The space.
        kind: Kind of the ordinal: ``"equal"``, ``"nn"`` or ``"nn-log"``. ``None`` or ``"none"``: nothing is converted.
        do_convert: Whether to convert a space; by default, only the one of FCNet is.

    Returns:
        A new space, or the given one if it is not to be converted.

    Raises:
        OptionError: If ``kind`` is none of these.
    """
    if kind is not None and kind not in ORDINAL_KINDS:
        raise OptionError(f"fcnet_ordinal = {kind!r}: {nearest(kind, ORDINAL_KINDS)}")
    is_wanted = _is_fcnet if do_convert is None else do_convert
    if kind is None or kind == "none" or not is_wanted(config_space):
        return config_space
    return {name: _converted(x, kind) if _has_numbers(x) else x for name, x in config_space.items()}


def _is_fcnet(config_space: ConfigSpace) -> bool:
    return config_space.keys() >= FCNET_KEYS


def _has_numbers(domain: object) -> bool:
    return isinstance(domain, Categorical) and not any(isinstance(x, str) for x in domain.categories)


def _converted(domain: Any, kind: str) -> Any:
    is_choice = isinstance(domain, Categorical) and not isinstance(domain, Ordinal)
    return ordinal(domain.categories, kind=kind) if is_choice else domain
