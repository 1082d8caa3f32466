"""What a blackbox says about one configuration, as a trial would report it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import sub
from typing import Any

import numpy as np

from syne_tune.backend.simulator_backend.run import ReportTable
from syne_tune.blackbox_repository.blackbox import Blackbox, FloatArray
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.errors import OptionError
from syne_tune.trial import Config, Result

MIN_STEP = 0.01
"""Least number of seconds between two reports."""


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
        return list(ReportTable(blackbox.objectives_names, values, None, ()))
    inside = (fidelities >= low) & (fidelities <= high)
    resources: list[Any] = fidelities[inside].tolist()
    return list(ReportTable(blackbox.objectives_names, values[inside], resource_attr, resources))


def increasing(elapsed: FloatArray) -> FloatArray:
    """Times that increase by at least :data:`MIN_STEP`, the first being at least that; unchanged where they do.

    Args:
        elapsed: Seconds, shape ``(n,)``; NaN counts as no time at all.

    Returns:
        Shape ``(n,)``.
    """
    times = elapsed.tolist()
    steps = [times[0], *map(sub, times[1:], times)] if times else []
    if not steps or (math.isfinite(sum(steps)) and min(steps) >= MIN_STEP):
        return elapsed
    least = MIN_STEP * np.arange(1, len(elapsed) + 1)
    return np.asarray(least + np.maximum.accumulate(np.fmax(elapsed - least, 0.0)), dtype=float)


def num_known(values: FloatArray) -> int:
    """Length of a curve without what is missing at its end.

    Args:
        values: Shape ``(num_fidelities, num_objectives)``; NaN is missing.
    """
    if len(values) and not all(map(math.isnan, values[-1].tolist())):
        return len(values)
    known = np.flatnonzero(~np.isnan(values).all(axis=1))
    return int(known[-1]) + 1 if len(known) else 0


def regular_curves(
    blackbox: BlackboxTabular, configs: Sequence[Config], seed: int | None, elapsed_column: int
) -> list[tuple[FloatArray, list[float]] | None]:
    """Curves of finite numbers whose times increase as they should, so that nothing about them has to be mended.

    Args:
        blackbox: Where to look them up.
        configs: Configurations; entries that are no hyperparameters do not count.
        seed: Which repetition.
        elapsed_column: Number of the objective that holds the times.

    Returns:
        For each configuration the curve, shape ``(num_fidelities, num_objectives)``, and its times; ``None`` if it is
        not regular, or does not stand in the table.
    """
    rows = blackbox.rows_as_they_stand(configs)
    values = blackbox.curves([row for row in rows if row is not None], seed)
    elapsed = np.ascontiguousarray(values[:, :, elapsed_column])
    with np.errstate(invalid="ignore", over="ignore"):
        is_finite = np.isfinite(np.add.reduce(values.reshape(len(values), math.prod(values.shape[1:])), axis=1))
        steps = elapsed[:, 1:] - elapsed[:, :-1]
        is_regular = is_finite & (elapsed[:, 0] >= MIN_STEP) & np.logical_and.reduce(steps >= MIN_STEP, axis=1)
    found = iter(zip(values, elapsed.tolist(), is_regular.tolist(), strict=True))
    curves: list[tuple[FloatArray, list[float]] | None] = []
    for row in rows:
        curve = None if row is None else next(found)
        curves.append(curve[:2] if curve is not None and curve[2] else None)
    return curves
