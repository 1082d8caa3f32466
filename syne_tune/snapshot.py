"""Saving and loading a tuner: a snapshot spares replaying the log from its beginning, and is never needed otherwise.

An experiment folder holds two of them: ``setup.dill``, the tuner as it was before its first decision, and
``tuner.dill``, the tuner at some later moment. Both know the number of events they include. Loading takes the later one
that does not run ahead of the log, and replays the rest.

Unpickling executes code of whoever made the file. Nothing but ``Tuner.load`` and what says so by name does it.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.constants import ST_EVENT_LOG_FILENAME, ST_TUNER_DILL_FILENAME
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.event_log import Event, read_events

SETUP_FILENAME = "setup.dill"


def write_snapshot(path: Path, tuner: Any) -> None:
    """Writes a snapshot atomically.

    Raises:
        Exception: Whatever pickling an object of the user's raises.
        OSError: If the file cannot be written.
    """
    import cloudpickle

    jsonio.write_atomically(path, cloudpickle.dumps(tuner))


def read_snapshot(folder: Path) -> tuple[Any, list[Event]]:
    """The latest usable snapshot of an experiment, and the events that are to be replayed into it.

    Args:
        folder: Folder of the experiment.

    Returns:
        The tuner and the logged events it does not include.

    Raises:
        ExperimentNotFoundError: If there is no snapshot, or none that can be loaded.
        EventLogError: If the log is damaged before its end.
    """
    log = folder / ST_EVENT_LOG_FILENAME
    events = list(read_events(log)) if log.exists() else []
    problems = []
    for name in (ST_TUNER_DILL_FILENAME, SETUP_FILENAME):
        if not (folder / name).exists():
            continue
        try:
            tuner = pickle.loads((folder / name).read_bytes())
        except Exception as error:  # noqa: BLE001  # unpickling raises whatever the pickled classes raise
            problems.append(f"{name}: {type(error).__name__}: {error}")
            continue
        if tuner.num_events <= len(events):
            return tuner, events[tuner.num_events :]
        problems.append(f"{name}: includes {tuner.num_events} events, the log has {len(events)}")
    raise ExperimentNotFoundError(
        f"{folder}: there is nothing to continue from. "
        + (" ".join(problems) or "No saved tuner was found. Check the path")
    )
