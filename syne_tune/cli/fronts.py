"""The best compromises between several metrics, for commands that show experiments."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from syne_tune.cli.output import listed, short, table
from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments.loading import load_folder
from syne_tune.experiments.pareto import ParetoFront


def read_front(folder: Path) -> ParetoFront | None:
    """The front of an experiment; ``None`` if it has one metric only, or nothing was reported yet.

    Args:
        folder: Of the experiment.
    """
    try:
        experiment = load_folder(folder)
        front = experiment.pareto_front() if len(experiment.metric_names()) > 1 else None
    except (ExperimentNotFoundError, OptionError):
        return None
    return front if front is not None and front.points else None


def front_table(front: ParetoFront) -> Table:
    """One row per report of the front; the heading tells the volume that they dominate."""
    reference = ", ".join(map(short, front.reference_point))
    headings = [f"{name} ({mode})" for name, mode in zip(front.metrics, front.modes, strict=True)]
    rows = [
        (point.trial_id, *(short(point.values[name]) for name in front.metrics), listed(point.config))
        for point in front.points
    ]
    title = f"configuration (hypervolume {short(front.hypervolume)} up to {reference})"
    return table(("on the front: trial", *headings, title), rows)
