"""One job from its creation to its end, in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from syne_tune.clock import Clock
from syne_tune.jobs import container_environment, container_files
from syne_tune.jobs.container_engine import ContainerEngine
from syne_tune.jobs.faults import Faults
from syne_tune.jobs.host_process import HostProcess
from syne_tune.jobs.isolation import HostFolders, Isolation
from syne_tune.jobs.job_failure import JobFailure
from syne_tune.jobs.job_outputs import CheckpointSync, failure_reason, upload_outputs
from syne_tune.jobs.job_registry import JobRegistry
from syne_tune.jobs.log_pump import LogPump, MetricPatterns, MetricTable
from syne_tune.jobs.log_store import LogStore
from syne_tune.jobs.object_store import ObjectStore
from syne_tune.jobs.training_job import NEXT, TrainingJob

logger = logging.getLogger(__name__)

_SHORTEST_STEP = 0.02
_LONGEST_STEP = 0.1
_SYNC_INTERVAL = 2.0


@dataclass(frozen=True)
class Workshop:
    """What all jobs of a service share.

    Args:
        folder: Has one folder for each job while it runs.
        endpoint: Address of the service, for the jobs.
        registry: All jobs.
        objects: S3.
        logs: CloudWatch Logs.
        metrics: What metric patterns found.
        isolation: How jobs are separated.
        clock: Tells the time.
        faults: Returns what goes wrong at present.
        stop_grace: Seconds between the request to end and the kill.
        keep_folders: Whether the folder of a job stays after its end.
    """

    folder: Path
    endpoint: str
    registry: JobRegistry
    objects: ObjectStore
    logs: LogStore
    metrics: MetricTable
    isolation: Isolation
    clock: Clock
    faults: Callable[[], Faults]
    stop_grace: float = 120.0
    keep_folders: bool = False


class JobLife:
    """Carries a job on from whatever status it has.

    Args:
        name: The job.
        workshop: What it shares with others.
    """

    def __init__(self, name: str, workshop: Workshop) -> None:
        self._name = name
        self._shop = workshop
        self._wake = threading.Event()
        self._abandoned = False
        self._interruption: str | None = None
        self._hosts: list[_Host] = []
        self._thread = threading.Thread(target=self._run, name=f"job {name}", daemon=True)

    def start(self) -> None:
        """Begins, or goes on after a restart of the service."""
        self._thread.start()

    def notice(self) -> None:
        """Makes it look at its record, in which somebody else has asked for its end."""
        self._wake.set()

    def interrupt(self, status: str) -> None:
        """Takes its instances away: status ``"Interrupted"`` (spot capacity) or ``"Restarting"`` (instance failure)."""
        self._interruption = status
        self._wake.set()

    def abandon(self) -> None:
        """Lets go of the job, which goes on by itself, and waits for the thread."""
        self._abandoned = True
        self._wake.set()
        self.join()

    def join(self, timeout: float | None = None) -> None:
        """Waits until the job is final."""
        self._thread.join(timeout)

    @property
    def _job(self) -> TrainingJob:
        return self._shop.registry.get(self._name)

    def _run(self) -> None:
        try:
            self._live()
        except _Abandoned:
            return
        except JobFailure as failure:
            self._fail(str(failure))
        except Exception as error:  # whatever it is, the job must not stay in progress for ever
            logger.exception("job %s", self._name)
            self._fail(f"InternalServerError: We encountered an internal error. Please try again. ({error!r})")
        finally:
            if not self._abandoned:
                self._clean_up()

    def _live(self) -> None:
        lost: str | None = None
        while True:
            try:
                if lost is not None:
                    self._start_over(lost)
                self._begin()
                self._train()
                break
            except _StopAsked:
                break
            except _CapacityLost as loss:
                lost = loss.status
        self._finish()

    def _begin(self) -> None:
        """Until the processes run; nothing of it if they do already."""
        self._hosts = [self._host(name) for name in self._job.host_names]
        if self._job.secondary in ("Training", "Stopping", "Uploading"):
            for host in self._hosts:
                host.checkpoints.forget_what_is_there()
            return
        if self._job.secondary in ("Starting", "Restarting"):
            faults = self._shop.faults()
            self._pause(faults.warm_start_delay if self._job.warm_start else faults.start_delay)
            self._move("Downloading")
        for host in self._hosts:
            host.process.kill()
            shutil.rmtree(host.folders.root, ignore_errors=True)
            self._prepare(host)
        self._check_for_stop()
        self._hosts = [self._host(name) for name in self._job.host_names]
        for host in self._hosts:
            self._launch(host)
        self._move_to_training()

    def _prepare(self, host: _Host) -> None:
        job = self._job
        host.folders.ml.mkdir(parents=True)
        container_files.stage(job, host.name, host.folders.ml, self._shop.objects)
        others = "".join(f"127.0.0.{number} {name}\n" for number, name in enumerate(job.host_names, 2))
        own = Path("/etc/hosts").read_text() if Path("/etc/hosts").exists() else "127.0.0.1 localhost\n"
        host.folders.hosts_file.write_text(own.rstrip("\n") + "\n" + others)

    def _launch(self, host: _Host) -> None:
        job = self._job
        if job.engine:
            self._launch_container(host)
            return
        isolation = self._shop.isolation
        ml = isolation.ml_folder(host.folders)
        command = container_environment.command(job, ml, host.folders.ml, self._shop.stop_grace)
        variables = container_environment.environment(job, host.name, ml, self._shop.endpoint)
        separated = isolation.kind != "base-dir"
        inside = ["sh", "-c", 'cd /opt/ml/code && exec "$@"', "sh", *command] if separated else command
        host.process.start(isolation.wrap(host.name, host.folders, inside), variables, separated)

    def _launch_container(self, host: _Host) -> None:
        job = self._job
        variables = container_environment.container_environment(job, host.name, self._shop.endpoint)
        entrypoint, arguments = container_environment.container_arguments(job)
        image = job.request["AlgorithmSpecification"]["TrainingImage"]
        engine = ContainerEngine(job.engine)
        command = engine.run_command(image, host.name, host.folders, variables, entrypoint, arguments)
        host.process.start(command, os.environ, isolated=True)

    def _move_to_training(self) -> None:
        now = self._shop.clock.now()
        self._change(lambda job: replace(job, attempt_started=now, training_started=job.training_started or now))
        with contextlib.suppress(_StopAsked):  # the processes run: ending them is next
            self._move("Training")

    def _train(self) -> None:
        """Until the processes have ended, for whatever reason."""
        if self._job.secondary == "Uploading":
            return
        deadline: float | None = None
        started = synced = time.monotonic()
        while any(host.process.was_started() and host.process.exit_code() is None for host in self._hosts):
            self._look_at_logs()
            if deadline is None and self._should_end():
                deadline = self._shop.clock.now() + self._shop.stop_grace
                self._each(HostProcess.terminate)
            elif deadline is not None and self._shop.clock.now() >= deadline:
                self._each(HostProcess.kill)
            if time.monotonic() - synced >= _SYNC_INTERVAL:
                self._sync()
                synced = time.monotonic()
            self._wake.wait(min(_LONGEST_STEP, _SHORTEST_STEP + (time.monotonic() - started) / 50))
            self._wake.clear()
            if self._abandoned:
                raise _Abandoned
        self._training_ended()

    def _should_end(self) -> bool:
        job, now = self._job, self._shop.clock.now()
        if job.stop_reason is None and self._interruption is None:
            if job.training_seconds(now) > job.max_runtime:
                self._ask_to_stop("MaxRuntimeExceeded")
            elif now - job.created > job.request["StoppingCondition"].get("MaxWaitTimeInSeconds", float("inf")):
                self._ask_to_stop("MaxWaitTimeExceeded")
        one_failed = any(host.process.exit_code() not in (None, 0) for host in self._hosts)
        return self._job.stop_reason is not None or self._interruption is not None or one_failed

    def _ask_to_stop(self, reason: str) -> None:
        self._change(lambda job: ask_to_stop(job, reason, self._shop.clock.now()))

    def _training_ended(self) -> None:
        now = self._shop.clock.now()
        times = [host.process.end_time() for host in self._hosts]
        ended = max((moment for moment in times if moment is not None), default=now)
        self._change(lambda job: job.attempt_ended(ended))
        if self._job.stop_reason is None and self._job.trained > self._job.max_runtime:
            self._ask_to_stop("MaxRuntimeExceeded")  # its container ended it, while there was no service
        self._look_at_logs(ended=True)
        self._sync()
        interruption, self._interruption = self._interruption, None
        if self._job.stop_reason is None and interruption is not None:
            raise _CapacityLost(interruption)

    def _finish(self) -> None:
        job = self._job
        codes = [host.process.exit_code() if host.process.was_started() else None for host in self._hosts]
        if job.stop_reason is None and any(codes):
            self._upload(with_model=False)
            hosts = zip(self._hosts, codes, strict=True)
            raise JobFailure(failure_reason((host.folders.ml, host.folders.log, code or 0) for host, code in hosts))
        if job.stop_reason is not None:
            self._linger()
        if job.training_started is not None:
            if job.secondary != "Uploading":
                self._move("Uploading")
            model = self._upload(with_model=True)
            self._change(lambda job: replace(job, model=model))
        self._move(job.stop_reason or "Completed")

    def _linger(self) -> None:
        """Lets a stopped job take its time, as long as that fault is switched on."""
        started = time.monotonic()
        while time.monotonic() - started < self._shop.faults().stop_delay:
            if self._abandoned:
                raise _Abandoned
            self._wake.wait(_LONGEST_STEP)
            self._wake.clear()

    def _start_over(self, status: str) -> None:
        self._move(status)
        self._change(lambda job: replace(job, attempt=job.attempt + 1, warm_start=False))
        if status == "Interrupted":
            self._move("Starting")

    def _upload(self, with_model: bool) -> str | None:
        folders = [host.folders.ml for host in self._hosts]
        return upload_outputs(self._job, folders, self._shop.objects, with_model)

    def _fail(self, reason: str) -> None:
        if not self._job.final:
            self._change(lambda job: replace(job, failure=reason[:1024]))
            self._move("Failed")

    def _clean_up(self) -> None:
        if not self._shop.keep_folders:
            shutil.rmtree(self._shop.folder / self._name, ignore_errors=True)

    def _host(self, name: str) -> _Host:
        job = self._job
        folders = HostFolders(self._shop.folder / self._name / f"{name}-{job.attempt}")
        stream = f"{self._name}/{name}-{int(job.created)}" + (f"-{job.attempt}" if job.attempt else "")
        patterns = MetricPatterns(job.request["AlgorithmSpecification"].get("MetricDefinitions", []))
        shop = self._shop
        pump = LogPump(self._name, stream, folders.log, shop.logs, shop.metrics, patterns, shop.clock)
        process = HostProcess(folders, job.engine)
        return _Host(name, folders, process, pump, CheckpointSync(job, folders.ml, shop.objects))

    def _each(self, action: Callable[[HostProcess], None]) -> None:
        for host in self._hosts:
            action(host.process)

    def _look_at_logs(self, ended: bool = False) -> None:
        for host in self._hosts:
            while host.pump.step(ended):
                pass

    def _sync(self) -> None:
        for host in self._hosts:
            host.checkpoints.step()

    def _pause(self, seconds: float) -> None:
        until = self._shop.clock.now() + seconds
        self._check_for_stop()
        while (left := until - self._shop.clock.now()) > 0:
            self._wake.wait(left)
            self._wake.clear()
            self._check_for_stop()

    def _check_for_stop(self) -> None:
        if self._abandoned:
            raise _Abandoned
        if self._job.stop_reason is not None:
            raise _StopAsked

    def _move(self, secondary: str) -> None:
        detail = self._how_it_runs() if secondary == "Downloading" else ""

        def moved(job: TrainingJob) -> TrainingJob:
            if job.secondary == "Stopping" and secondary not in NEXT["Stopping"]:
                raise _StopAsked
            return job.moved(secondary, self._shop.clock.now(), detail)

        self._change(moved)

    def _how_it_runs(self) -> str:
        job = self._job
        if job.engine:
            return f"isolation: {job.engine}, image: {job.request['AlgorithmSpecification']['TrainingImage']}"
        return f"isolation: {self._shop.isolation.kind}, python: {job.interpreter}"

    def _change(self, change: Callable[[TrainingJob], TrainingJob]) -> None:
        self._shop.registry.change(self._name, change)


def ask_to_stop(job: TrainingJob, reason: str, now: float) -> TrainingJob:
    """The job once its end has been asked for.

    Args:
        job: The job.
        reason: Final secondary status it will have.
        now: Time of the request.
    """
    if job.stop_reason is not None:
        return job
    asked = replace(job, stop_reason=reason)
    return (
        asked.moved("Stopping", now) if job.secondary != "Uploading" else replace(asked, status="Stopping", changed=now)
    )


@dataclass(frozen=True)
class _Host:
    name: str
    folders: HostFolders
    process: HostProcess
    pump: LogPump
    checkpoints: CheckpointSync


class _StopAsked(Exception):
    """The end of the job was asked for before its processes were started."""


class _Abandoned(Exception):
    """The service ends, the job goes on."""


class _CapacityLost(Exception):
    """The instances were taken away."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status
