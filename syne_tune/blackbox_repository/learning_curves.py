"""What a blackbox says about one configuration, as a trial would report it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from syne_tune.blackbox_repository.blackbox import Blackbox, FloatArray
from syne_tune.errors import OptionError
from syne_tune.trial import Config, Result

MIN_STEP = 0.01
"""Least number of seconds between two reports."""


class LearningCurve(Sequence[Result]):
    """Reports of a trial, each made when it is asked for.

    Args:
        names: Keys of a report, except for the resource.
        values: Shape ``(num_fidelities, len(names))``.
        resource_attr: Key of the resource, if there is one.
        resources: One per report.
    """

    def __init__(
        self, names: Sequence[str], values: FloatArray, resource_attr: str | None, resources: Sequence[float]
    ) -> None:
        self._names = names
        self._rows: list[list[float]] = values.tolist()
        self._resource_attr = resource_attr
        self._resources = resources

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Result: ...

    @overload
    def __getitem__(self, index: slice) -> list[Result]: ...

    def __getitem__(self, index: int | slice) -> Result | list[Result]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        result: Result = dict(zip(self._names, self._rows[index], strict=True))
        if self._resource_attr is not None:
            result[self._resource_attr] = self._resources[index]
        return result


def metrics_for_configuration(
    blackbox: Blackbox,
    config: Config,
    resource_attr: str,
    fidelity_range: tuple[float, float] | None = None,
    seed: int | None = None,
) -> list[Result]:
    """All that a trial with this configuration would report.

    Args:
        blackbox: Where to look it up.
        config: Values of its hyperparameters; other keys are not used.
        resource_attr: Key under which the fidelity is reported.
        fidelity_range: Lowest and highest fidelity, both included. Default: all.
        seed: Which repetition.

    Returns:
        One dictionary per fidelity; one without ``resource_attr`` if the blackbox has no fidelity.

    Raises:
        OptionError: If ``fidelity_range`` is empty.
    """
    low, high = fidelity_range if fidelity_range is not None else (-np.inf, np.inf)
    if low > high:
        raise OptionError(f"fidelity_range = {fidelity_range}: the first value must not be larger than the second")
    known = {name: config[name] for name in blackbox.configuration_space if name in config}
    values = blackbox.evaluate([known], seed)[0]
    fidelities = blackbox.fidelity_values
    if fidelities is None:
        return list(LearningCurve(blackbox.objectives_names, values, None, ()))
    inside = (fidelities >= low) & (fidelities <= high)
    resources: list[Any] = fidelities[inside].tolist()
    return list(LearningCurve(blackbox.objectives_names, values[inside], resource_attr, resources))


def increasing(elapsed: FloatArray) -> FloatArray:
    """Times that increase by at least :data:`MIN_STEP`, the first being at least that; unchanged where they do.

    Args:
        elapsed: Seconds, shape ``(n,)``; NaN counts as no time at all.

    Returns:
        Shape ``(n,)``.
    """
    steps = np.diff(elapsed, prepend=0.0)
    if (steps >= MIN_STEP).all():
        return elapsed
    least = MIN_STEP * np.arange(1, len(elapsed) + 1)
    return np.asarray(least + np.maximum.accumulate(np.fmax(elapsed - least, 0.0)), dtype=float)


def num_known(values: FloatArray) -> int:
    """Length of a curve without what is missing at its end.

    Args:
        values: Shape ``(num_fidelities, num_objectives)``; NaN is missing.
    """
    if not np.isnan(values[-1:]).all():
        return len(values)
    known = np.flatnonzero(~np.isnan(values).all(axis=1))
    return int(known[-1]) + 1 if len(known) else 0
