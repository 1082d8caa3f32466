"""Starts jobs in which tuners run, and waits for them."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from syne_tune.backend.sagemaker_backend.aws_clients import AwsClients
from syne_tune.backend.sagemaker_backend.code_package import package_code, upload_code
from syne_tune.backend.sagemaker_backend.job_logs import JobLogs
from syne_tune.backend.sagemaker_backend.job_request import JobTemplate, TrialJob
from syne_tune.backend.sagemaker_backend.training_jobs import FINAL, NameTaken, QuotaExceeded, TrainingJobs
from syne_tune.errors import BackendError
from syne_tune.remote.scheduling import backoff

_NUM_TRIES = 100
_POLL = 2.0
_LONGEST_NAME = 63
_CODE_PREFIX = "syne-tune-jobs/code"


class TunerJobs:
    """Jobs that share a bucket for their code.

    Args:
        bucket: Name of the bucket, which must exist.

    Raises:
        BackendError: If no region is set.
        MissingExtraError: If ``boto3`` is not installed.

    Attributes:
        region: Where they run.
    """

    def __init__(self, bucket: str) -> None:
        clients = AwsClients()
        self.region = str(clients.sagemaker.meta.region_name)
        self._s3 = clients.s3
        self._bucket = bucket
        self._jobs = TrainingJobs(clients.sagemaker, clients.rates["sagemaker"], "")
        self._logs = JobLogs(clients.logs, clients.rates["logs"])

    def upload(self, template: JobTemplate) -> str:
        """Packs and uploads the code of a template; returns its address."""
        return upload_code(package_code(template), self._s3, self._bucket, _CODE_PREFIX)

    def free_name(self, wanted: str) -> str:
        """A name for a job that continues those of a name which have ended: ``wanted``, ``wanted-1``, ``wanted-2``, ...

        Raises:
            BackendError: If one of them has not ended.
        """
        for number in itertools.count():
            ending = f"-{number}" if number else ""
            name = f"{wanted[: _LONGEST_NAME - len(ending)]}{ending}"
            job = self._jobs.describe(name)
            if job is None:
                return name
            if job["TrainingJobStatus"] not in FINAL:
                raise BackendError(
                    f"Job {name} is under way: wait for it, or stop it first ('syne-tune jobs stop {name}')"
                )
        raise AssertionError("names are never used up")

    def start(self, template: JobTemplate, job: TrialJob, code_uri: str, quota_wait: float = 0) -> None:
        """Creates a job.

        Args:
            template: What it has in common with others.
            job: What is particular to it.
            code_uri: Address of its code.
            quota_wait: Seconds to wait, if there are as many instances as the quota allows, before it is tried again,
                up to 100 times; 0 to give up at once.

        Raises:
            BackendError: If the job cannot be created, or there is another one of its name.
        """
        request = template.job_request(job, code_uri)
        tries = _NUM_TRIES if quota_wait > 0 else 1
        try:
            backoff(QuotaExceeded.__name__, tries, quota_wait)(self._jobs.create)(request)
        except NameTaken as error:
            if not self._is_same(request):  # else it is there already: an answer of AWS has got lost
                raise BackendError(f"There is another job {job.name} already; choose another name") from error
        except QuotaExceeded as error:
            raise BackendError(
                f"Job {job.name} cannot be created (tries: {tries}): {error}. Ask AWS for more instances of type "
                f"{template.instance_type}, choose another instance_type, or wait for other jobs to end"
            ) from error

    def _is_same(self, request: Mapping[str, Any]) -> bool:
        found = self._jobs.describe(request["TrainingJobName"]) or {}
        return bool(found.get("HyperParameters") == request["HyperParameters"])

    def wait(self, name: str) -> None:
        """Waits until a job has ended, and prints its log meanwhile.

        Raises:
            BackendError: If it does not end well.
        """
        while True:
            job = self._jobs.describe(name) or {}
            is_final = job.get("TrainingJobStatus") in FINAL
            for line in self._logs.read(name, to_the_end=is_final):
                sys.stdout.write(line.text.rstrip("\n") + "\n")
            sys.stdout.flush()
            if is_final:
                break
            time.sleep(_POLL)
        if job["TrainingJobStatus"] != "Completed":
            reason = job.get("FailureReason") or f"it was stopped ({job['SecondaryStatus']})"
            raise BackendError(f"Job {name} has not completed: {reason}")


def package_folder() -> Path:
    """The installed package, all of which goes along with a job that has a tuner in it."""
    return Path(str(files("syne_tune")))
