"""What is known about one trial: its events in the log, its files, its command."""

from __future__ import annotations

from pathlib import Path

from syne_tune.backend.files import RunSpec, TrialFiles, last_lines
from syne_tune.constants import ST_SAGEMAKER_METRIC_TAG
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.event_log import Event
from syne_tune.experiments.recorded_study import RecordedStudy
from syne_tune.trial_state import TrialState


def known_trial(recorded: RecordedStudy, trial_id: int) -> TrialState:
    """The state of a trial.

    Raises:
        ExperimentNotFoundError: If there is no such trial; the message says which there are.
    """
    if trial_id not in recorded.trials:
        last = max(recorded.trials, default=None)
        there_are = "none has been started" if last is None else f"trials are numbered from 0 to {last}"
        raise ExperimentNotFoundError(f"Experiment {recorded.folder.name} has no trial {trial_id}; {there_are}")
    return recorded.trials[trial_id]


def latest_run(folder: Path, trial_id: int) -> RunSpec | None:
    """What the local backend started last for a trial; ``None`` if it ran elsewhere.

    Args:
        folder: Folder of the experiment.
        trial_id: The trial.
    """
    files = TrialFiles(folder, trial_id)
    numbers = (int(path.name) for path in files.path.glob("runs/*") if path.name.isdigit())
    for number in sorted(numbers, reverse=True):
        spec = files.run(number).spec()
        if spec is not None:
            return spec
    return None


def command_of(folder: Path, state: TrialState) -> list[str]:
    """The command of a trial's last run; empty if it is not known."""
    spec = latest_run(folder, state.trial.trial_id)
    if spec is not None:
        return list(spec.argv)
    return list(state.failure.command) if state.failure is not None else []


def log_tail(folder: Path, state: TrialState, lines: int) -> list[str]:
    """The last lines a trial wrote: of both streams if its files are here, else as logged with its failure.

    Args:
        folder: Folder of the experiment.
        state: The trial.
        lines: How many lines of each stream to look at; reports among them are left out.
    """
    files = TrialFiles(folder, state.trial.trial_id)
    logged = state.failure.log_tail if state.failure is not None else ()
    written = [*last_lines(files.stdout, lines), *last_lines(files.stderr, lines)] or list(logged)
    return [line for line in written if not line.startswith(f"[{ST_SAGEMAKER_METRIC_TAG}]")]


def happened(event: Event, trial_id: int) -> str:
    """What an event means for a trial, in words and without its reason.

    Args:
        event: One of the events that concern the trial.
        trial_id: The trial.
    """
    kind = str(event["kind"])
    if kind == "suggest":
        return _suggested(event, trial_id)
    if kind == "report":
        return str(event["decision"]).lower()
    if kind == "retry":
        return "started again"
    if event.get("interrupted"):
        return "interrupted: the tuner ended"
    return str(event.get("status", kind)).lower()


def _suggested(event: Event, trial_id: int) -> str:
    if event["trial_id"] != trial_id:
        return f"its checkpoint was handed to trial {event['trial_id']}"
    return "chosen to go on" if event["action"] == "resume" else "suggested as a new trial"
