"""Writes a study of another program as an experiment: event log, metadata, table of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from syne_tune import jsonio
from syne_tune.constants import (
    ST_EVENT_LOG_FILENAME,
    ST_METADATA_FILENAME,
    ST_RESULTS_DATAFRAME_FILENAME,
    ST_TUNER_CREATION_TIMESTAMP,
    ST_TUNER_START_TIMESTAMP,
    ST_WORKER_TIME,
    ST_WORKER_TIMESTAMP,
    VERSION,
)
from syne_tune.errors import ExperimentFolderError
from syne_tune.event_log import EventLog, read_events
from syne_tune.experiment_folder import create_experiment_folder
from syne_tune.experiments.foreign.study import ForeignReport, ForeignStudy, ForeignTrial
from syne_tune.experiments.result_table import results_from_events
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.study import failure_to_fields
from syne_tune.trial import Failure, FailureCause, Status
from syne_tune.tuning_status import is_number

_START, _REPORT, _END = range(3)
"""Order of events that happen at the same time."""


class _Entry(NamedTuple):
    """An event to be logged; entries are sorted by time, then by order, then by trial."""

    time: float
    order: int
    trial_id: int
    number: int
    kind: str
    fields: Mapping[str, Any]


def write_experiment(study: ForeignStudy, folder: Path) -> None:
    """Writes the folder of an experiment.

    Trials are numbered by their start; what they were called before stands in the reason of their suggestion.

    Args:
        study: The study.
        folder: Must not exist.

    Raises:
        ExperimentFolderError: If the folder exists, or cannot be written.
    """
    if folder.exists():
        raise ExperimentFolderError(f"{folder}: exists already; choose another name, or remove it")
    create_experiment_folder(folder)
    trials = sorted(study.trials, key=lambda trial: trial.started)
    begin = trials[0].started if trials else 0.0
    end = max((trial.ended for trial in trials), default=begin)
    log_path = folder / ST_EVENT_LOG_FILENAME
    with EventLog(log_path) as log:
        log.append("session", begin, 0.0, resumed=False, n_workers=_most_at_once(trials), name=folder.name)
        for entry in sorted(_entries(study, trials), key=lambda entry: entry[:4]):
            log.append(entry.kind, entry.time, entry.time - begin, **entry.fields)
        log.append("end", end, end - begin, reason=f"imported from {study.program}")
    jsonio.write_json(folder / ST_METADATA_FILENAME, _metadata(study, begin))
    results = results_from_events(read_events(log_path))
    compression = {"method": "zip", "archive_name": ST_RESULTS_DATAFRAME_FILENAME.removesuffix(".zip")}
    results.to_csv(folder / ST_RESULTS_DATAFRAME_FILENAME, index=False, compression=compression)


def _metadata(study: ForeignStudy, begin: float) -> dict[str, Any]:
    resource = {} if study.resource_attr is None else {"resource_attr": study.resource_attr}
    modes = list(study.metric_modes)
    return {
        ST_TUNER_CREATION_TIMESTAMP: begin,
        ST_TUNER_START_TIMESTAMP: begin,
        "entrypoint": study.name,
        "backend": study.program,
        "metric_names": list(study.metric_names),
        "metric_mode": modes[0] if len(modes) == 1 else modes,
        "scheduler_name": f"{study.program} study",
        "config_space": study.space.to_json(),
        "syne_tune_version": VERSION,
        "imported_from": study.source,
        "import_notes": list(study.notes),
        **resource,
    }


def _most_at_once(trials: list[ForeignTrial]) -> int:
    """Largest number of trials that ran side by side; one that starts when another ends takes its place."""
    changes = sorted([(trial.started, 1) for trial in trials] + [(trial.ended, -1) for trial in trials])
    running = most = 0
    for _, change in changes:
        running += change
        most = max(most, running)
    return max(1, most)


def _entries(study: ForeignStudy, trials: list[ForeignTrial]) -> Iterator[_Entry]:
    for trial_id, trial in enumerate(trials):
        constants = study.space.constants
        start = {
            "action": "start",
            "trial_id": trial_id,
            "config": {**constants, **trial.config},
            "checkpoint_trial_id": None,
            "reason": f"trial {trial.label} of the {study.program} study {study.name!r}",
            "facts": {"imported_from": trial.label},
        }
        yield _Entry(trial.started, _START, trial_id, 0, "suggest", start)
        yield from _outcome(study, trial_id, trial)


def _outcome(study: ForeignStudy, trial_id: int, trial: ForeignTrial) -> Iterator[_Entry]:
    """Reports up to the first that is not finite, and how the trial ended."""
    for number, report in enumerate(trial.reports):
        fields = _report_fields(trial_id, trial, report)
        unusable = [name for name in study.metric_names if name in report.values and not is_number(report.values[name])]
        if unusable:
            message = f"{unusable[0]} = {report.values[unusable[0]]}: a failed evaluation"
            failure = failure_to_fields(Failure(FailureCause.NON_FINITE, message))
            stopped = {"decision": SchedulerDecision.STOP, "reason": message, "failure": failure}
            yield _Entry(report.time, _REPORT, trial_id, number, "report", {**fields, **stopped})
            return
        if trial.status == Status.stopped and number == len(trial.reports) - 1:
            stopped = {"decision": SchedulerDecision.STOP, "reason": f"stopped by {study.program}"}
            yield _Entry(report.time, _REPORT, trial_id, number, "report", {**fields, **stopped})
            return
        yield _Entry(report.time, _REPORT, trial_id, number, "report", fields)
    yield _Entry(trial.ended, _END, trial_id, 0, "status", _ending(study, trial_id, trial))


def _report_fields(trial_id: int, trial: ForeignTrial, report: ForeignReport) -> dict[str, Any]:
    times = {ST_WORKER_TIMESTAMP: report.time, ST_WORKER_TIME: report.time - trial.started}
    return {
        "trial_id": trial_id,
        "result": {**report.values, **times},
        "status": Status.in_progress,
        "decision": SchedulerDecision.CONTINUE,
        "reason": "",
        "facts": {},
    }


def _ending(study: ForeignStudy, trial_id: int, trial: ForeignTrial) -> dict[str, Any]:
    if trial.status == Status.completed:
        return {"trial_id": trial_id, "status": Status.completed, "failure": None}
    if trial.status == Status.failed:
        failure = Failure(FailureCause.ERROR, trial.problem or f"failed, according to {study.program}")
        return {"trial_id": trial_id, "status": Status.failed, "failure": failure_to_fields(failure)}
    why = "stopped without a report" if trial.status == Status.stopped else "still running when it was imported"
    failure = Failure(FailureCause.STOPPED_BY_USER, f"{why}, according to {study.program}")
    return {"trial_id": trial_id, "status": Status.stopped, "failure": failure_to_fields(failure)}
