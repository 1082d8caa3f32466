"""What a run achieved over time, in the units in which comparisons are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from syne_tune.constants import ST_TRIAL_ID
from syne_tune.errors import OptionError
from syne_tune.experiments.comparison.final_rows import final_rows
from syne_tune.experiments.comparison.plot_parameters import PlotParameters
from syne_tune.experiments.comparison.result_files import Run
from syne_tune.experiments.plots.canvas import Curve, tuner_time
from syne_tune.experiments.result_table import finite_values, read_results

ColumnGenerator: TypeAlias = Callable[[pd.DataFrame], Any]
"""Makes the values to be compared, one per row, from the results of one experiment."""


@dataclass(frozen=True)
class RunCurve:
    """A run and the best value it had found at each time.

    Args:
        run: The run.
        curve: Best drawn value so far, one point per report.
        frame: The reports it was made from.
        name: Setup under which it is drawn; that of the run unless it is an extra curve.
    """

    run: Run
    curve: Curve
    frame: pd.DataFrame
    name: str


def run_curves(
    runs: Iterable[Run],
    parameters: PlotParameters,
    column_generator: ColumnGenerator | None = None,
    one_result_per_trial: bool = False,
) -> list[RunCurve]:
    """The curves of several runs.

    Args:
        runs: The runs; those without a finite value of the metric are left out.
        parameters: Metric, mode and scale; fully merged.
        column_generator: If given, makes the values in place of the metric's column.
        one_result_per_trial: Whether only the last report of each trial counts.

    Raises:
        OptionError: If a result has no such metric.
    """
    curves = []
    for run in runs:
        frame = _frame(run, one_result_per_trial)
        if frame is None or not len(frame):
            continue
        try:
            values = drawn_values(frame, parameters, column_generator)
        except OptionError as error:
            raise OptionError(f"{run.name}: {error}") from error
        curve = _best_so_far(frame, values, parameters)
        if len(curve.seconds):
            curves.append(RunCurve(run, curve, frame, run.setup))
    return curves


def first_trials(curve: RunCurve, parameters: PlotParameters, generator: ColumnGenerator | None) -> RunCurve | None:
    """The same run as if only its first trials existed, extended to its end; ``None`` if it is not asked for.

    Args:
        curve: A run.
        parameters: Say which setup, and how many trials.
        generator: As in :func:`run_curves`.
    """
    wanted = parameters.show_init_trials
    if wanted is None or curve.run.setup != wanted.setup_name:
        return None
    frame = curve.frame[curve.frame[ST_TRIAL_ID].astype(int) <= wanted.trial_id].reset_index(drop=True)
    if not len(frame):
        return None
    early = _best_so_far(frame, drawn_values(frame, parameters, generator), parameters)
    if not len(early.seconds):
        return None
    end = curve.curve.seconds[-1]
    extended = Curve(np.append(early.seconds, end), np.append(early.values, early.values[-1]), early.label)
    return RunCurve(curve.run, extended, frame, wanted.new_setup_name)


def _frame(run: Run, one_result_per_trial: bool) -> pd.DataFrame | None:
    frame = read_results(run.folder)
    if frame is None or not one_result_per_trial or ST_TRIAL_ID not in frame:
        return frame
    return final_rows(frame)


def drawn_values(
    frame: pd.DataFrame, parameters: PlotParameters, generator: ColumnGenerator | None = None
) -> pd.Series[float]:
    """Finite values of the metric as drawn, indexed by the position of their rows.

    Args:
        frame: Results of an experiment.
        parameters: Metric, mode and scale; fully merged.
        generator: If given, makes the values in place of the metric's column.
    """
    metric = parameters.named_metric()
    if generator is not None:
        generated = np.asarray(generator(frame))
        if generated.shape != (len(frame),):
            raise OptionError(
                f"dataframe_column_generator returned an array of shape {generated.shape} for a frame of {len(frame)} "
                "rows: it must return one value per row"
            )
        frame = frame.assign(**{metric: generated})
    values = finite_values(frame, metric) * (parameters.metric_multiplier or 1.0)
    return 1.0 - values if _is_turned(parameters) else values


def _is_turned(parameters: PlotParameters) -> bool:
    return parameters.mode == "max" and bool(parameters.convert_to_min)


def is_minimised(parameters: PlotParameters) -> bool:
    """Whether lower is better as drawn."""
    return parameters.mode != "max" or _is_turned(parameters)


def _best_so_far(frame: pd.DataFrame, values: pd.Series[float], parameters: PlotParameters) -> Curve:
    seconds = tuner_time(frame)[values.index.to_numpy()]
    order = np.argsort(seconds, kind="stable")
    accumulate = np.minimum.accumulate if is_minimised(parameters) else np.maximum.accumulate
    return Curve(seconds[order], accumulate(values.to_numpy()[order]), parameters.named_metric())


def by_setup(curves: Iterable[RunCurve], setups: Sequence[str]) -> Mapping[str, list[RunCurve]]:
    """Groups curves by the setup under which they are drawn, in the order of ``setups``; empty groups are left out."""
    groups: dict[str, list[RunCurve]] = {setup: [] for setup in setups}
    for curve in curves:
        groups.setdefault(curve.name, []).append(curve)
    return {setup: group for setup, group in groups.items() if group}
