"""Jobs described by a ``ModelTrainer`` of version 3 of the ``sagemaker`` package.

The trainer itself makes the request, in a ``PipelineSession``, which is there for that: it keeps requests instead of
sending them. What the trainer would upload to start the script, the *drivers*, becomes part of the package of code.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from syne_tune.backend.sagemaker_backend.job_request import CODE_ARCHIVE, CODE_CHANNEL, CODE_CHANNEL_PATH, JobTemplate
from syne_tune.backend.sagemaker_backend.request_front_end import checked
from syne_tune.backend.sagemaker_backend.sdk_calls import quiet_sdk, without_telemetry
from syne_tune.errors import OptionError
from syne_tune.optional import require

_DRIVERS = "sm_drivers"
_PLACEHOLDER = f"s3://code/{CODE_ARCHIVE}"
"""Makes the drivers unpack what the channel ``code`` brings."""

_PREPARE = (
    f"tar -xzf {CODE_CHANNEL_PATH}/{CODE_ARCHIVE} -C /opt/ml/input/data {_DRIVERS} "
    f"&& export PYTHONPATH={CODE_CHANNEL_PATH}${{PYTHONPATH:+:$PYTHONPATH}} && "
)


def template_of_model_trainer(trainer: Any, inputs: Any = None) -> JobTemplate:
    """Makes a template from a trainer, which is left as it is.

    As with its method ``train``, local input data is uploaded.

    Args:
        trainer: Any trainer, with or without source code.
        inputs: A list of ``InputData`` or ``Channel``, or a dictionary of channel names and S3 prefixes.

    Raises:
        OptionError: If the trainer is in local mode, or its source code is not a local folder.
    """
    if trainer.training_mode.value != "SAGEMAKER_TRAINING_JOB":
        raise OptionError(
            f"training_mode={trainer.training_mode.value!r} runs one job at a time. Use SAGEMAKER_TRAINING_JOB with "
            "the local job service: syne-tune jobs serve"
        )
    _check_source_code(trainer.source_code)
    request, drivers = _request_made_by(trainer, _input_data(inputs))
    if not drivers:
        return JobTemplate(checked(request))
    channels = request.pop("InputDataConfig")
    theirs = [one for one in channels if one["ChannelName"] not in (CODE_CHANNEL, _DRIVERS)]
    request |= {"InputDataConfig": theirs} if theirs else {}
    option, command = request["AlgorithmSpecification"]["ContainerArguments"]
    request["AlgorithmSpecification"]["ContainerArguments"] = [option, _PREPARE + command]
    source = trainer.source_code
    return JobTemplate(
        checked(request),
        source.entry_script if source.source_dir else None,
        source.source_dir,
        ignored=tuple(source.ignore_patterns or ()),
        generated_files=drivers,
    )


def _check_source_code(source: Any) -> None:
    folder = source and source.source_dir
    if folder and not Path(folder).is_dir():
        raise OptionError(f"source_dir={folder!r} of SourceCode must be a local folder, so that it can be packed")


def _input_data(inputs: Any) -> list[Any] | None:
    if not isinstance(inputs, (str, Mapping)):
        return inputs  # type: ignore[no-any-return]  # what the trainer takes
    named = {"training": inputs} if isinstance(inputs, str) else inputs
    make = require("sagemaker.train.configs", "aws").InputData
    return [make(channel_name=name, data_source=source) for name, source in named.items()]


def _request_made_by(trainer: Any, inputs: list[Any] | None) -> tuple[dict[str, Any], dict[str, bytes]]:
    original = trainer.sagemaker_session
    drivers: dict[str, bytes] = {}

    def upload(path: str, bucket: str | None = None, key_prefix: str = "data", **options: Any) -> str:
        if not key_prefix.endswith(f"/{_DRIVERS}"):
            return str(original.upload_data(path=path, bucket=bucket, key_prefix=key_prefix, **options))
        drivers.update(_files_below(Path(path)))
        return f"s3://{bucket}/{key_prefix}"

    session = require("sagemaker.core.workflow.pipeline_context", "aws").PipelineSession(
        boto_session=original.boto_session,
        sagemaker_client=original.sagemaker_client,
        settings=original.settings,
        sagemaker_config=without_telemetry(original.sagemaker_config),
        default_bucket_prefix=original.default_bucket_prefix,
    )
    session.upload_data = upload
    session.default_bucket = original.default_bucket
    fitted = _copy_of(trainer, session)
    with warnings.catch_warnings(), quiet_sdk():
        warnings.simplefilter("ignore", UserWarning)  # that no job is started
        step = fitted.train(inputs, wait=False, logs=False)
        step.func(*step.func_args, **step.func_kwargs)
    return session.context.args, drivers


def _copy_of(trainer: Any, session: Any) -> Any:
    private = (trainer.__pydantic_private__ or {}).values()
    theirs = [one for one in private if isinstance(one, TemporaryDirectory)]  # deleted together with their trainer
    fitted = copy.deepcopy(trainer, {id(trainer.sagemaker_session): session, **{id(one): None for one in theirs}})
    if fitted.source_code:
        fitted.source_code.source_dir = _PLACEHOLDER
    return fitted


def _files_below(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {f"{_DRIVERS}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
