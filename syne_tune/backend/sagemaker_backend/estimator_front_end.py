"""Jobs described by an ``Estimator`` of version 2 of the ``sagemaker`` package.

The estimator itself makes the request: a copy of it is fitted in a session whose client keeps the request instead of
sending it. The copy has no script, so that nothing is uploaded.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from syne_tune.backend.sagemaker_backend.job_request import JobTemplate
from syne_tune.backend.sagemaker_backend.request_front_end import checked
from syne_tune.backend.sagemaker_backend.sdk_calls import quiet_sdk, without_telemetry
from syne_tune.errors import OptionError


def template_of_estimator(
    estimator: Any, inputs: Any = None, experiment_config: dict[str, str] | None = None
) -> JobTemplate:
    """Makes a template from an estimator, which is left as it is.

    The network is asked only where the estimator leaves something open: for the address of a role given by name, and
    for the default bucket if there is no ``output_path``.

    Args:
        estimator: Any estimator, with or without script.
        inputs: As of ``fit``.
        experiment_config: As of ``fit``.

    Raises:
        OptionError: If the estimator is in local mode, or takes its script from a git repository.
    """
    session = estimator.sagemaker_session
    if session.local_mode:
        raise OptionError(
            f"instance_type={estimator.instance_type!r} is the local mode of the sagemaker package, which runs one job "
            "at a time. Use an instance type such as 'ml.m5.large' with the local job service: syne-tune jobs serve"
        )
    if estimator.git_config:
        raise OptionError(f"git_config={estimator.git_config!r}: clone the repository, and pass source_dir")
    request = _request_made_by(estimator, inputs, experiment_config)
    entry_point = str(estimator.entry_point).removeprefix("file://") if estimator.entry_point else None
    source_dir = str(estimator.source_dir) if estimator.source_dir else None
    if entry_point:
        added = {"container_log_level": estimator.container_log_level, "region": session.boto_region_name}
        request["HyperParameters"] |= {f"sagemaker_{name}": json.dumps(value) for name, value in added.items()}
    return JobTemplate(checked(request), entry_point, source_dir, tuple(map(str, estimator.dependencies or ())))


def _request_made_by(estimator: Any, inputs: Any, experiment_config: dict[str, str] | None) -> dict[str, Any]:
    client = _RecordingClient()
    session = copy.copy(estimator.sagemaker_session)
    session.sagemaker_client = client
    session.sagemaker_config = without_telemetry(session.sagemaker_config)
    shared = (estimator.tensorboard_app, estimator.latest_training_job, estimator.jobs)
    known = {id(estimator.sagemaker_session): session, **{id(one): one for one in shared}}
    fitted = copy.deepcopy(estimator, known)
    fitted.jobs = []
    fitted.entry_point, fitted.source_dir, fitted.dependencies = None, None, []
    with quiet_sdk():
        fitted.fit(inputs, wait=False, experiment_config=experiment_config)
    return {"HyperParameters": {}, **client.request}


class _RecordingClient:
    """Stands for the client of SageMaker."""

    def __init__(self) -> None:
        self.request: dict[str, Any] = {}

    def create_training_job(self, **request: Any) -> dict[str, str]:
        self.request = request
        return {"TrainingJobArn": ""}
