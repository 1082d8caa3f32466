"""One experiment of a study: find out what is left to do of it, do that, and say how it went."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.errors import TooManyFailuresError
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
        message: Why it failed.
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
    """

    study: StudyFolder
    resume: bool
    has_long_names: bool
    is_repeatable: bool
    metadata: Callable[[PlannedExperiment], dict[str, Any]]
    build: Callable[[PlannedExperiment, str], Tuner]
    trial_root: Path | None = None


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
        earlier = launch.study.earlier_run(planned.method, planned.seed, metadata) if launch.resume else None
        if earlier is not None and earlier.state in (study_folder.FINISHED, study_folder.RUNNING):
            state = SKIPPED if earlier.state == study_folder.FINISHED else RUNNING
            return Outcome(planned, state, earlier.folder)
        goes_on = _prepare(earlier, launch.is_repeatable)
        if earlier is not None and goes_on:
            folder = earlier.folder
        else:
            name = launch.study.new_name(planned.benchmark, planned.seed, launch.has_long_names)
            folder = launch.study.group(planned.method, planned.seed) / name
        tuner = launch.build(planned, folder.name)
        trials = folder if launch.trial_root is None else launch.trial_root / folder.name
        tuner.trial_backend.set_path(results_root=str(trials), tuner_name=folder.name)
        _run(tuner, folder, metadata, goes_on)
        study_folder.write_outcome(folder, study_folder.FINISHED)
        return Outcome(planned, CONTINUED if goes_on else DONE, folder)
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


def _failed(planned: PlannedExperiment, folder: Path | None, error: Exception) -> Outcome:
    message = f"{type(error).__name__}: {error}"
    logger.debug("%s failed", planned, exc_info=error)
    if folder is not None and isinstance(error, TooManyFailuresError):
        study_folder.write_outcome(folder, study_folder.FAILED, message)
    return Outcome(planned, FAILED, folder, message)
