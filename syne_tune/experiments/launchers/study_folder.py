"""Where a study keeps its experiments, and what earlier calls have done of it.

::

    ~/syne-tune/{experiment_tag}/
        study.json                                               master seed
        {method}-{seed}/
            {experiment_tag}-{benchmark}-{seed}-{date}-{time}/   one experiment
                outcome.json                                     written last: finished or failed

An experiment without ``outcome.json`` is half-done: it runs, or it was killed. Which experiment is which is told by its
``metadata.json``, not by its name.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.constants import ST_METADATA_FILENAME, SYNE_TUNE_ENV_FOLDER
from syne_tune.errors import OptionError
from syne_tune.experiment_folder import experiment_path, is_owned, name_from_base
from syne_tune.seeds import check_random_seed, generate_random_seed

STUDY_FILENAME = "study.json"
OUTCOME_FILENAME = "outcome.json"
SET_ASIDE_FILENAME = "metadata.failed.json"
"""What becomes of the metadata of an experiment that failed and is run again: no loader finds it any more."""

FINISHED, FAILED, HALF_DONE, RUNNING = "finished", "failed", "half-done", "running"

_LONGEST_BASE = 39
"""Of the 63 characters of a name, the time takes 24."""


@dataclass(frozen=True)
class EarlierRun:
    """What an earlier call has done of an experiment.

    Args:
        folder: Its folder.
        state: :data:`FINISHED`, :data:`FAILED`, :data:`HALF_DONE` or, in another live process, :data:`RUNNING`.
    """

    folder: Path
    state: str


class StudyFolder:
    """The folder of one study.

    Args:
        experiment_tag: Name of the study.
        is_job: Whether this process is a job of a remote launcher. All its experiments then stand side by side: the
            service puts them in subfolders.
    """

    def __init__(self, experiment_tag: str, is_job: bool = False) -> None:
        self.experiment_tag = experiment_tag
        self.path = experiment_path() if is_job else experiment_path() / experiment_tag
        self._is_job = is_job

    def master_random_seed(self, given: int | None) -> int:
        """Master seed of the study: the given one, else that of the latest call, else a new one; remembered.

        Args:
            given: From the command line.

        Raises:
            OptionError: If the folder cannot be written, the seed that was remembered cannot be read, or the given one
                is none.
        """
        file = self.path / STUDY_FILENAME
        seed = None if given is None else check_random_seed(given)
        if seed is None and file.is_file():
            seed = _recorded_seed(file)
        if seed is None:
            seed = generate_random_seed()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            jsonio.write_json(file, {"experiment_tag": self.experiment_tag, "random_seed": seed})
        except OSError as error:
            raise OptionError(
                f"{self.path}: the folder of this study cannot be written ({error.strerror}); choose another "
                f"experiment_tag, or another place by the environment variable {SYNE_TUNE_ENV_FOLDER}"
            ) from error
        return seed

    def group(self, method: str, seed: int) -> Path:
        """Folder of all experiments of one method with one seed."""
        return self.path if self._is_job else self.path / f"{_path_part(method)}-{seed}"

    def new_folder(self, method: str, benchmark: str, seed: int, is_long: bool) -> Path:
        """Makes the folder of a new experiment, called after study and time; no other process gets the same one.

        Args:
            method: Name of the method.
            benchmark: Name of the benchmark.
            seed: Number of the repetition.
            is_long: Whether benchmark and seed are part of the name.
        """
        group = self.group(method, seed)
        group.mkdir(parents=True, exist_ok=True)
        while True:
            folder = group / self._new_name(benchmark, seed, is_long)
            try:
                folder.mkdir()
            except FileExistsError:
                time.sleep(0.001)  # the time in names is in milliseconds
            else:
                return folder

    def _new_name(self, benchmark: str, seed: int, is_long: bool) -> str:
        if not is_long:
            return name_from_base(self.experiment_tag)
        base = f"{self.experiment_tag}-{_path_part(benchmark)}"
        ending = f"-{seed}"
        return name_from_base(base[: _LONGEST_BASE - len(ending)].rstrip("-") + ending)

    def earlier_run(self, method: str, seed: int, metadata: Mapping[str, Any]) -> EarlierRun | None:
        """The latest experiment of an earlier call with the same settings.

        Args:
            method: Name of the method.
            seed: Number of the repetition.
            metadata: What the launcher would write now; equal metadata means equal settings.
        """
        wanted = jsonio.plain(metadata)
        for file in sorted(self.group(method, seed).glob(f"*/{ST_METADATA_FILENAME}"), reverse=True):
            try:
                found = jsonio.read_json(file)
            except FileNotFoundError:  # another process has just removed this half-done experiment
                continue
            if all(name in found and found[name] == value for name, value in wanted.items()):
                return EarlierRun(file.parent, _state(file.parent))
        return None


def _recorded_seed(file: Path) -> int:
    try:
        return check_random_seed(jsonio.read_json(file)["random_seed"])
    except (ValueError, TypeError, KeyError) as error:
        raise OptionError(
            f"{file}: no master seed can be read from it ({error}); pass --random_seed, as in metadata.json of an "
            "experiment of this study"
        ) from error


def _state(folder: Path) -> str:
    file = folder / OUTCOME_FILENAME
    if file.is_file():
        return str(jsonio.read_json(file)["state"])
    return RUNNING if is_owned(folder) else HALF_DONE


def write_outcome(folder: Path, state: str, message: str = "") -> None:
    """Notes that an experiment has ended.

    Args:
        folder: Its folder.
        state: :data:`FINISHED` or :data:`FAILED`.
        message: Why it failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jsonio.write_json(folder / OUTCOME_FILENAME, {"state": state, "message": message})


def set_aside(folder: Path) -> None:
    """Keeps a failed experiment, but such that it does not count among the results of its study."""
    (folder / ST_METADATA_FILENAME).rename(folder / SET_ASIDE_FILENAME)


def remove(folder: Path) -> None:
    """Removes an experiment that is to be run again with the same result."""
    shutil.rmtree(folder)


def remove_if_empty(folder: Path) -> None:
    """Removes the folder of an experiment that failed before it began."""
    with suppress(OSError):
        folder.rmdir()


def _path_part(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", name).strip("-") or "unnamed"
