"""The service without its HTTP side: state in one folder, jobs in threads."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syne_tune.clock import WallClock
from syne_tune.errors import OptionError
from syne_tune.jobs.api_error import invalid
from syne_tune.jobs.database import Database
from syne_tune.jobs.faults import Faults
from syne_tune.jobs.images import Images
from syne_tune.jobs.isolation import Isolation
from syne_tune.jobs.job_life import JobLife, Workshop
from syne_tune.jobs.job_registry import JobRegistry
from syne_tune.jobs.log_pump import MetricTable
from syne_tune.jobs.log_store import LogStore
from syne_tune.jobs.logs_api import LogsApi
from syne_tune.jobs.object_store import ObjectStore
from syne_tune.jobs.training_api import TrainingApi

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServiceOptions:
    """How a service works.

    Args:
        folder: Holds everything; what an earlier service left in it is taken over, running jobs included.
        images: Python environment by name of image, see :class:`syne_tune.jobs.images.Images`.
        isolation: ``"bwrap"``, ``"unshare"`` or ``"base-dir"``; the best that works by default.
        stop_grace: Seconds a job has between the request to end and the kill; 120 on AWS.
        keep_folders: Whether the folder of a job stays after its end.
        faults: What goes wrong, at first.
    """

    folder: Path
    images: Mapping[str, str] = field(default_factory=dict)
    isolation: str | None = None
    stop_grace: float = 120.0
    keep_folders: bool = False
    faults: Faults = field(default_factory=Faults)


class JobService:
    """Training jobs, objects and logs.

    Args:
        options: How it works.
        endpoint: Its address, for the jobs.

    Raises:
        OptionError: If another service uses the folder, it cannot be used at all, or an option is wrong.
    """

    def __init__(self, options: ServiceOptions, endpoint: str) -> None:
        self.clock = WallClock()
        self.faults = options.faults
        try:
            options.folder.mkdir(parents=True, exist_ok=True)
            self._lock_file = _locked(options.folder / "lock")
            self.database = Database(options.folder / "state.db")
            self.objects = ObjectStore(self.database, options.folder / "objects", self.clock)
        except (OSError, sqlite3.Error) as error:
            raise OptionError(
                f"{options.folder} cannot hold a job service: {error}; name another folder with --folder"
            ) from error
        self.metrics = MetricTable(self.database)
        self.logs = LogStore(self.database, self.clock, lambda *event: self.faults.log_event_delay(*event))
        self.registry = JobRegistry(self.database, self.clock, lambda: self.faults.list_lag)
        self.isolation = Isolation(options.isolation)
        self._lives: dict[str, JobLife] = {}
        self._lives_lock = threading.Lock()
        self._shop = Workshop(
            folder=(options.folder / "jobs").absolute(),
            endpoint=endpoint,
            registry=self.registry,
            objects=self.objects,
            logs=self.logs,
            metrics=self.metrics,
            isolation=self.isolation,
            clock=self.clock,
            faults=lambda: self.faults,
            stop_grace=options.stop_grace,
            keep_folders=options.keep_folders,
        )
        images = Images(options.images)
        training = TrainingApi(
            self.registry,
            self.objects,
            self.metrics,
            images,
            self.clock,
            lambda: self.faults,
            begin=self._begin,
            notice=self._notice,
        )
        self.operations: Mapping[str, Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]]] = {
            "sagemaker": training.operations,
            "logs": LogsApi(self.logs).operations,
        }

    def resume(self) -> list[str]:
        """Goes on with the jobs that an earlier service left; returns their names."""
        left = [job.name for job in self.registry.all() if not job.final]
        for name in left:
            self._begin(name)
        return left

    def interrupt(self, name: str, status: str) -> None:
        """Takes the instances of a running job away.

        Args:
            name: The job.
            status: ``"Interrupted"`` for spot capacity, ``"Restarting"`` for a failed instance.

        Raises:
            ApiError: If this cannot happen to the job.
        """
        job = self.registry.get(name)
        if status == "Interrupted" and not job.is_spot:
            raise invalid(f"{name} cannot lose spot capacity: EnableManagedSpotTraining is false")
        retries = (job.request.get("RetryStrategy") or {}).get("MaximumRetryAttempts", 0)
        if status == "Restarting" and job.attempt >= retries:
            raise invalid(f"{name} is not restarted: its RetryStrategy allows {retries} attempts")
        if job.secondary != "Training":
            raise invalid(f"{name} is not training, but {job.secondary}")
        self._life(name).interrupt(status)

    def close(self, stop_jobs: bool = True) -> None:
        """Ends the service.

        Args:
            stop_jobs: Whether to stop running jobs and wait for them; otherwise they go on, and the next service on
                the same folder takes them over.
        """
        with self._lives_lock:
            lives = dict(self._lives)
        for name, life in lives.items():
            if not stop_jobs:
                life.abandon()
            elif not self.registry.get(name).final:
                self._stop(name)
        for life in lives.values():
            life.join()
        self.database.close()
        os.close(self._lock_file)

    def _stop(self, name: str) -> None:
        try:
            self.operations["sagemaker"]["StopTrainingJob"]({"TrainingJobName": name}, "")
        except Exception:  # it may have ended meanwhile; the others have to be stopped all the same
            logger.info("job %s could not be stopped", name, exc_info=True)

    def _begin(self, name: str) -> None:
        life = JobLife(name, self._shop)
        with self._lives_lock:
            self._lives[name] = life
        life.start()

    def _notice(self, name: str) -> None:
        self._life(name).notice()

    def _life(self, name: str) -> JobLife:
        with self._lives_lock:
            return self._lives[name]


def _locked(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(file)
        raise OptionError(f"another job service uses {path.parent}; end it, or choose another folder") from error
    return file
