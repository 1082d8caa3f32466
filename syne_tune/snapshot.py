"""Saving and loading a tuner: a snapshot spares replaying the log from its beginning, and is never needed otherwise.

An experiment folder holds two of them: ``setup.dill``, the tuner as it was before its first decision, and
``tuner.dill``, the tuner at some later moment. Both know the number of events they include. Loading takes the later one
that does not run ahead of the log, and replays the rest.

Unpickling executes code of whoever made the file. Nothing but ``Tuner.load`` and what says so by name does it.
"""

from __future__ import annotations

import copyreg
import logging
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.constants import ST_EVENT_LOG_FILENAME, ST_TUNER_DILL_FILENAME
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.event_log import Event, read_events
from syne_tune.garbage import no_garbage_collection

logger = logging.getLogger(__name__)

SETUP_FILENAME = "setup.dill"
_SHARE_OF_TIME = 0.02
_MAIN = b"__main__"
_LARGE = 1 << 14


def write_snapshot(path: Path, tuner: Any) -> None:
    """Writes a snapshot atomically.

    Raises:
        Exception: Whatever pickling an object of the user's raises.
        OSError: If the file cannot be written.
    """
    with no_garbage_collection():
        parts = _pickled(tuner)
        with jsonio.replaced_atomically(path) as file:
            pickle.Pickler(file, pickle.HIGHEST_PROTOCOL).dump(parts)


def _pickled(tuner: Any) -> _Parts:
    """Pickles classes and functions by their name where that will do, which is several times faster."""
    texts, arrays, classes = _Collected(), _LargeArrays(), _ClassesByValue()
    pickler = pickle.Pickler(texts, pickle.HIGHEST_PROTOCOL, buffer_callback=arrays.keep_in_place)
    pickler.dispatch_table = {**copyreg.dispatch_table, **dict.fromkeys(_classes_of_script(tuner), classes.reduce)}
    try:
        pickler.dump(tuner)
    except Exception:  # noqa: BLE001  # pickling raises anything; if it is not about names, it is raised again below
        return _Parts([_by_value(tuner)], [])
    has_all_names = sum(text.count(_MAIN) for text in texts) == classes.mentions_of_main()
    return _Parts(texts, arrays) if has_all_names else _Parts([_by_value(tuner)], [])


class _Collected(list[bytes]):
    """A file whose content stays where it is."""

    def write(self, data: bytes) -> None:
        """Adds what comes next."""
        self.append(data)


class _LargeArrays(list[pickle.PickleBuffer]):
    """Arrays that are put beside the objects that refer to them, so that they need not be copied and looked through."""

    def keep_in_place(self, array: pickle.PickleBuffer) -> bool:
        """Whether an array is small; others are put aside."""
        is_small = memoryview(array).nbytes < _LARGE
        if not is_small:
            self.append(array)
        return is_small


class _Parts:
    """Pickled objects, and the arrays that they refer to; unpickling this gives the objects."""

    def __init__(self, texts: list[bytes], arrays: list[pickle.PickleBuffer]) -> None:
        self._texts, self._arrays = texts, arrays

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_parts, (list(self._texts), list(self._arrays))


def _from_parts(texts: list[bytes], arrays: list[Any]) -> Any:
    return pickle.loads(b"".join(texts), buffers=arrays)


def _by_value(value: object) -> bytes:
    import cloudpickle

    data: bytes = cloudpickle.dumps(value)
    return data


class _ClassesByValue:
    """Pickles objects whose class another process will not find under its name, because it is part of a script."""

    def __init__(self) -> None:
        self._pickled: dict[type, bytes] = {}

    def reduce(self, value: object) -> str | tuple[Any, ...]:
        """What :mod:`pickle` shall do about such an object."""
        reduced = value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        if isinstance(reduced, str) or reduced[0] is not copyreg.__newobj__:  # type: ignore[attr-defined]
            return reduced
        _, (cls, *others), *state = reduced
        if cls not in self._pickled:
            self._pickled[cls] = _by_value(cls)
        return (_new_object, (self._pickled[cls], *others), *state)

    def mentions_of_main(self) -> int:
        """How often the name of the main module occurs in what has been pickled here."""
        return sum(data.count(_MAIN) for data in self._pickled.values())


def _new_object(pickled_class: bytes, *arguments: Any) -> Any:
    cls = pickle.loads(pickled_class)
    return cls.__new__(cls, *arguments)


def _classes_of_script(tuner: Any) -> list[type]:
    """Classes that cannot be imported elsewhere: those of the main module, and those of callbacks made in functions."""
    values = [value for value in vars(sys.modules["__main__"]).values() if isinstance(value, type)]
    made = [type(callback) for callback in getattr(tuner, "callbacks", [])]
    return [
        *(value for value in values if value.__module__ == "__main__"),
        *(value for value in made if "<locals>" in value.__qualname__),
    ]


class SnapshotSaver:
    """Saves the tuner of one experiment now and then.

    A snapshot that cannot be written, for want of space or because an object of the user's cannot be pickled, costs a
    warning, and the next ones none: the log is complete without them.

    Args:
        folder: Folder of the experiment.
        interval: Least number of seconds between two snapshots; more, if saving would take more than two percent of the
            time.
    """

    def __init__(self, folder: Path, interval: float) -> None:
        self._folder = folder
        self._interval = interval
        self._next = time.monotonic() + interval
        self._is_possible = self._has_room = True

    def save_if_due(self, tuner: Any, before: Callable[[], None]) -> None:
        """Saves the tuner, if it is time to.

        Args:
            tuner: The tuner.
            before: Called before that; a snapshot must not include what is not in the log.
        """
        now = time.monotonic()
        if now >= self._next:
            before()
            self.save(tuner)
            self._next = now + max(self._interval, (time.monotonic() - now) / _SHARE_OF_TIME)

    def save(self, tuner: Any, is_setup: bool = False) -> None:
        """Saves the tuner.

        Args:
            tuner: The tuner.
            is_setup: Whether it has not decided anything yet.
        """
        name = SETUP_FILENAME if is_setup else ST_TUNER_DILL_FILENAME
        if not self._is_possible:
            return
        try:
            write_snapshot(self._folder / name, tuner)
        except OSError as error:
            if self._has_room:
                why = error.strerror or error
                logger.warning("%s could not be written (%s); the event log is complete without it", name, why)
            self._has_room = False
        except Exception as error:  # noqa: BLE001  # pickling objects of the user's raises anything
            self._is_possible = False
            logger.warning(
                "The tuner cannot be saved (%s: %s), so that this experiment cannot be resumed. Make scheduler, "
                "backend, stopping criterion and callbacks picklable, or silence this with save_tuner=False",
                type(error).__name__,
                error,
            )
        else:
            self._has_room = True
            tuner.trial_backend.on_tuner_save()


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
