"""The state of one experiment in a few numbers, for tables and for other programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.constants import ST_TUNER_CREATION_TIMESTAMP
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.recorded_study import RecordedStudy, read_study
from syne_tune.metadata_file import read_metadata
from syne_tune.tuning_status import best_trial


@dataclass(frozen=True)
class BestTrial:
    """The trial with the best value of one metric.

    Args:
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        value: The value; ``None`` if nothing was reported.
        trial_id: The trial; ``None`` if nothing was reported.
        config: Its configuration.
    """

    metric: str
    mode: str
    value: float | None = None
    trial_id: int | None = None
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FailedTrial:
    """A trial that failed.

    Args:
        trial_id: The trial.
        cause: One of the values of :class:`~syne_tune.trial.FailureCause`.
        message: What happened.
    """

    trial_id: int
    cause: str
    message: str


@dataclass(frozen=True)
class Overview:
    """The state of one experiment.

    Args:
        name: Name of the experiment.
        path: Its folder.
        phase: ``"running"``, ``"finished"``, ``"interrupted"``; ``"unknown"`` for experiments without a log.
        end_reason: Why it ended, if it did.
        created: When it was created, in seconds since the epoch.
        elapsed: Seconds during which a tuner was running.
        num_sessions: How often a tuner was started.
        entrypoint: Name of the training script.
        backend: Class of the backend.
        scheduler: Class of the scheduler.
        trials: Number of trials by status.
        num_reports: Number of reports.
        decisions: Number of decisions of the scheduler by kind.
        rungs: Number of trials per rung level, in ascending order of levels.
        best: Best trial per metric.
        failures: Trials that failed.
        config_space: JSON form of the search space.
    """

    name: str
    path: str
    phase: str
    end_reason: str | None
    created: float
    elapsed: float
    num_sessions: int
    entrypoint: str
    backend: str
    scheduler: str
    trials: dict[str, int]
    num_reports: int
    decisions: dict[str, int]
    rungs: dict[str, int]
    best: list[BestTrial]
    failures: list[FailedTrial]
    config_space: dict[str, Any]


def read_overview(folder: Path) -> Overview:
    """Reads an experiment.

    Args:
        folder: Its folder.

    Raises:
        ExperimentNotFoundError: If its metadata is missing or damaged, or there is nothing else.
        EventLogError: If its log is damaged before its end.
    """
    metadata = read_metadata(folder)
    if metadata is None:
        raise ExperimentNotFoundError(f"{folder}: the tuner ended before it wrote metadata.json; nothing was run")
    recorded = read_study(folder, metrics_and_modes(metadata)[0])
    return Overview(
        name=folder.name,
        path=str(folder),
        phase=recorded.phase(),
        end_reason=recorded.end_reason,
        created=float(metadata[ST_TUNER_CREATION_TIMESTAMP]),
        elapsed=recorded.elapsed,
        num_sessions=len(recorded.sessions),
        entrypoint=str(metadata.get("entrypoint", "")),
        backend=str(metadata.get("backend", "")),
        scheduler=str(metadata.get("scheduler_name", "")),
        trials=_trials_by_status(recorded),
        num_reports=recorded.num_reports,
        decisions=recorded.num_decisions,
        rungs={str(level): size for level, size in sorted(recorded.rung_sizes.items())},
        best=best_trials(recorded, metadata),
        failures=_failures(recorded),
        config_space=_config_space(metadata),
    )


def metrics_and_modes(metadata: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Names of the metrics, and ``"min"`` or ``"max"`` for each.

    Args:
        metadata: Content of ``metadata.json``.
    """
    names, modes = metadata.get("metric_names", []), metadata.get("metric_mode", "min")
    names = [names] if isinstance(names, str) else list(names)
    return names, [modes] * len(names) if isinstance(modes, str) else list(modes)


def best_trials(recorded: RecordedStudy, metadata: dict[str, Any]) -> list[BestTrial]:
    """The best trial per metric, over all reports.

    Args:
        recorded: The state of the experiment.
        metadata: Content of ``metadata.json``.
    """
    found = []
    for metric, mode in zip(*metrics_and_modes(metadata), strict=True):
        best = best_trial(recorded.status, metric, mode)
        if best is None:
            found.append(BestTrial(metric, mode))
        else:
            config = recorded.trials[best[0]].trial.config
            found.append(BestTrial(metric, mode, best[1], best[0], dict(config)))
    return found


def _trials_by_status(recorded: RecordedStudy) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in recorded.trials.values():
        counts[state.status] = counts.get(state.status, 0) + 1
    return counts


def _failures(recorded: RecordedStudy) -> list[FailedTrial]:
    return [
        FailedTrial(trial_id, state.failure.cause.value, state.failure.message)
        for trial_id, state in recorded.trials.items()
        if state.failure is not None
    ]


def _config_space(metadata: dict[str, Any]) -> dict[str, Any]:
    try:
        space = jsonio.loads(metadata.get("config_space", "{}"))
    except (TypeError, ValueError):
        return {}
    return space if isinstance(space, dict) else {}
