"""Which reported value counts how far a trial has come, and how far it goes: :class:`Resource`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.config_space import Domain, Space
from syne_tune.optimizer.schedulers.max_resource import infer_max_resource
from syne_tune.optimizer.schedulers.metrics import positive_integer, required_resource
from syne_tune.trial import Result, Trial

USUAL_NAMES = ("epoch", "epochs", "step", "steps", "iteration", "iterations", "iter", "resource", "budget")
"""Reported names that are taken for the resource, in this order, if nobody says which one it is."""

_SMALLEST_MAXIMUM = 3
"""With fewer levels there is nothing to be gained by stopping early."""

_MOST_TRIALS_THAT_DIFFER = 10
"""After so many complete trials that all ended somewhere else, there is no largest resource."""

_TRIALS_THAT_TELL = 2
"""So many complete trials in a row must have reached the same resource before it counts as the largest one."""


class Resource:
    """Finds out about the resource, from arguments, from the space, or from reports.

    Args:
        space: May hold the largest resource as a constant.
        resource_attr: Name of the resource; by default the first of :data:`USUAL_NAMES` in the first report.
        max_resource_attr: As in :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`.
        max_t: Likewise. By default what the first complete trials have reached.

    Raises:
        OptionError: If the largest resource is no positive integer, or not found where it was said to be.

    Attributes:
        name: Name of the resource; ``None`` as long as it is not known.
        maximum: The largest one; ``None`` as long as it is not known.
        is_told: Whether the user said both, so that other reports are mistakes, and trials are done at the maximum.
    """

    def __init__(
        self, space: Space, resource_attr: str | None, max_resource_attr: str | None, max_t: int | None
    ) -> None:
        self._space = space
        self._is_named = resource_attr is not None
        self.name = resource_attr
        self.maximum = infer_max_resource(space, max_resource_attr, max_t)
        self.is_told = self._is_named and self.maximum is not None
        self._is_given_up = False
        self._ends: list[int] = []

    @property
    def is_known(self) -> bool:
        """Whether trials can be compared before their end."""
        return self.name is not None and self.maximum is not None and self.maximum >= _SMALLEST_MAXIMUM

    @property
    def is_given_up(self) -> bool:
        """Whether reports have shown that there is no resource which means the same for all trials."""
        return self._is_given_up

    def of(self, trial: Trial, result: Result) -> int | None:
        """What a trial has reached by this report; ``None`` if that is not known.

        Raises:
            SchedulerError: If the user named a resource that was not reported, or is no positive integer.
        """
        if self._is_given_up:
            return None
        if self._is_named:
            assert self.name is not None
            return required_resource(trial, result, self.name)
        if self.name is None:
            self.name = self._find(result)
        value = None if self.name is None else positive_integer(result.get(self.name))
        if value is None:
            self.give_up()
        return value

    def _find(self, result: Mapping[str, Any]) -> str | None:
        names = (name for name in USUAL_NAMES if positive_integer(result.get(name)) is not None)
        return next((name for name in names if not isinstance(self._space.get(name), Domain)), None)

    def give_up(self) -> None:
        """There is no resource after all: every trial runs to its end."""
        self._is_given_up = True
        self.name = None

    def complete(self, resource: int) -> None:
        """A trial ran to its end, at ``resource``."""
        if self.is_told:
            return
        if self.maximum is not None:
            if resource > self.maximum and not self._is_named:
                self.give_up()
            return
        self._ends.append(resource)
        last = self._ends[-_TRIALS_THAT_TELL:]
        if len(last) == _TRIALS_THAT_TELL and len(set(last)) == 1:
            self.maximum = resource
        elif len(self._ends) >= _MOST_TRIALS_THAT_DIFFER:
            self.give_up()
