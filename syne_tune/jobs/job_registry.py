"""All training jobs, in memory and on disk, with what readers may see of them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from syne_tune import jsonio
from syne_tune.clock import Clock
from syne_tune.jobs.api_error import ApiError, invalid
from syne_tune.jobs.database import Database
from syne_tune.jobs.training_job import TrainingJob


class JobRegistry:
    """Thread-safe; every change is on disk before it is visible.

    Args:
        database: Where jobs are stored; those it holds are loaded.
        clock: Tells the time.
        lag: Returns after how many seconds a change shows in listings and searches.
    """

    def __init__(self, database: Database, clock: Clock, lag: Callable[[], float] = lambda: 0.0) -> None:
        self._database = database
        self._clock = clock
        self._lag = lag
        self.lock = threading.RLock()
        rows = database.rows("SELECT record FROM jobs")
        loaded = [TrainingJob.from_record(jsonio.loads(str(record))) for (record,) in rows]
        self._jobs = {job.name: job for job in loaded}
        self._versions: dict[str, list[tuple[float, TrainingJob]]] = {}

    def add(self, job: TrainingJob) -> None:
        """Adds a job.

        Raises:
            ApiError: ``ResourceInUse`` if there is one of this name.
        """
        with self.lock:
            if job.name in self._jobs:
                raise ApiError(
                    "ResourceInUse",
                    "Training job names must be unique within an AWS account and region, and a training job with this "
                    f"name already exists ({self._jobs[job.name].arn})",
                )
            self._store(job)

    def get(self, name: str) -> TrainingJob:
        """The job of a name.

        Raises:
            ApiError: If there is none; the code is ``ValidationException``, as on AWS.
        """
        with self.lock:
            if name not in self._jobs:
                raise invalid(f"Requested resource not found. (training job {name!r})")
            return self._jobs[name]

    def change(self, name: str, change: Callable[[TrainingJob], TrainingJob]) -> TrainingJob:
        """Replaces a job by what ``change`` makes of it, and returns that."""
        with self.lock:
            job = change(self.get(name))
            self._store(job)
            return job

    def delete(self, name: str) -> None:
        """Forgets a job."""
        with self.lock:
            self._database.write("DELETE FROM jobs WHERE name = ?", (name,))
            del self._jobs[name]
            self._versions.pop(name, None)

    def all(self) -> list[TrainingJob]:
        """Every job as it is now."""
        with self.lock:
            return list(self._jobs.values())

    def visible(self) -> list[TrainingJob]:
        """Every job as listings show it: as it was a while ago, if the service is told to be eventually consistent."""
        lag = self._lag()
        if lag <= 0:
            return self.all()
        seen_until = self._clock.now() - lag
        with self.lock:
            return [job for name in self._jobs if (job := self._version(name, seen_until)) is not None]

    def _version(self, name: str, seen_until: float) -> TrainingJob | None:
        versions = self._versions.get(name)
        if versions is None:
            return self._jobs[name]
        seen = [job for time, job in versions if time <= seen_until]
        return seen[-1] if seen else None

    def _store(self, job: TrainingJob) -> None:
        record = jsonio.dumps(job.as_record())
        self._database.write("INSERT OR REPLACE INTO jobs VALUES (?, ?)", (job.name, record))
        self._jobs[job.name] = job
        self._versions.setdefault(job.name, []).append((self._clock.now(), job))
