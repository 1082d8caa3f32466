"""One experiment of a study: find out what is left to do of it, do that, and say how it went."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.errors import OptionError, SyneTuneError, TooManyFailuresError
from syne_tune.event_log import read_events
from syne_tune.experiments.launchers import study_folder
from syne_tune.experiments.launchers.plan import PlannedExperiment
from syne_tune.experiments.launchers.study_folder import EarlierRun, StudyFolder
from syne_tune.metadata_file import read_metadata
from syne_tune.tuner import Tuner

logger = logging.getLogger(__name__)

DONE, CONTINUED, SKIPPED, RUNNING, FAILED = "done", "continued", "finished before", "runs elsewhere", "failed"


@dataclass(frozen=True)
class Outcome:
    """How an experiment went.

    Args:
        planned: The experiment.
        state: :data:`DONE`, :data:`CONTINUED`, :data:`SKIPPED`, :data:`RUNNING` or :data:`FAILED`.
        folder: Where it is; ``None`` if it failed before it had a folder.
        message: Why it failed, or what its results lack.
    """

    planned: PlannedExperiment
    state: str
    folder: Path | None = None
    message: str = ""


@dataclass(frozen=True)
class Launch:
    """What all experiments of one call have in common.

    Args:
        study: Folder of the study.
        resume: Whether experiments of earlier calls count.
        has_long_names: Whether benchmark and seed are part of the names of experiments.
        is_repeatable: Whether an experiment that is run again has the same result. One that was killed then starts
            again; otherwise it goes on where it stopped.
        metadata: Settings of an experiment, as they are written to its ``metadata.json``.
        build: Creates the tuner of an experiment of a given name.
        trial_root: Where trials keep their files, each experiment in a folder of its own; by default in that of the
            experiment.
        is_verbose: Whether to log what methods do.
        command: The command line that runs one experiment alone, if there is one.
    """

    study: StudyFolder
    resume: bool
    has_long_names: bool
    is_repeatable: bool
    metadata: Callable[[PlannedExperiment], dict[str, Any]]
    build: Callable[[PlannedExperiment, str], Tuner]
    trial_root: Path | None = None
    is_verbose: bool = False
    command: Callable[[PlannedExperiment], str] | None = None


def earlier_outcome(planned: PlannedExperiment, launch: Launch) -> Outcome | None:
    """How an experiment went that needs not be run, because it is finished, or runs in another process.

    Args:
        planned: Which one.
        launch: What all experiments have in common.

    Returns:
        ``None`` if there is something to do.
    """
    try:
        earlier = _earlier_run(planned, launch, launch.metadata(planned))
    except Exception as error:  # noqa: BLE001  # metadata of users may be anything
        return _failed(planned, None, error)
    return None if earlier is None else _nothing_left(planned, earlier)


def _earlier_run(planned: PlannedExperiment, launch: Launch, metadata: Mapping[str, Any]) -> EarlierRun | None:
    return launch.study.earlier_run(planned.method, planned.seed, metadata) if launch.resume else None


def _nothing_left(planned: PlannedExperiment, earlier: EarlierRun) -> Outcome | None:
    states = {study_folder.FINISHED: SKIPPED, study_folder.RUNNING: RUNNING}
    return Outcome(planned, states[earlier.state], earlier.folder) if earlier.state in states else None


def run_experiment(planned: PlannedExperiment, launch: Launch) -> Outcome:
    """Runs one experiment, or what is left of it.

    Args:
        planned: Which one.
        launch: What all experiments have in common.

    Returns:
        How it went. Whatever goes wrong is part of the answer, so that the next experiment can be run.
    """
    folder: Path | None = None
    try:
        metadata = launch.metadata(planned)
        earlier = _earlier_run(planned, launch, metadata)
        outcome = None if earlier is None else _nothing_left(planned, earlier)
        if outcome is not None:
            return outcome
        goes_on = _prepare(earlier, launch.is_repeatable)
        if earlier is not None and goes_on:
            folder = earlier.folder
        else:
            folder = launch.study.new_folder(planned.method, planned.benchmark, planned.seed, launch.has_long_names)
        tuner = launch.build(planned, folder.name)
        trials = folder if launch.trial_root is None else launch.trial_root / folder.name
        tuner.trial_backend.set_path(results_root=str(trials), tuner_name=folder.name)
        _run(tuner, folder, metadata, goes_on)
        study_folder.write_outcome(folder, study_folder.FINISHED)
        return Outcome(planned, CONTINUED if goes_on else DONE, folder, _what_is_missing(tuner))
    except Exception as error:  # noqa: BLE001  # methods and benchmarks of users raise anything
        return _failed(planned, folder, error)


def _prepare(earlier: EarlierRun | None, is_repeatable: bool) -> bool:
    """Makes way for a new run, if there shall be one; returns whether the earlier one goes on instead."""
    if earlier is None:
        return False
    if earlier.state == study_folder.FAILED:
        study_folder.set_aside(earlier.folder)
        return False
    if is_repeatable:
        study_folder.remove(earlier.folder)
        return False
    return True


def _run(tuner: Tuner, folder: Path, metadata: Mapping[str, Any], goes_on: bool) -> None:
    tuner.tuner_path = folder
    tuner.metadata.update(metadata)  # its random_seed is the master seed, not the one of the scheduler
    log = folder / ST_EVENT_LOG_FILENAME
    if goes_on and log.is_file():
        tuner.metadata = read_metadata(folder) or tuner.metadata
        tuner.replay(list(read_events(log)))
    tuner.run()


def _what_is_missing(tuner: Tuner) -> str:
    try:
        tuner.best_config()
    except OptionError:
        metric = tuner.scheduler.metric_names()[0]
        return f"no trial has reported a finite {metric}; with a larger max_wallclock_time, one may"
    return ""


def _failed(planned: PlannedExperiment, folder: Path | None, error: Exception) -> Outcome:
    message = f"{type(error).__name__}: {error}"
    level = logging.DEBUG if isinstance(error, SyneTuneError) else logging.INFO  # our messages say enough by themselves
    logger.log(level, "%s failed", planned, exc_info=error)
    if folder is not None and isinstance(error, TooManyFailuresError):
        study_folder.write_outcome(folder, study_folder.FAILED, message)
    elif folder is not None:
        study_folder.remove_if_empty(folder)
    return Outcome(planned, FAILED, folder, message)
