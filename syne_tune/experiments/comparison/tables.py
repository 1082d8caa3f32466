"""Results of a study as a table in Markdown, LaTeX or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.comparison.aggregation import AGGREGATE_MODES
from syne_tune.experiments.comparison.outcomes import Outcomes
from syne_tune.optional import require

_DIGITS = 4


@dataclass(frozen=True)
class ResultTable:
    """One row per benchmark, one column per setup.

    Args:
        benchmarks: Names of the rows.
        setups: Names of the columns.
        middles: Aggregated value, ``(b, k)``; ``nan`` where there is no run.
        widths: Half of the width of its band, ``(b, k)``; ``nan`` where there are fewer than two runs.
        best: Whether it is the best of its row, ``(b, k)``.
        minimised: Whether lower is better.
    """

    benchmarks: tuple[str, ...]
    setups: tuple[str, ...]
    middles: np.ndarray
    widths: np.ndarray
    best: np.ndarray
    minimised: bool

    def render(self, style: str = "markdown") -> str:
        """The table as text.

        Args:
            style: ``"markdown"``, ``"latex"`` or ``"csv"``.

        Raises:
            OptionError: If there is no such style.
            MissingExtraError: If tabulate is not installed.
        """
        if style == "csv":
            return self._csv()
        if style not in _EMPHASIS:
            raise OptionError(f"style = {style!r}: {nearest(style, [*_EMPHASIS, 'csv'])}")
        tablefmt, plus_minus, emphasise = _EMPHASIS[style]
        rows = [[name, *self._marked(row, plus_minus, emphasise)] for row, name in enumerate(self.benchmarks)]
        tabulate = require("tabulate", extra="visual").tabulate
        text: str = tabulate(rows, headers=["benchmark", *self.setups], tablefmt=tablefmt, disable_numparse=True)
        return text + "\n"

    def cells(self, row: int, plus_minus: str = "±") -> list[str]:
        """The values of a row as text, each with the half width of its band, if it has one."""
        pairs = zip(self.middles[row], self.widths[row], strict=True)
        return [_cell(it, width, plus_minus) for it, width in pairs]

    def _marked(self, row: int, plus_minus: str, emphasise: Callable[[str], str]) -> list[str]:
        cells = zip(self.cells(row, plus_minus), self.best[row], strict=True)
        return [emphasise(text) if best else text for text, best in cells]

    def _csv(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["benchmark", "setup", "value", "half_width", "is_best"])
        for row, benchmark in enumerate(self.benchmarks):
            for column, setup in enumerate(self.setups):
                cell = self.middles[row, column], self.widths[row, column], bool(self.best[row, column])
                writer.writerow([benchmark, setup, *cell])
        return out.getvalue()


def _cell(middle: float, width: float, plus_minus: str) -> str:
    if not np.isfinite(middle):
        return "–"
    text = f"{middle:.{_DIGITS}g}"
    return f"{text} {plus_minus} {width:.2g}" if np.isfinite(width) else text


_EMPHASIS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "markdown": ("github", "±", lambda text: f"**{text}**"),
    "latex": ("latex_raw", r"$\pm$", lambda text: rf"\textbf{{{text}}}"),
}


def result_table(outcomes: Outcomes, aggregate_mode: str, minimised: bool) -> ResultTable:
    """Aggregates over the seeds of each benchmark.

    Args:
        outcomes: What was achieved.
        aggregate_mode: Name in :data:`~.aggregation.AGGREGATE_MODES`.
        minimised: Whether lower is better.
    """
    benchmarks = tuple(dict.fromkeys(name for name, _ in outcomes.problems))
    bands = [_band(outcomes.of_benchmark(name), aggregate_mode) for name in benchmarks]
    middles, widths = np.array([middle for middle, _ in bands]), np.array([width for _, width in bands])
    filled = np.where(np.isnan(middles), np.inf, middles if minimised else -middles)
    best = np.isfinite(filled) & (filled == filled.min(axis=1, keepdims=True))
    return ResultTable(benchmarks, outcomes.setups, middles, widths, best, minimised)


def _band(values: np.ndarray, mode: str) -> tuple[Sequence[float], Sequence[float]]:
    middles, widths = [], []
    for column in values.T:
        known = column[np.isfinite(column)][:, None]
        band = AGGREGATE_MODES[mode](known) if len(known) else None
        middles.append(np.nan if band is None else float(band.middle[0]))
        widths.append(np.nan if band is None or len(known) < 2 else float(band.upper[0] - band.lower[0]) / 2)
    return middles, widths
