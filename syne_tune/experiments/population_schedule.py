"""Which configuration was in force when, for a trial that began from the checkpoint of others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.event_log import Event, read_events
from syne_tune.trial import Config


class ScheduleStep(NamedTuple):
    """Part of a schedule.

    Attributes:
        start: Resource from which on the configuration was in force; 0 for the first one.
        trial_id: The trial it belongs to.
        config: The configuration.
    """

    start: float
    trial_id: int
    config: Config


def population_schedule(folder: Path | str, trial_id: int) -> list[ScheduleStep]:
    """The schedule of configurations that led to a trial of population-based training.

    To replay the best policy, train one model from scratch, and change to the configuration of each step when its
    resource is reached::

        steps = population_schedule(experiment.path, experiment.best_config()["trial_id"])

    Args:
        folder: Folder of the experiment.
        trial_id: The trial.

    Returns:
        Steps in order of their start; the last one belongs to the trial itself.

    Raises:
        ExperimentNotFoundError: If the folder holds no event log.
        OptionError: If there is no such trial.
    """
    log = Path(folder) / ST_EVENT_LOG_FILENAME
    if not log.is_file():
        raise ExperimentNotFoundError(f"{log}: there is no such file, and only the event log tells who copied whom")
    return schedule_from_events(read_events(log), trial_id)


def schedule_from_events(events: Iterable[Event], trial_id: int) -> list[ScheduleStep]:
    """As :func:`population_schedule`, from the events themselves."""
    starts = {event["trial_id"]: event for event in events if _is_start(event)}
    if trial_id not in starts:
        raise OptionError(f"trial_id = {trial_id!r}: the experiment has trials 0 to {len(starts) - 1}")
    steps: list[ScheduleStep] = []
    current: Any = trial_id
    while current is not None:
        event = starts[current]
        steps.append(ScheduleStep(float(event["facts"].get("resource", 0)), current, event["config"]))
        current = event["checkpoint_trial_id"]
    return steps[::-1]


def _is_start(event: Event) -> bool:
    return bool(event["kind"] == "suggest" and event["action"] == "start")
