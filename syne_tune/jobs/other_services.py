"""IAM, STS, CloudWatch, ECR and whatever else clients ask for: moto answers, in memory, loaded when first needed."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterable
from typing import Any

from syne_tune import jsonio
from syne_tune.jobs.log_pump import MetricTable
from syne_tune.jobs.sdk_defaults import ROLE
from syne_tune.jobs.training_job import ACCOUNT
from syne_tune.optional import require

NAMESPACE = "/aws/sagemaker/TrainingJobs"
"""Where CloudWatch has the metrics of training jobs; they have the dimension ``TrainingJobName``."""

_MAY_ASSUME = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
_TRUST = jsonio.dumps({"Version": "2012-10-17", "Statement": [_MAY_ASSUME]})
_SIMULATION = """<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>{members}</EvaluationResults>
</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"""


class OtherServices:
    """A WSGI application.

    Args:
        metrics: Copied to CloudWatch before anybody reads there.
        region: Where they are copied to.
    """

    def __init__(self, metrics: MetricTable, region: Callable[[str], str]) -> None:
        self._metrics = metrics
        self._region = region
        self._lock = threading.Lock()
        self._application: Any = None
        self._copied = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one request."""
        with self._lock:
            if self._application is None:
                self._application = _moto()
            if "/monitoring/" in environ.get("HTTP_AUTHORIZATION", ""):
                self._copy_metrics()
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer

    def _copy_metrics(self) -> None:
        backends = require("moto.backends", "jobs").get_backend("cloudwatch")[ACCOUNT]
        for row, job, name, time, value in self._metrics.after(self._copied):
            metric = {
                "MetricName": name,
                "Value": value,
                "Timestamp": datetime.datetime.fromtimestamp(time, datetime.timezone.utc).replace(tzinfo=None),
                "Dimensions": [{"Name": "TrainingJobName", "Value": job}],
            }
            backends[self._region(job)].put_metric_data(NAMESPACE, [metric])
            self._copied = row


def _moto() -> Any:
    server = require("moto.server", "jobs")
    create = require("moto.moto_server.werkzeug_app", "jobs").create_backend_app
    application = server.DomainDispatcherApplication(create)
    iam = require("moto.backends", "jobs").get_backend("iam")[ACCOUNT]["aws"]
    iam.create_role(ROLE, _TRUST, "/service-role/", None, "for training jobs", [], "3600")
    return application


def simulated_policy(actions: Iterable[str]) -> bytes:
    """The answer to ``iam:SimulatePrincipalPolicy``, which moto lacks: everything is allowed."""
    members = "".join(
        f"<member><EvalActionName>{action}</EvalActionName><EvalDecision>allowed</EvalDecision></member>"
        for action in actions
    )
    return _SIMULATION.format(members=members).encode()
