"""A study of another program, in plain values: what readers of files produce, and writers of experiments need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.config_space import Space


@dataclass(frozen=True)
class ForeignReport:
    """One report.

    Args:
        time: Seconds since the epoch.
        values: Name of metric to value; the resource is among them.
    """

    time: float
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ForeignTrial:
    """One trial.

    Args:
        label: What the other program called it.
        config: Values of its parameters.
        reports: In order of time.
        started: Seconds since the epoch.
        ended: Likewise.
        status: One of the strings of :class:`~syne_tune.trial.Status`: completed, stopped by the method, failed, or in
            progress when the files were read.
        problem: Why it failed, if it did.
    """

    label: str
    config: Mapping[str, Any]
    reports: tuple[ForeignReport, ...]
    started: float
    ended: float
    status: str
    problem: str = ""


@dataclass(frozen=True)
class ForeignStudy:
    """One study.

    Args:
        name: Of the study.
        program: Name of the other program.
        source: File or folder it was read from.
        space: The search space.
        metric_names: Names of the metrics.
        metric_modes: ``"min"`` or ``"max"`` for each.
        resource_attr: Name of the resource, if trials report one.
        trials: In order of their start.
        notes: What could not be taken over as it was, one sentence each.
    """

    name: str
    program: str
    source: str
    space: Space
    metric_names: tuple[str, ...]
    metric_modes: tuple[str, ...]
    resource_attr: str | None
    trials: tuple[ForeignTrial, ...]
    notes: tuple[str, ...] = ()
