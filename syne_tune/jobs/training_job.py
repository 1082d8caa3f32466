"""The record of one training job and its legal state changes; pure, times are handed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from syne_tune.jobs.api_error import ApiError

ACCOUNT = "123456789012"
"""The service stands for this account."""

FINAL = {
    "Completed": "Completed",
    "Failed": "Failed",
    "Stopped": "Stopped",
    "MaxRuntimeExceeded": "Stopped",
    "MaxWaitTimeExceeded": "Stopped",
}
"""Secondary statuses that are final, with the primary status that goes with each."""

MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Interrupted": "Training job interrupted: spot capacity was taken back",
    "Restarting": "Restarting the training job",
    "Stopping": "Stopping the training job",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds",
    "MaxWaitTimeExceeded": "Training job waited longer than MaxWaitTimeInSeconds",
}

NEXT = {
    "Starting": {"Downloading", "Stopping", "Failed"},
    "Downloading": {"Training", "Stopping", "Failed"},
    "Training": {"Uploading", "Stopping", "Interrupted", "Restarting", "Failed"},
    "Interrupted": {"Starting", "Stopping", "Failed"},
    "Restarting": {"Downloading", "Stopping", "Failed"},
    "Stopping": {"Uploading", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded", "Failed"},
    "Uploading": set(FINAL) | {"Stopping"},
}
"""Which secondary status may follow which; final ones are followed by none."""


@dataclass(frozen=True)
class Transition:
    """One entry of ``SecondaryStatusTransitions``; ``end`` is ``None`` while it lasts."""

    status: str
    start: float
    end: float | None
    message: str


@dataclass(frozen=True)
class WarmPool:
    """Instances of a job that are kept for a later one.

    Args:
        status: ``"InUse"``, ``"Available"``, ``"Reused"`` or ``"Terminated"``.
        keep_alive: How many seconds they are kept.
        since: When the job that they belong to ended.
        until: When they were reused or given back.
        reused_by: The later job.
    """

    status: str
    keep_alive: int
    since: float | None = None
    until: float | None = None
    reused_by: str | None = None

    def at(self, now: float) -> WarmPool:
        """The same, given back if its time is over."""
        if self.status == "Available" and self.since is not None and now >= self.since + self.keep_alive:
            return replace(self, status="Terminated", until=self.since + self.keep_alive)
        return self


@dataclass(frozen=True)
class TrainingJob:
    """All that is known about a job.

    Args:
        name: Unique in this service.
        region: Where it is said to run; part of its ARN.
        request: The request that created it, complete.
        created: Seconds since the epoch, as all times here.
        changed: Time of the last change.
        status: ``"InProgress"``, ``"Stopping"``, ``"Stopped"``, ``"Completed"`` or ``"Failed"``.
        secondary: Secondary status, see :data:`NEXT`.
        transitions: The history of the secondary status.
        interpreter: The Python that stands for the image; empty if it is a container.
        engine: The program that runs it as a container; empty if the image is a Python environment.
        isolation: ``"bwrap"``, ``"unshare"`` or ``"base-dir"``, once the job has been started.
        attempt: How often it was interrupted or restarted.
        warm_start: Whether it runs on instances of a warm pool.
        stop_reason: Final secondary status a job that is being stopped will have.
        trained: Seconds of training in earlier attempts.
        training_started: Start of training, first attempt.
        attempt_started: Start of training, this attempt.
        ended: When it became final.
        billable: Seconds of training and waiting in all attempts.
        failure: Why it failed.
        model: S3 URI of the model, once there is one.
        warm_pool: Its instances, if it was asked to keep them.
        tags: Value by key.
    """

    name: str
    region: str
    request: Mapping[str, Any]
    created: float
    changed: float
    status: str = "InProgress"
    secondary: str = "Starting"
    transitions: tuple[Transition, ...] = ()
    interpreter: str = ""
    engine: str = ""
    isolation: str = ""
    attempt: int = 0
    warm_start: bool = False
    stop_reason: str | None = None
    trained: float = 0.0
    training_started: float | None = None
    attempt_started: float | None = None
    ended: float | None = None
    failure: str | None = None
    model: str | None = None
    warm_pool: WarmPool | None = None
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its Amazon resource name."""
        return f"arn:aws:sagemaker:{self.region}:{ACCOUNT}:training-job/{self.name}"

    @property
    def final(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.secondary in FINAL

    @property
    def instance_type(self) -> str:
        """Type of its instances."""
        return str(self.request["ResourceConfig"]["InstanceType"])

    @property
    def instance_count(self) -> int:
        """How many instances it has."""
        return int(self.request["ResourceConfig"]["InstanceCount"])

    @property
    def max_runtime(self) -> float:
        """Most seconds of training, over all attempts."""
        return float(self.request["StoppingCondition"]["MaxRuntimeInSeconds"])

    @property
    def is_spot(self) -> bool:
        """Whether its instances may be taken away."""
        return bool(self.request.get("EnableManagedSpotTraining"))

    @property
    def host_names(self) -> list[str]:
        """``algo-1``, ``algo-2``, ..."""
        return [f"algo-{number}" for number in range(1, self.instance_count + 1)]

    def moved(self, secondary: str, now: float, detail: str = "") -> TrainingJob:
        """The job with another secondary status.

        Args:
            secondary: The new one.
            now: Time of the change.
            detail: Added to the usual status message.

        Raises:
            ApiError: If this status cannot follow the present one.
        """
        if self.transitions and secondary not in NEXT.get(self.secondary, ()):
            raise ApiError("InternalFailure", f"job {self.name}: {secondary} cannot follow {self.secondary}", 500)
        message = MESSAGES[secondary] + (f" ({detail})" if detail else "")
        closed = tuple(t if t.end is not None else replace(t, end=now) for t in self.transitions)
        final = secondary in FINAL
        added = Transition(secondary, now, now if final else None, message)
        stopping = self.stop_reason is not None or secondary == "Stopping"
        status = FINAL.get(secondary, "Stopping" if stopping else "InProgress")
        job = replace(
            self,
            secondary=secondary,
            status=status,
            transitions=(*closed, added),
            changed=now,
            ended=now if final else None,
        )
        return job._with_instances_kept(now) if final else job

    def _with_instances_kept(self, now: float) -> TrainingJob:
        if self.warm_pool is None:
            return self
        if self.status == "Failed" or self.warm_pool.keep_alive == 0:
            return replace(self, warm_pool=replace(self.warm_pool, status="Terminated", since=now, until=now))
        return replace(self, warm_pool=replace(self.warm_pool, status="Available", since=now))

    def training_seconds(self, now: float) -> float:
        """How long it has been training, over all attempts."""
        if self.attempt_started is None:
            return self.trained
        return self.trained + max(0.0, now - self.attempt_started)

    def attempt_ended(self, now: float) -> TrainingJob:
        """The job once its processes of this attempt have ended."""
        return replace(self, trained=self.training_seconds(now), attempt_started=None, changed=now)

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return dataclasses.asdict(self)

    @staticmethod
    def from_record(record: Mapping[str, Any]) -> TrainingJob:
        """Inverts :meth:`as_record`."""
        pool = record["warm_pool"]
        changed = {
            "transitions": tuple(Transition(**transition) for transition in record["transitions"]),
            "warm_pool": None if pool is None else WarmPool(**pool),
        }
        return TrainingJob(**{**record, **changed})
