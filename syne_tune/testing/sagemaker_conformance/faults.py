"""What may go wrong with SageMaker jobs, and what must hold nevertheless: :class:`FaultMatrix`.

After each fault: no report is lost, doubled or out of order, no job is left running, none was started twice, and the
number of requests per trial stays bounded. That number is printed.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.testing.sagemaker_conformance import studies
from syne_tune.testing.sagemaker_conformance.clouds import Cloud, LocalCloud
from syne_tune.testing.sagemaker_conformance.studies import StudySpec, check_jobs, check_reports, requests_per_trial
from syne_tune.trial import Status

_SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 1800, "MaxWaitTimeInSeconds": 3600},
}


class FaultMatrix:
    """One test per fault: subclass it, and set ``cloud`` before each test.

    Attributes:
        cloud: Where jobs run.
    """

    cloud: Cloud

    num_trials: int = 3
    """How many trials each study has at least."""

    patience: float = 600.0
    """Seconds after which something counts as never happening."""

    most_requests_per_second: float = 10.0
    """Bound on the requests to SageMaker, and on those to Logs, whatever goes wrong; besides a burst at the start."""

    # ------------------------------------------------------------------ faults of the service

    def test_throttling(self, tmp_path: Path) -> None:
        """Most requests are refused, because there are too many."""
        self._run_with_faults(tmp_path, requests_per_second=3.0)

    def test_late_disordered_and_lost_logs(self, tmp_path: Path) -> None:
        """Lines of the log show late, out of order, or never."""
        self._run_with_faults(tmp_path, log_delay=0.5, log_jitter=2.0, log_loss=0.3)

    def test_lists_lag_behind(self, tmp_path: Path) -> None:
        """Listings show the state of some seconds ago."""
        self._run_with_faults(tmp_path, list_lag=2.0)

    def test_slow_starts_and_stops(self, tmp_path: Path) -> None:
        """Machines take their time."""
        self._run_with_faults(tmp_path, start_delay=1.5, stop_delay=1.5)

    def test_quota(self, tmp_path: Path) -> None:
        """There are fewer instances than workers."""
        self._run_with_faults(tmp_path, quotas={self.cloud.instance_type: 1})

    def test_all_at_once(self, tmp_path: Path) -> None:
        """Throttling, lists and logs that lag, lost lines, slow machines, few of them."""
        slow = {"start_delay": 1.0, "stop_delay": 1.0, "list_lag": 1.0, "requests_per_second": 4.0}
        lossy = {"log_delay": 0.5, "log_jitter": 1.0, "log_loss": 0.2}
        self._run_with_faults(tmp_path, **slow, **lossy, quotas={self.cloud.instance_type: 1})

    def test_service_restart(self, tmp_path: Path) -> None:
        """The service dies while jobs run, and comes back."""
        cloud = self._local()
        spec = self._spec(tmp_path, num_reports=60)
        with self._process(spec, tmp_path) as process:
            self._until(lambda: num_reports(spec) >= 5, "reports")
            cloud.service.kill()
            time.sleep(1.0)
            cloud.service.start()
            self._until_done(process)
        self._check(spec)

    def test_spot_interruption(self, tmp_path: Path) -> None:
        """The machine of a job is taken away; the job begins again, from its checkpoint."""
        cloud = self._local()
        spec = self._spec(tmp_path, num_reports=60, changes=_SPOT)
        with self._process(spec, tmp_path) as process:
            self._until(lambda: len(epochs(spec).get(0, ())) >= 3, "reports of trial 0")
            name = self._job_names(spec)[0]
            cloud.control("interrupt", job=name)
            self._until_done(process)
        job = cloud.client("sagemaker").describe_training_job(TrainingJobName=name)
        assert "Interrupted" in [step["Status"] for step in job["SecondaryStatusTransitions"]]
        self._check(spec)

    # ------------------------------------------------------------------ what happens on AWS, too

    def test_killed_tuner(self, tmp_path: Path) -> None:
        """The process of the tuner is killed; another one goes on, and takes over the jobs."""
        spec = self._spec(tmp_path, num_reports=150)
        with self._process(spec, tmp_path) as process:
            self._until(lambda: num_reports(spec) >= 5, "reports")
            process.kill()
            process.wait()
        with self._process(spec, tmp_path) as process:
            self._until_done(process)
        self._check(spec)

    def test_job_stopped_from_outside(self, tmp_path: Path) -> None:
        """Somebody stops a job in the console: that is told apart from what the scheduler does, and from failures."""
        spec = self._spec(tmp_path, num_reports=60)
        with self._process(spec, tmp_path) as process:
            self._until(lambda: len(epochs(spec).get(0, ())) >= 3, "reports of trial 0")
            self.cloud.client("sagemaker").stop_training_job(TrainingJobName=self._job_names(spec)[0])
            self._until_done(process)
        assert spec.statuses()[0] == Status.stopped
        self._check(spec, but_for={0: 3})

    # ------------------------------------------------------------------ helpers

    def _run_with_faults(self, folder: Path, **faults: Any) -> None:
        cloud = self._local()
        cloud.control("faults", **faults)
        spec = self._spec(folder)
        start = time.monotonic()
        with self._process(spec, folder) as process:
            self._until_done(process)
        cloud.control("reset-faults")
        self._check(spec, seconds=time.monotonic() - start)

    def _spec(self, folder: Path, **options: Any) -> StudySpec:
        return StudySpec.on(self.cloud, folder, num_trials=self.num_trials, **options)

    def _local(self) -> LocalCloud:
        assert isinstance(self.cloud, LocalCloud), "this fault exists only in a local service"
        return self.cloud

    def _check(self, spec: StudySpec, but_for: dict[int, int] | None = None, seconds: float | None = None) -> None:
        check_reports(spec, but_for)
        check_jobs(spec, self.cloud)
        figures = requests_per_trial(spec)
        print(f"requests per trial: {figures}")  # noqa: T201
        if seconds is not None:
            bound = self.most_requests_per_second * (seconds + 2)
            assert max(figures["sagemaker"], figures["logs"]) * len(spec.epochs()) <= bound

    @contextlib.contextmanager
    def _process(self, spec: StudySpec, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A tuner as a process of its own, which is gone afterwards."""
        path, log = folder / "spec.json", folder / "tuner.log"
        studies.write_spec(spec, path)
        with open(log, "ab") as output:
            command = [sys.executable, "-m", studies.__name__, os.fspath(path)]
            process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
        assert process.returncode in (0, -9), log.read_text()[-3000:]

    def _until_done(self, process: subprocess.Popen[bytes]) -> None:
        self._until(lambda: process.poll() is not None, "end of the tuner")

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + self.patience
        while not holds():
            assert time.monotonic() < deadline, f"{what}: has not happened for {self.patience:g} seconds"
            time.sleep(0.1)

    def _job_names(self, spec: StudySpec) -> list[str]:
        return sorted(studies.jobs_of(spec, self.cloud))


def epochs(spec: StudySpec) -> dict[int, list[int]]:
    """What has been reported so far; nothing as long as there is no study."""
    return spec.epochs() if (spec.folder / ST_EVENT_LOG_FILENAME).exists() else {}


def num_reports(spec: StudySpec) -> int:
    """How many reports there are so far."""
    return sum(map(len, epochs(spec).values()))
