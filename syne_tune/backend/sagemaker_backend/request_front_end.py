"""Jobs described by the request itself, and the checks that requests from everywhere share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from syne_tune.backend.sagemaker_backend.job_request import JobTemplate, channel
from syne_tune.errors import OptionError
from syne_tune.jsonio import plain
from syne_tune.optional import require

_CODE_FIELDS = ("entry_point", "source_dir", "dependencies")
_DEFAULTS = {
    "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
}
_DEFAULT_RESOURCES = {"InstanceCount": 1, "VolumeSizeInGB": 30}


def template_of_request(request: Mapping[str, Any], inputs: Any = None) -> JobTemplate:
    """Makes a template from a mapping as ``create_training_job`` of ``boto3`` takes it.

    Args:
        request: Arguments without ``TrainingJobName``, plus ``entry_point``, ``source_dir``, ``dependencies`` if
            a local script is to be run. Values of ``HyperParameters`` that are not text are encoded.
            Defaults: one machine with 30 GB, one day.
        inputs: S3 prefix, or channel names with prefixes or complete channels.

    Raises:
        OptionError: If an argument is missing, unknown or of the wrong type.
    """
    given = {name: value for name, value in request.items() if name not in (*_CODE_FIELDS, "TrainingJobName")}
    complete = {**_DEFAULTS, **given}
    if isinstance(resources := complete.get("ResourceConfig"), Mapping):
        complete["ResourceConfig"] = {**_DEFAULT_RESOURCES, **resources}
    specification = complete.get("AlgorithmSpecification")
    if isinstance(specification, Mapping):
        complete["AlgorithmSpecification"] = {"TrainingInputMode": "File", **specification}
    complete["HyperParameters"] = {
        name: value if isinstance(value, str) else json.dumps(plain(value))
        for name, value in complete.get("HyperParameters", {}).items()
    }
    if inputs is not None:
        complete["InputDataConfig"] = _merged(complete.get("InputDataConfig", []), channels(inputs))
    entry_point, source_dir = (_path(request.get(name)) for name in ("entry_point", "source_dir"))
    dependencies = request.get("dependencies") or ()
    return JobTemplate(checked(complete), entry_point, source_dir, tuple(map(str, dependencies)))


def channels(inputs: Any) -> list[dict[str, Any]]:
    """Input channels from an S3 prefix, which becomes the channel ``training``, or from a mapping by name.

    Raises:
        OptionError: If it is neither.
    """
    if isinstance(inputs, str):
        return [channel("training", inputs)]
    if isinstance(inputs, Mapping):
        return [
            channel(name, value) if isinstance(value, str) else {"ChannelName": name, **value}
            for name, value in inputs.items()
        ]
    raise OptionError(f"inputs={inputs!r}: pass an S3 prefix, or a dictionary of channel names and S3 prefixes")


def checked(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request without the name of a job, once it is known to be right otherwise.

    Raises:
        OptionError: If an argument is missing, unknown or of the wrong type.
        MissingExtraError: If ``boto3`` is not installed.
    """
    complete = {**request, "TrainingJobName": "job"}
    report = require("botocore.validate", "aws").ParamValidator().validate(complete, _shape_of_requests())
    if report.has_errors():
        raise OptionError(f"This is no request for a training job: {report.generate_report()}")
    if "InstanceType" not in request.get("ResourceConfig", {}):
        raise OptionError("The jobs of a study run on instances of one type: ResourceConfig.InstanceType is missing")
    return {name: value for name, value in complete.items() if name != "TrainingJobName"}


@cache
def _shape_of_requests() -> Any:
    model = require("botocore.session", "aws").get_session().get_service_model("sagemaker")
    return model.operation_model("CreateTrainingJob").input_shape


def _path(given: Any) -> str | None:
    return None if given is None else str(given)


def _merged(present: Iterable[dict[str, Any]], added: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {one["ChannelName"] for one in added}
    return [*(one for one in present if one["ChannelName"] not in names), *added]
