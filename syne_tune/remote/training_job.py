"""Describes training jobs without the ``sagemaker`` package: :func:`training_job`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.backend.sagemaker_backend.aws_clients import AwsClients
from syne_tune.experiment_folder import default_s3_bucket
from syne_tune.remote.constants import DEFAULT_CPU_INSTANCE
from syne_tune.remote.estimator_options import request_with_defaults
from syne_tune.remote.framework_images import framework_image


def training_job(
    framework: str = "PyTorch", instance_type: str = DEFAULT_CPU_INSTANCE, **options: Any
) -> dict[str, Any]:
    """What a job runs and where, for :class:`~syne_tune.backend.sagemaker_backend.sagemaker_backend.SageMakerBackend`.

    ::

        SageMakerBackend(training_job(entry_point="train.py", framework="PyTorch", instance_type="ml.g4dn.xlarge"))

    Args:
        framework: Whose image is used, see :func:`~syne_tune.remote.framework_images.framework_image`, which also takes
            ``framework_version`` and ``py_version``. They do not count if there is an ``image_uri``.
        instance_type: Machine on which a job runs.
        **options: More about it, by the names that estimators have for it: ``entry_point``, ``source_dir``,
            ``dependencies``, ``role``, ``image_uri``, ``instance_count``, ``max_run``,
            ``keep_alive_period_in_seconds``, ``use_spot_instances``, ``max_wait``, ``environment``, ...

    Returns:
        Arguments for ``create_training_job`` of ``boto3``, and those for the script.

    Raises:
        OptionError: If an option is unknown, no image is known, or credentials or role are missing.
        BackendError: If no region is configured.
    """
    given = {"framework": framework, "instance_type": instance_type, **options}
    region = str(AwsClients().sagemaker.meta.region_name)
    return request_with_defaults(with_image(given, region), default_s3_bucket())


def with_image(options: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Options that name an image instead of a framework.

    Args:
        options: As for :func:`training_job`.
        region: Where jobs run.

    Raises:
        OptionError: If no image is known for the framework.
    """
    names = ("framework", "framework_version", "py_version")
    chosen = {name: options[name] for name in names if name in options}
    others = {name: value for name, value in options.items() if name not in names}
    if others.get("image_uri") is None:
        others["image_uri"] = framework_image(**chosen, region=region, instance_type=others["instance_type"])
    return others
