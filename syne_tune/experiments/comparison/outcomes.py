"""What the setups of a study achieved on each problem: the table behind ranks and tables of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.experiments.comparison.aggregation import FloatArray
from syne_tune.experiments.comparison.run_curves import RunCurve
from syne_tune.experiments.plots.canvas import Curve


@dataclass(frozen=True)
class Outcomes:
    """Values after a share of the time.

    Args:
        problems: Benchmark and seed of each row.
        setups: Name of each column.
        values: ``(p, k)`` as drawn; ``nan`` where there is no such run, or it had found nothing yet.
    """

    problems: tuple[tuple[str, Any], ...]
    setups: tuple[str, ...]
    values: FloatArray

    def of_benchmark(self, benchmark: str) -> FloatArray:
        """The rows of one benchmark."""
        return self.values[[name == benchmark for name, _ in self.problems]]


def outcomes(curves: Iterable[RunCurve], setups: Sequence[str], share: float = 1.0) -> Outcomes:
    """Looks up what each run had achieved after a share of the time of its benchmark.

    The time of a benchmark is that of its longest run; a run that ended earlier keeps its last value. Runs are paired
    by their seed; where metadata hold none, by the order of their names.

    Args:
        curves: The runs.
        setups: Names of the columns.
        share: In (0, 1].
    """
    listed = list(curves)
    horizon: dict[str, float] = {}
    for it in listed:
        benchmark = it.run.benchmark
        horizon[benchmark] = max(horizon.get(benchmark, 0.0), float(it.curve.seconds[-1]))
    cells: dict[tuple[str, Any], dict[str, float]] = {}
    for it, seed in zip(listed, _seeds(listed), strict=True):
        row = cells.setdefault((it.run.benchmark, seed), {})
        row[it.name] = value_at(it.curve, share * horizon[it.run.benchmark])
    values = [[row.get(setup, np.nan) for setup in setups] for row in cells.values()]
    return Outcomes(tuple(cells), tuple(setups), np.array(values).reshape(len(cells), len(setups)))


def value_at(curve: Curve, seconds: float) -> float:
    """Value of a step curve at a time; ``nan`` before its first point."""
    place = int(np.searchsorted(curve.seconds, seconds, side="right")) - 1
    return float(curve.values[place]) if place >= 0 else np.nan


def _seeds(curves: Sequence[RunCurve]) -> list[Any]:
    counts: dict[tuple[str, str], int] = {}
    seeds = []
    for it in curves:
        group = it.run.benchmark, it.name
        position = counts.get(group, 0)
        counts[group] = position + 1
        seeds.append(position if it.run.seed is None else it.run.seed)
    return seeds
