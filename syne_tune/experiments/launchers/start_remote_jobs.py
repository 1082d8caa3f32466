"""Starts the jobs that a remote launcher has planned. The repository from which it is called stays as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from syne_tune.backend.sagemaker_backend.job_request import JobTemplate, TrialJob
from syne_tune.backend.sagemaker_backend.job_template import job_template
from syne_tune.backend.sagemaker_backend.metric_definitions import with_metrics
from syne_tune.constants import ENV_REPORT_CHANNEL, ENV_REPORT_EXPECTS, ENV_REPORT_WAKE
from syne_tune.errors import OptionError
from syne_tune.experiment_folder import default_s3_bucket, s3_experiment_path
from syne_tune.experiments.launchers.remote_jobs import RemoteJob
from syne_tune.experiments.launchers.requirements_files import REQUIREMENTS, requirements_of_job
from syne_tune.experiments.launchers.sync_from_s3 import message_sync_from_s3
from syne_tune.remote.estimator_options import request_with_defaults
from syne_tune.remote.training_job import with_image
from syne_tune.remote.tuner_jobs import TunerJobs, package_folder

STUDY_TAG = "syne-tune-study"
"""Tag of all jobs of a study: its name."""

_VARIABLES = "SYNE_TUNE_"
_OF_TRIALS_ONLY = {ENV_REPORT_CHANNEL, ENV_REPORT_EXPECTS, ENV_REPORT_WAKE}


@dataclass(frozen=True)
class KindOfJob:
    """What the jobs of one call have in common.

    Args:
        entry_point: Program that each job runs.
        dependencies: Folders that it needs besides its own; importable by their names.
        script: Training script that runs within the same job, if there is one; the job installs what it needs.
        options: About instance and image, by the names that estimators have for it; ``framework``,
            ``framework_version`` and ``py_version`` choose the image unless there is an ``image_uri``.
        metric_names: What the jobs print as metrics.
    """

    entry_point: Path
    dependencies: Sequence[str] = ()
    script: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    metric_names: Sequence[str] = ()


def start_remote_jobs(jobs: Sequence[RemoteJob], kind: KindOfJob, study: str, quota_wait: float) -> None:
    """Uploads the code once, starts the jobs, and prints their names and how to get the results.

    Args:
        jobs: The jobs.
        kind: What they have in common.
        study: Name of the study.
        quota_wait: Seconds between tries to get an instance, see :meth:`~syne_tune.remote.tuner_jobs.TunerJobs.start`.

    Raises:
        OptionError: If ``entry_point`` or a dependency does not exist, or credentials, region or role are missing.
        BackendError: If a job cannot be created; those before it run.
    """
    bucket = default_s3_bucket()
    tuner_jobs = TunerJobs(bucket)
    template = _template(kind, tuner_jobs.region, bucket)
    code = tuner_jobs.upload(template)
    for job in jobs:
        trial_job = TrialJob(
            name=job.name,
            arguments=job.arguments,
            checkpoint_s3_uri=f"{s3_experiment_path(bucket)}{job.s3_folder}/",
            environment={"AWS_DEFAULT_REGION": tuner_jobs.region, **_variables_to_hand_on()},
            tags={STUDY_TAG: study},
        )
        tuner_jobs.start(template, trial_job, code, quota_wait)
        sys.stdout.write(f"Started job {job.name}\n")
        sys.stdout.flush()
    sys.stdout.write(message_sync_from_s3(study, bucket))
    sys.stdout.flush()


def _template(kind: KindOfJob, region: str, bucket: str) -> JobTemplate:
    template = job_template(request_with_defaults(with_image(kind.options, region), bucket))
    return replace(
        with_metrics(template, kind.metric_names),
        entry_point=kind.entry_point.name,
        source_dir=str(kind.entry_point.absolute().parent),
        dependencies=(str(package_folder()), *map(str, kind.dependencies)),
        generated_files={REQUIREMENTS: requirements_of_job(kind.entry_point, kind.script).encode()},
    )


def _variables_to_hand_on() -> dict[str, str]:
    """Settings of the user for experiments, from the environment of the launcher."""
    return {name: x for name, x in os.environ.items() if name.startswith(_VARIABLES) and name not in _OF_TRIALS_ONLY}


def check_entry_point(entry_point: Path) -> None:
    """Refuses a program that does not exist.

    Raises:
        OptionError: If there is no such file.
    """
    if not Path(entry_point).is_file():
        raise OptionError(
            f"entry_point = {str(entry_point)!r}: there is no such file; name the program each job shall run"
        )
