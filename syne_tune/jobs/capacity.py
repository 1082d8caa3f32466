"""Instances: how many may be in use, and which of a warm pool a new job gets; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.training_job import TrainingJob

_MUST_MATCH = ("RoleArn", "VpcConfig", "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption")
_RESOURCES_MUST_MATCH = ("InstanceType", "InstanceCount", "VolumeSizeInGB", "VolumeKmsKeyId")


def matching_pool(request: Mapping[str, Any], jobs: Iterable[TrainingJob], now: float) -> TrainingJob | None:
    """The job whose instances, kept in a warm pool, a new job gets: the one that has been waiting longest.

    Args:
        request: Of the new job, with defaults.
        jobs: All jobs.
        now: The time.
    """
    wanted = _characteristics(request)
    available = [
        (job.warm_pool.since or 0.0, job.name, job)
        for job in jobs
        if job.warm_pool is not None
        and job.warm_pool.at(now).status == "Available"
        and _characteristics(job.request) == wanted
    ]
    return min(available)[2] if available else None


def reused(pool: TrainingJob, by: str, now: float) -> TrainingJob:
    """The job whose instances went to another one."""
    assert pool.warm_pool is not None
    return replace(pool, warm_pool=replace(pool.warm_pool, status="Reused", until=now, reused_by=by), changed=now)


def check_quota(request: Mapping[str, Any], jobs: Iterable[TrainingJob], quotas: Mapping[str, int]) -> None:
    """Refuses a job that needs more instances than there are.

    Raises:
        ApiError: ``ResourceLimitExceeded``.
    """
    kind, wanted = request["ResourceConfig"]["InstanceType"], request["ResourceConfig"]["InstanceCount"]
    used = sum(job.instance_count for job in jobs if not job.final and job.instance_type == kind)
    _check(f"{kind} for training job usage", quotas.get(kind), used, wanted)


def check_warm_pool_quota(
    request: Mapping[str, Any], jobs: Iterable[TrainingJob], quotas: Mapping[str, int], now: float
) -> None:
    """Refuses a job whose instances could not be kept in a warm pool.

    Raises:
        ApiError: ``ResourceLimitExceeded``.
    """
    kind, wanted = request["ResourceConfig"]["InstanceType"], request["ResourceConfig"]["InstanceCount"]
    if not request["ResourceConfig"].get("KeepAlivePeriodInSeconds"):
        return
    used = sum(
        job.instance_count
        for job in jobs
        if job.instance_type == kind and job.warm_pool and job.warm_pool.at(now).status in ("InUse", "Available")
    )
    _check(f"{kind} for training warm pool usage", quotas.get(kind), used, wanted)


def _check(what: str, limit: int | None, used: int, wanted: int) -> None:
    if limit is not None and used + wanted > limit:
        raise ApiError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{what}' is {limit} Instances, with current utilization of "
            f"{used} Instances and a request delta of {wanted} Instances. Please use AWS Service Quotas to request an "
            "increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an "
            "increase for this quota.",
        )


def _characteristics(request: Mapping[str, Any]) -> tuple[object, ...]:
    resources = request["ResourceConfig"]
    return (*(request.get(name) for name in _MUST_MATCH), *(resources.get(name) for name in _RESOURCES_MUST_MATCH))
