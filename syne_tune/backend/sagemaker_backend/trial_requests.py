"""From a trial to the request for its next job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from syne_tune.backend.sagemaker_backend.code_package import package_code, upload_code
from syne_tune.backend.sagemaker_backend.instance_info import dollars_per_hour
from syne_tune.backend.sagemaker_backend.job_names import OWN_FOLDER, StudyNames
from syne_tune.backend.sagemaker_backend.job_request import CHECKPOINT_PATH, JobTemplate, TrialJob
from syne_tune.backend.sagemaker_backend.report_files import channel_in_job
from syne_tune.backend.sagemaker_backend.s3_objects import split_uri
from syne_tune.backend.sagemaker_backend.trial_checkpoints import CheckpointStore
from syne_tune.backend.sagemaker_backend.trial_jobs import JobFacts
from syne_tune.constants import (
    ENV_REPORT_CHANNEL,
    ENV_REPORT_EXPECTS,
    ST_CHECKPOINT_DIR,
    ST_CONFIG_JSON_FNAME_ARG,
    ST_INSTANCE_COUNT,
    ST_INSTANCE_TYPE,
)
from syne_tune.jsonio import dumps
from syne_tune.report import ENV_DOLLARS_PER_HOUR, ENV_INSTANCE_COUNT

DIGEST_VARIABLE = "SYNE_TUNE_CONFIG_DIGEST"
"""Variable of a job: tells its configuration from others."""

_LONGEST_VARIABLE = 512


@dataclass
class TrialRequests:
    """Makes the requests of one study.

    Args:
        template: What all jobs have in common.
        names: Of jobs.
        store: Takes the file of arguments.
        s3: Client of ``boto3``, with which the code is uploaded before the first job.
        pass_args_as_json: Whether jobs find their configuration in a file.
        code_uri: Where the code is, if it has been uploaded.
    """

    template: JobTemplate
    names: StudyNames
    store: CheckpointStore
    s3: Any
    pass_args_as_json: bool
    code_uri: str | None = None

    def request(self, name: str, trial_id: int, run: int, facts: JobFacts, expects: str) -> dict[str, Any]:
        """The request for one job.

        Args:
            name: Of the job.
            trial_id: The trial.
            run: Number of the run.
            facts: Its configuration, and on how many machines it runs.
            expects: What its reports must contain.
        """
        job = TrialJob(
            name=name,
            arguments={**self._arguments(name, trial_id, facts), ST_CHECKPOINT_DIR: CHECKPOINT_PATH},
            checkpoint_s3_uri=self.names.checkpoints(trial_id),
            environment=self._environment(name, facts, expects),
            tags=self.names.tags(trial_id, run),
            instance_type=facts.config.get(ST_INSTANCE_TYPE),
            instance_count=facts.config.get(ST_INSTANCE_COUNT),
        )
        return self.template.job_request(job, self.uploaded_code())

    def _arguments(self, name: str, trial_id: int, facts: JobFacts) -> dict[str, Any]:
        if not self.pass_args_as_json:
            return {key: value for key, value in facts.config.items() if value is not None}
        file = f"{name}.config.json"
        self.store.write(self.names.checkpoints(trial_id), file, dumps(facts.config).encode())
        return {ST_CONFIG_JSON_FNAME_ARG: f"{CHECKPOINT_PATH}/{OWN_FOLDER}{file}"}

    def _environment(self, name: str, facts: JobFacts, expects: str) -> dict[str, str]:
        price = dollars_per_hour(str(facts.config.get(ST_INSTANCE_TYPE, self.template.instance_type)))
        return {
            ENV_REPORT_CHANNEL: channel_in_job(name, facts.num_hosts),
            DIGEST_VARIABLE: hashlib.sha256(dumps(facts.config).encode()).hexdigest()[:16],
            **({ENV_REPORT_EXPECTS: expects} if 0 < len(expects) <= _LONGEST_VARIABLE else {}),
            **({} if price is None else {ENV_DOLLARS_PER_HOUR: str(price), ENV_INSTANCE_COUNT: str(facts.num_hosts)}),
        }

    def uploaded_code(self) -> str | None:
        """Address of the code, which is uploaded if that has not been done; ``None`` if the jobs need none of ours."""
        if self.code_uri is None and self.template.needs_packaging:
            bucket, prefix = split_uri(self.names.code)
            self.code_uri = upload_code(package_code(self.template), self.s3, bucket, prefix)
        return self.code_uri
