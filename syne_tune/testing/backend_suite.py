"""How the tests of a backend make and watch one: :class:`BackendSuite`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.errors import BackendError
from syne_tune.testing.backend_observer import Observer


class BackendSuite:
    """Base class of suites of tests for one backend; it holds no test itself.

    A trial of the suites is described in :mod:`syne_tune.testing.toy_training`.
    """

    patience: float = 120.0
    """Seconds after which something counts as never happening."""

    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        """A new backend whose trials run :mod:`~syne_tune.testing.toy_training`."""
        raise NotImplementedError

    def study_name(self, folder: Path) -> str:
        """Name of the study whose trials keep their files in a folder; override it if names must be unique."""
        return "contract"

    # ------------------------------------------------------------------ helpers

    def observed(self, folder: Path, delete_checkpoints: bool = False) -> AbstractContextManager[Observer]:
        """A new backend in a folder, with its observer; trials are stopped at the end."""
        return self.observing(self.make_backend(delete_checkpoints), folder)

    @contextmanager
    def observing(self, backend: TrialBackend, folder: Path) -> Iterator[Observer]:
        """Likewise, for a backend that there is."""
        backend.set_path(results_root=str(folder), tuner_name=self.study_name(folder))
        try:
            yield Observer(backend, self.patience)
        finally:
            backend.stop_all()
            backend.close()

    @staticmethod
    def config(behaviour: str, num_reports: int = 3, value: float = 0.5) -> dict[str, Any]:
        """Configuration of a trial of the suite."""
        return {"behaviour": behaviour, "num_reports": num_reports, "value": value}

    @staticmethod
    def refuses(action: Callable[[], object]) -> str:
        """Calls something that has to raise a BackendError; returns its message."""
        try:
            action()
        except BackendError as error:
            return str(error)
        raise AssertionError("a BackendError was expected")
