from __future__ import annotations

import pytest

from syne_tune.backend.sagemaker_backend.job_template import job_template
from syne_tune.errors import OptionError
from syne_tune.remote.estimator_options import request_from_options, request_with_defaults
from syne_tune.remote.framework_images import framework_image, tuner_image

OPTIONS = {
    "role": "arn:aws:iam::123456789012:role/x",
    "image_uri": "default",
    "instance_type": "ml.m5.large",
    "instance_count": 2,
    "volume_size": 50,
    "volume_kms_key": "key",
    "keep_alive_period_in_seconds": 60,
    "max_run": 100,
    "max_wait": 200,
    "use_spot_instances": True,
    "max_retry_attempts": 3,
    "output_path": "s3://bucket/out",
    "output_kms_key": "key",
    "subnets": ["subnet-1"],
    "security_group_ids": ["sg-1"],
    "enable_network_isolation": False,
    "encrypt_inter_container_traffic": True,
    "disable_profiler": True,
    "metric_definitions": [{"Name": "loss", "Regex": "loss=(.*)"}],
    "environment": {"A": "b"},
    "hyperparameters": {"lr": 0.1},
    "tags": [{"Key": "a", "Value": "b"}],
}


def test_every_option_has_its_place_in_a_valid_request() -> None:
    template = job_template(request_from_options(OPTIONS))
    assert template.request["ResourceConfig"] == {
        "InstanceType": "ml.m5.large",
        "InstanceCount": 2,
        "VolumeSizeInGB": 50,
        "VolumeKmsKeyId": "key",
        "KeepAlivePeriodInSeconds": 60,
    }
    assert template.request["StoppingCondition"] == {"MaxRuntimeInSeconds": 100, "MaxWaitTimeInSeconds": 200}
    assert template.request["HyperParameters"] == {"lr": "0.1"}
    assert template.request["Environment"] == {"A": "b"}


def test_none_stands_for_the_default() -> None:
    given = {"role": "arn", "image_uri": "default", "instance_type": "ml.m5.large", "max_run": None}
    request = request_with_defaults(given, "bucket")
    assert request["StoppingCondition"]["MaxRuntimeInSeconds"] == 5 * 86400
    assert request["OutputDataConfig"]["S3OutputPath"].startswith("s3://bucket/")


def test_unknown_options_are_refused_with_the_nearest() -> None:
    with pytest.raises(OptionError, match=r"instance_typ='x'.*did you mean 'instance_type'"):
        request_from_options({"instance_typ": "x"})


@pytest.mark.parametrize(
    ("framework", "instance_type", "expected"),
    [
        ("PyTorch", "ml.g4dn.xlarge", "pytorch-training:2.5.1-gpu-py311"),
        ("BasicCPU", "ml.c5.4xlarge", "pytorch-training:2.5.1-cpu-py311"),
        ("SKLearn", "ml.m5.large", "sagemaker-scikit-learn:1.2-1-cpu-py3"),
        ("XGBoost", "ml.m5.large", "sagemaker-xgboost:1.7-1"),
    ],
)
def test_addresses_of_published_images(framework: str, instance_type: str, expected: str) -> None:
    assert framework_image(framework, "us-east-1", instance_type).endswith(
        f".dkr.ecr.us-east-1.amazonaws.com/{expected}"
    )


def test_versions_can_be_chosen() -> None:
    image = framework_image("PyTorch", "eu-west-1", "ml.p3.2xlarge", framework_version="2.3.0", py_version="py310")
    assert image == "763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:2.3.0-gpu-py310"


def test_unknown_images_are_refused() -> None:
    with pytest.raises(OptionError, match="did you mean 'PyTorch'"):
        framework_image("Pytorch", "us-east-1", "ml.m5.large")
    with pytest.raises(OptionError, match="region 'cn-north-1' is not known"):
        framework_image("PyTorch", "cn-north-1", "ml.m5.large")


def test_w23_tuners_run_under_the_python_that_pickled_them() -> None:
    """W-23: the image had another version of Python than the one that had pickled the tuner."""
    assert tuner_image("us-east-1", "ml.m5.large", "3.10").endswith("-cpu-py310")
    assert tuner_image("us-east-1", "ml.m5.large", "3.12").endswith("-cpu-py312")
    with pytest.raises(OptionError, match=r"No image with Python 3\.99"):
        tuner_image("us-east-1", "ml.m5.large", "3.99")
