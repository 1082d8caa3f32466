"""Trials as calls of a Python function, each in a process of its own: :class:`PythonBackend`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from syne_tune.backend.files import TrialFiles
from syne_tune.backend.local_backend import LocalBackend
from syne_tune.backend.python_backend import entrypoint
from syne_tune.backend.python_backend.function_file import serialize
from syne_tune.backend.tune_function import check_parameters, name_of
from syne_tune.jsonio import write_atomically

_FUNCTION_FOLDER = "tune_function"


class PythonBackend(LocalBackend):
    """Calls a function for each trial, in a process forked from a worker host that has loaded the function already.

    The function is called with those entries of the configuration that are its parameters, by name (all of them if it
    takes ``**kwargs``), and with ``st_checkpoint_dir`` if it has such a parameter. It reports by calling a
    :class:`~syne_tune.report.Reporter`, by yielding dictionaries of metrics, or by returning one. It may be any
    callable that ``cloudpickle`` can handle: closures, methods, ``functools.partial`` and lambdas included. See
    ``docs/how-to/python-backend.md``.

    Args:
        tune_function: To be tuned.
        config_space: Configuration space; the parameters of the function are checked against its names.
        rotate_gpus: See :class:`~syne_tune.backend.local_backend.LocalBackend`, also for what follows.
        delete_checkpoints: Whether checkpoints are deleted when trials have ended.
        num_gpus_per_trial: How many GPUs a trial gets.
        gpus_to_use: Numbers of the GPUs to be used.
        trial_timeout: Seconds after which a run of a trial is ended.
        preload: Modules to import once, in the worker host. Those the function refers to are imported there anyway;
            name those that are imported within its body.
        stop_grace: Seconds that a trial has for ending by itself.

    Raises:
        OptionError: If the function has a parameter without default that is not in ``config_space``, or cannot be
            pickled.
    """

    def __init__(
        self,
        tune_function: Callable[..., Any],
        config_space: Collection[str],
        rotate_gpus: bool = True,
        delete_checkpoints: bool = False,
        num_gpus_per_trial: int = 1,
        gpus_to_use: Sequence[int] | None = None,
        *,
        trial_timeout: float | None = None,
        preload: str | Sequence[str] = (),
        stop_grace: float = 5.0,
    ) -> None:
        check_parameters(tune_function, list(config_space))
        super().__init__(
            entrypoint.__file__,
            delete_checkpoints=delete_checkpoints,
            rotate_gpus=rotate_gpus,
            num_gpus_per_trial=num_gpus_per_trial,
            gpus_to_use=gpus_to_use,
            trial_timeout=trial_timeout,
            preload=preload,
            stop_grace=stop_grace,
        )
        self._function_name = name_of(tune_function)
        self._function = serialize(tune_function)

    def __str__(self) -> str:
        return f"python function {self._function_name}"

    def entrypoint_path(self) -> Path:
        """Name of the function, from which the tuner makes the name of the experiment."""
        return Path(re.sub(r"\W+", "", self._function_name) or "function")

    @property
    def _is_warm(self) -> bool:
        return True

    def _names_to_preload(self) -> list[str]:
        return [*self.preload, str(self._function_file())]

    def _function_file(self) -> Path:
        """Where the function is stored; another function is another file, since a worker host keeps what it loaded."""
        digest = sha256(self._function).hexdigest()[:16]
        return self.local_path / _FUNCTION_FOLDER / f"{digest}.pkl"

    def _command(self, files: TrialFiles, config: Mapping[str, Any]) -> list[str]:
        function_file = self._function_file()
        if not function_file.exists():
            function_file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(function_file, self._function)
        module = "syne_tune.backend.python_backend.entrypoint"
        return [sys.executable, "-m", module, str(function_file), str(files.config), str(files.checkpoints)]
