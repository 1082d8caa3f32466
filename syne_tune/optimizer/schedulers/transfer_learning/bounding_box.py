"""Searching only where earlier tasks had their best configurations: :class:`BoundingBox`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from syne_tune.config_space import (
    Categorical,
    Domain,
    FiniteRange,
    Ordinal,
    OrdinalNearestNeighbor,
    Space,
)
from syne_tune.config_space.numeric import NumericDomain
from syne_tune.errors import ConfigSpaceError
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.scheduler_around import SchedulerAround
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TaskEvaluations, best_per_task
from syne_tune.optimizer.schedulers.transfer_learning.fitting import fit_to_space
from syne_tune.report_block import Continuation
from syne_tune.trial import Trial

SchedulerFactory = Callable[[Mapping[str, Any], str, str], TrialScheduler]
"""From a space, a mode and the name of a metric to a scheduler; called as ``f(space, mode, metric)``."""


class BoundingBox(SchedulerAround):
    """Restricts the space to the smallest box around the best configurations of earlier tasks.

    Perrone, Shen, Seeger, Archambeau, Jenatton, *Learning search spaces for Bayesian optimization*, NeurIPS 2019,
    section 4.1. Numbers get narrower bounds on the same scale and grid; of values in order, all from the first to the
    last stay, in order; of other choices, those that occurred. What has one value left becomes a constant.

    Everything else is the business of the scheduler that searches the box: it makes the suggestions, sees every event,
    and says which reports it need not see.

    Args:
        scheduler_fun: Called as ``scheduler_fun(new_config_space, mode, metric)``; makes that scheduler.
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        transfer_learning_evaluations: Name of task to what was measured there.
        mode: ``"min"`` (default) or ``"max"``.
        num_hyperparameters_per_task: So many best configurations of each task count.

    Raises:
        ConfigSpaceError: If the space breaks a rule.
        OptionError: If another argument is not allowed.

    Attributes:
        scheduler: The scheduler that searches the box.
        new_config_space: The box.
    """

    def __init__(
        self,
        scheduler_fun: SchedulerFactory,
        config_space: Mapping[str, Any],
        metric: str,
        transfer_learning_evaluations: TaskEvaluations,
        mode: str | None = None,
        num_hyperparameters_per_task: int = 1,
    ) -> None:
        super().__init__(config_space)
        mode = "min" if mode is None else mode
        best = best_per_task(transfer_learning_evaluations, num_hyperparameters_per_task, mode, metric)
        configs = [config for configs in best.values() for config in configs]
        self.new_config_space = bounding_box(self.space, configs)
        self.scheduler = scheduler_fun(self.new_config_space, mode, metric)

    @property
    def _inner(self) -> TrialScheduler:
        return self.scheduler

    def continuation(self, trial: Trial) -> Continuation | None:
        """What the inner scheduler promises."""
        return self.scheduler.continuation(trial)


def bounding_box(space: Space, configs: Sequence[Mapping[str, Any]]) -> Space:
    """The smallest part of a space that contains configurations.

    Args:
        space: The space.
        configs: Configurations, perhaps of other spaces: numbers are moved into the space, parameters it does not know
            and configurations that do not fit do not count.

    Returns:
        The space with narrower domains, its constraints and conditions. Parameters that no configuration has, and those
        on which others depend, stay as they are.
    """
    known = [config for config in (_usable(config, space) for config in configs) if config is not None]
    entries: dict[str, Any] = dict(space)
    parents = {condition.parent for domain in space.free.values() for condition in domain.conditions}
    for name, domain in space.free.items():
        values = [config[name] for config in known if name in config]
        if values and name not in parents:
            entries[name] = _narrowed(domain, values)
    return Space(entries, space.constraints)


def _usable(config: Mapping[str, Any], space: Space) -> dict[str, Any] | None:
    """The part of a configuration that was given and is active; ``None`` if it does not fit."""
    try:
        fitted = fit_to_space(config, space).config
    except ConfigSpaceError:  # says that it does not fit, which is the answer
        return None
    return {name: value for name, value in fitted.items() if name in config}


def _narrowed(domain: Domain, values: Sequence[Any]) -> Any:
    """The narrowest domain with ``values``; the value itself if there is one only, and it is always active."""
    if len(set(values)) == 1 and not domain.conditions:
        return values[0]
    if isinstance(domain, (NumericDomain, FiniteRange)):
        return domain.restricted(min(values), max(values))
    assert isinstance(domain, Categorical), "there are no other domains"
    return _part_of_list(domain, {domain.index_of(value) for value in values}).with_conditions(domain.conditions)


def _part_of_list(domain: Categorical, indices: set[int]) -> Categorical:
    if not isinstance(domain, Ordinal):
        return Categorical([domain.categories[index] for index in sorted(indices)])
    part = domain.categories[min(indices) : max(indices) + 1]
    if isinstance(domain, OrdinalNearestNeighbor):
        return OrdinalNearestNeighbor(part, domain.log_scale)
    return Ordinal(part)
