"""What is known about one trial: its events in the log, its files, its command."""

from __future__ import annotations

from pathlib import Path

from syne_tune.backend.files import RunSpec, TrialFiles, last_lines
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.event_log import Event
from syne_tune.experiments.recorded_study import RecordedStudy
from syne_tune.study import TrialState


def known_trial(recorded: RecordedStudy, trial_id: int) -> TrialState:
    """The state of a trial.

    Raises:
        ExperimentNotFoundError: If there is no such trial; the message says which there are.
    """
    if trial_id not in recorded.trials:
        last = max(recorded.trials, default=None)
        there_are = "none has been started" if last is None else f"trials are numbered from 0 to {last}"
        raise ExperimentNotFoundError(
            f"Experiment {recorded.folder.name} has no trial {trial_id}; {there_are}"
        )
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
        lines: How many lines of each stream.
    """
    files = TrialFiles(folder, state.trial.trial_id)
    written = [*last_lines(files.stdout, lines), *last_lines(files.stderr, lines)]
    logged = state.failure.log_tail if state.failure is not None else ()
    return written or list(logged)


def happened(event: Event) -> str:
    """One event of a trial in words, without its reason."""
    kind = str(event["kind"])
    if kind == "suggest":
        return "chosen to go on" if event["action"] == "resume" else "suggested as a new trial"
    if kind == "report":
        return str(event["decision"]).lower()
    if kind == "retry":
        return "started again"
    return str(event.get("status", kind)).lower()
