"""SageMaker's operations on training jobs."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from syne_tune.clock import Clock
from syne_tune.jobs import capacity, job_request
from syne_tune.jobs.api_error import ApiError, invalid
from syne_tune.jobs.faults import Faults
from syne_tune.jobs.images import Images
from syne_tune.jobs.job_life import ask_to_stop
from syne_tune.jobs.job_registry import JobRegistry
from syne_tune.jobs.log_pump import MetricTable
from syne_tune.jobs.object_store import ObjectStore
from syne_tune.jobs.paging import page
from syne_tune.jobs.search import matches, property_of
from syne_tune.jobs.service_model import ServiceModel
from syne_tune.jobs.training_job import ACCOUNT, TrainingJob, WarmPool

_MOST_TAGS = 50
_NOT_SHOWN = ("Tags", "SessionChainingConfig")


@dataclass(frozen=True)
class TrainingApi:
    """Answers SageMaker requests; each has been checked against the description of the service.

    Args:
        registry: All jobs.
        objects: S3.
        metrics: Metrics of jobs.
        images: Known images.
        clock: Tells the time.
        faults: Returns what goes wrong at present.
        begin: Called with the name of a new job.
        notice: Called with the name of a job that is to end.
    """

    registry: JobRegistry
    objects: ObjectStore
    metrics: MetricTable
    images: Images
    clock: Clock
    faults: Callable[[], Faults]
    begin: Callable[[str], None]
    notice: Callable[[str], None]

    @property
    def operations(self) -> Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]]:
        """From the name of an operation to a function of request and region."""
        return {
            "CreateTrainingJob": self._create,
            "DescribeTrainingJob": self._describe,
            "ListTrainingJobs": self._list,
            "StopTrainingJob": self._stop,
            "UpdateTrainingJob": self._update,
            "DeleteTrainingJob": self._delete,
            "Search": self._search,
            "AddTags": self._add_tags,
            "ListTags": self._list_tags,
            "DeleteTags": self._delete_tags,
        }

    def _create(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        job_request.check(request, self.objects.bucket_region)
        image = request["AlgorithmSpecification"]["TrainingImage"]
        engine = self.images.engine(image)
        interpreter = "" if engine else self.images.interpreter(image)
        full, now = job_request.completed(request), self.clock.now()
        tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])}
        keep_alive = full["ResourceConfig"].get("KeepAlivePeriodInSeconds")
        job = TrainingJob(
            name=request["TrainingJobName"],
            region=region,
            request=full,
            created=now,
            changed=now,
            interpreter=interpreter,
            engine=engine,
            warm_pool=WarmPool("InUse", keep_alive) if keep_alive else None,
            tags=tags,
        )
        with self.registry.lock:
            self._add_with_instances(job, now)
        self.begin(job.name)
        return {"TrainingJobArn": job.arn}

    def _add_with_instances(self, job: TrainingJob, now: float) -> None:
        jobs, faults = self.registry.all(), self.faults()
        pool = capacity.matching_pool(job.request, jobs, now)
        if not any(other.name == job.name for other in jobs):
            capacity.check_quota(job.request, jobs, faults.quotas)
            others = [other for other in jobs if pool is None or other.name != pool.name]
            quotas = {**faults.quotas, **faults.warm_pool_quotas}
            capacity.check_warm_pool_quota(job.request, others, quotas, now)
        self.registry.add(replace(job, warm_start=pool is not None).moved("Starting", now))
        if pool is not None:
            self.registry.change(pool.name, lambda found: capacity.reused(found, job.name, now))

    def _describe(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        return self._described(self.registry.get(request["TrainingJobName"]))

    def _described(self, job: TrainingJob) -> dict[str, Any]:
        now = self.clock.now()
        seconds = math.ceil(job.training_seconds(now)) or None
        transitions = [
            {"Status": t.status, "StartTime": t.start, "EndTime": t.end, "StatusMessage": t.message}
            for t in job.transitions
        ]
        return {
            **{name: value for name, value in job.request.items() if name not in _NOT_SHOWN},
            "TrainingJobArn": job.arn,
            "TrainingJobStatus": job.status,
            "SecondaryStatus": job.secondary,
            "SecondaryStatusTransitions": transitions,
            "ModelArtifacts": None if job.model is None else {"S3ModelArtifacts": job.model},
            "FailureReason": job.failure,
            "CreationTime": job.created,
            "TrainingStartTime": job.training_started,
            "TrainingEndTime": job.ended,
            "LastModifiedTime": job.changed,
            "FinalMetricDataList": self.metrics.last(job.name) or None,
            "WarmPoolStatus": _warm_pool_status(job, now),
            "TrainingTimeInSeconds": seconds if job.final else None,
            "BillableTimeInSeconds": seconds if job.final else None,
        }

    def _list(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        now = self.clock.now()
        jobs = [job for job in self.registry.visible() if _is_listed(job, request, now)]
        keys: dict[str, Callable[[TrainingJob], Any]] = {
            "Name": lambda job: job.name,
            "CreationTime": lambda job: job.created,
            "Status": lambda job: job.status,
        }
        descending = request.get("SortOrder", "Descending") == "Descending"
        jobs.sort(key=keys[request.get("SortBy", "CreationTime")], reverse=descending)
        chosen, token = page(jobs, request.get("NextToken"), request.get("MaxResults", 10))
        return {"TrainingJobSummaries": [_summary(job, now) for job in chosen], "NextToken": token}

    def _stop(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        def asked(job: TrainingJob) -> TrainingJob:
            if job.final:
                raise invalid(f"The request was rejected because the training job is in status {job.status}.")
            return ask_to_stop(job, "Stopped", self.clock.now())

        self.notice(self.registry.change(request["TrainingJobName"], asked).name)
        return {}

    def _update(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        now = self.clock.now()
        keep_alive = request.get("ResourceConfig", {}).get("KeepAlivePeriodInSeconds")

        def updated(job: TrainingJob) -> TrainingJob:
            if keep_alive is None:
                return replace(job, changed=now)
            pool = None if job.warm_pool is None else job.warm_pool.at(now)
            if pool is None or pool.status not in ("InUse", "Available"):
                state = "none" if pool is None else pool.status
                raise invalid(f"KeepAlivePeriodInSeconds of {job.name} cannot be updated: its warm pool is {state}")
            kept = replace(pool, keep_alive=keep_alive)
            resources = {**job.request["ResourceConfig"], "KeepAlivePeriodInSeconds": keep_alive}
            return replace(job, warm_pool=kept, request={**job.request, "ResourceConfig": resources}, changed=now)

        return {"TrainingJobArn": self.registry.change(request["TrainingJobName"], updated).arn}

    def _delete(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        with self.registry.lock:
            job = self.registry.get(request["TrainingJobName"])
            if not job.final:
                raise ApiError("ResourceInUse", f"{job.name} is in status {job.status}; stop it first")
            self.registry.delete(job.name)
        return {}

    def _search(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        if request["Resource"] != "TrainingJob":
            raise invalid(f"Search of {request['Resource']!r} has no local form; only of 'TrainingJob'")
        shown = ServiceModel("sagemaker").members("TrainingJob")
        described = [self._described(job) | {"Tags": _as_tags(job)} for job in self.registry.visible()]
        expression = request.get("SearchExpression", {})
        found = [job for job in described if matches(job, expression)]
        sort_by, descending = request.get("SortBy", "LastModifiedTime"), request.get("SortOrder") != "Ascending"
        found.sort(key=lambda job: _sort_key(property_of(job, sort_by)), reverse=descending)
        chosen, token = page(found, request.get("NextToken"), request.get("MaxResults", 100))
        return {
            "Results": [{"TrainingJob": {name: job[name] for name in job if name in shown}} for job in chosen],
            "NextToken": token,
            "TotalHits": {"Value": len(found), "Relation": "EqualTo"},
        }

    def _add_tags(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        added = {tag["Key"]: tag["Value"] for tag in request["Tags"]}

        def tagged(job: TrainingJob) -> TrainingJob:
            tags = {**job.tags, **added}
            if len(tags) > _MOST_TAGS:
                raise invalid(f"{job.name} would have {len(tags)} tags; {_MOST_TAGS} are the most")
            return replace(job, tags=tags)

        return {"Tags": _as_tags(self.registry.change(_name_of(request["ResourceArn"]), tagged))}

    def _list_tags(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        tags = _as_tags(self.registry.get(_name_of(request["ResourceArn"])))
        chosen, token = page(tags, request.get("NextToken"), request.get("MaxResults", _MOST_TAGS))
        return {"Tags": chosen, "NextToken": token}

    def _delete_tags(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        def untagged(job: TrainingJob) -> TrainingJob:
            return replace(job, tags={k: v for k, v in job.tags.items() if k not in request["TagKeys"]})

        self.registry.change(_name_of(request["ResourceArn"]), untagged)
        return {}


def _is_listed(job: TrainingJob, request: Mapping[str, Any], now: float) -> bool:
    pool = None if job.warm_pool is None else job.warm_pool.at(now).status
    return (
        request.get("NameContains", "").lower() in job.name.lower()
        and request.get("StatusEquals") in (None, job.status)
        and request.get("WarmPoolStatusEquals") in (None, pool)
        and _is_between(job.created, request.get("CreationTimeAfter"), request.get("CreationTimeBefore"))
        and _is_between(job.changed, request.get("LastModifiedTimeAfter"), request.get("LastModifiedTimeBefore"))
    )


def _is_between(time: float, after: Any, before: Any) -> bool:
    return _moment(after, -math.inf) <= time <= _moment(before, math.inf)


def _moment(value: Any, default: float) -> float:
    if value is None:
        return default
    return datetime.datetime.fromisoformat(value).timestamp() if isinstance(value, str) else float(value)


def _summary(job: TrainingJob, now: float) -> dict[str, Any]:
    return {
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "CreationTime": job.created,
        "TrainingEndTime": job.ended,
        "LastModifiedTime": job.changed,
        "TrainingJobStatus": job.status,
        "SecondaryStatus": job.secondary,
        "WarmPoolStatus": _warm_pool_status(job, now),
    }


def _warm_pool_status(job: TrainingJob, now: float) -> dict[str, Any] | None:
    if job.warm_pool is None:
        return None
    pool = job.warm_pool.at(now)
    kept = None if pool.since is None else math.floor((pool.until or now) - pool.since)
    return {"Status": pool.status, "ResourceRetainedBillableTimeInSeconds": kept, "ReusedByJob": pool.reused_by}


def _as_tags(job: TrainingJob) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in job.tags.items()]


def _name_of(arn: str) -> str:
    prefix, _, name = arn.partition(":training-job/")
    if not name or ACCOUNT not in prefix:
        raise invalid(f"{arn!r} is not the ARN of a training job of account {ACCOUNT}")
    return name


def _sort_key(value: Any) -> tuple[bool, float, str]:
    is_number = isinstance(value, (int, float))
    return value is not None, float(value) if is_number else 0.0, "" if is_number else str(value)
