"""Requests made from estimators of the real SDK, and jobs that run from them."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from sagemaker import Session
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.pytorch import PyTorch
from sagemaker.sklearn import SKLearn
from sagemaker_service import Cloud
from sagemaker_study import check_trials_are_jobs

from syne_tune.backend.sagemaker_backend.aws_account import default_sagemaker_session, get_execution_role
from syne_tune.backend.sagemaker_backend.code_package import package_code, upload_code
from syne_tune.backend.sagemaker_backend.custom_framework import CustomFramework
from syne_tune.backend.sagemaker_backend.job_template import JobTemplate, TrialJob, job_template
from syne_tune.errors import OptionError
from syne_tune.experiment_folder import default_s3_bucket
from syne_tune.remote.estimators import sagemaker_estimator

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local"
BUCKET = "sagemaker-us-east-1-123456789012"
SCRIPT = """
import argparse, os
from helpers import double
from mylib import triple
from syne_tune import Reporter

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int)
parser.add_argument("--name", type=str)
args, _ = parser.parse_known_args()
value = double(args.size) + triple(args.size)
Reporter()(value=value, name=args.name, there=os.path.exists("/opt/ml/input/data/train/a"))
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    (folder / "helpers.py").write_text("def double(x): return 2 * x\n")
    (tmp_path / "mylib").mkdir()
    (tmp_path / "mylib" / "__init__.py").write_text("def triple(x): return 3 * x\n")
    return folder


@cache
def shared_session() -> Session:
    """One for all tests, because it takes seconds to make."""
    return Session()


def options(**changes: object) -> dict[str, object]:
    usual = {"role": ROLE, "instance_type": "ml.m5.large", "instance_count": 1, "output_path": f"s3://{BUCKET}/out"}
    return {**usual, "sagemaker_session": shared_session(), **changes}


def run(template: JobTemplate, job_name: str, **arguments: object) -> list[str]:
    """Runs one job, and returns what it printed."""
    client = boto3.client("sagemaker")
    uri = upload_code(package_code(template), boto3.client("s3"), default_s3_bucket(), "code")
    client.create_training_job(**template.job_request(TrialJob(job_name, arguments), uri))
    deadline = time.monotonic() + 120
    while (job := client.describe_training_job(TrainingJobName=job_name))["TrainingJobStatus"] == "InProgress":
        assert time.monotonic() < deadline, job
        time.sleep(0.1)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    logs, group = boto3.client("logs"), "/aws/sagemaker/TrainingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job_name}/")["logStreams"]
    return [
        event["message"]
        for stream in streams
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True)[
            "events"
        ]
    ]


class TestWhatTheRequestContains:
    def test_everything_an_estimator_says(self, code: Path) -> None:
        estimator = PyTorch(
            entry_point="train.py",
            source_dir=str(code),
            framework_version="2.5.1",
            py_version="py311",
            hyperparameters={"batch_size": 8, "name": "a"},
            keep_alive_period_in_seconds=60,
            max_run=500,
            volume_size=77,
            environment={"A": "b"},
            metric_definitions=[{"Name": "loss", "Regex": "loss=(.*)"}],
            subnets=["subnet-1"],
            security_group_ids=["sg-1"],
            tags=[{"Key": "team", "Value": "red"}],
            max_retry_attempts=3,
            **options(instance_type="ml.g5.2xlarge"),
        )
        template = job_template(estimator, inputs={"train": TrainingInput(f"s3://{BUCKET}/d", content_type="text/csv")})
        request = template.job_request(TrialJob("job", {"batch_size": 16, "lr": 0.1}), "s3://b/k/sourcedir.tar.gz")
        assert request["AlgorithmSpecification"]["TrainingImage"].endswith("pytorch-training:2.5.1-gpu-py311")
        assert request["AlgorithmSpecification"]["MetricDefinitions"] == [{"Name": "loss", "Regex": "loss=(.*)"}]
        assert request["ResourceConfig"] == {
            "InstanceType": "ml.g5.2xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 77,
            "KeepAlivePeriodInSeconds": 60,
        }
        assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 500}
        assert request["VpcConfig"] == {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
        assert request["RetryStrategy"] == {"MaximumRetryAttempts": 3}
        assert request["Environment"] == {"A": "b"}
        assert request["Tags"] == [{"Key": "team", "Value": "red"}]
        channel = request["InputDataConfig"][0]
        assert (channel["ChannelName"], channel["ContentType"]) == ("train", "text/csv")
        assert request["HyperParameters"] == {
            "batch_size": "16",
            "name": '"a"',
            "lr": "0.1",
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": '"s3://b/k/sourcedir.tar.gz"',
            "sagemaker_job_name": '"job"',
            "sagemaker_container_log_level": "20",
            "sagemaker_region": '"us-east-1"',
        }

    def test_spot_instances(self) -> None:
        estimator = Estimator(image_uri="sdk", use_spot_instances=True, max_run=100, max_wait=200, **options())
        request = job_template(estimator).job_request(TrialJob("job"))
        assert request["EnableManagedSpotTraining"] is True
        assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 100, "MaxWaitTimeInSeconds": 200}

    def test_image_with_own_program_gets_text_as_it_is(self) -> None:
        template = job_template(Estimator(image_uri="sdk", hyperparameters={"objective": "reg:x"}, **options()))
        request = template.job_request(TrialJob("job", {"booster": "gbtree", "eta": 0.1}))
        assert request["HyperParameters"] == {"objective": "reg:x", "booster": "gbtree", "eta": "0.1"}
        assert not template.needs_packaging

    def test_output_goes_to_the_default_bucket_unless_told_otherwise(self) -> None:
        template = job_template(Estimator(image_uri="sdk", **options(output_path=None)))
        assert template.request["OutputDataConfig"]["S3OutputPath"] == f"s3://{BUCKET}/"

    def test_role_may_be_given_by_name(self) -> None:
        template = job_template(Estimator(image_uri="sdk", **options(role=ROLE.rpartition("/")[2])))
        assert template.request["RoleArn"] == ROLE

    def test_jobs_without_network_get_their_code_by_channel(self, code: Path) -> None:
        estimator = Estimator(
            image_uri="sdk", entry_point="train.py", source_dir=str(code), enable_network_isolation=True, **options()
        )
        request = job_template(estimator).job_request(TrialJob("job"), "s3://b/k/sourcedir.tar.gz")
        assert request["EnableNetworkIsolation"] is True
        assert request["InputDataConfig"][-1]["ChannelName"] == "code"
        assert request["HyperParameters"]["sagemaker_submit_directory"] == '"/opt/ml/input/data/code/sourcedir.tar.gz"'


class TestTheEstimator:
    def test_stays_as_it_was(self, code: Path) -> None:
        estimator = SKLearn(
            entry_point="train.py",
            source_dir=str(code),
            dependencies=[str(code.parent / "mylib")],
            framework_version="1.2-1",
            hyperparameters={"x": 1},
            **options(),
        )
        session = estimator.sagemaker_session
        before = {name: repr(value) for name, value in vars(estimator).items()}
        client, config = session.sagemaker_client, repr(session.sagemaker_config)
        template = job_template(estimator, inputs=f"s3://{BUCKET}/d")
        package_code(template)
        template.job_request(TrialJob("job", {"x": 2}), "s3://b/k/sourcedir.tar.gz")
        assert {name: repr(value) for name, value in vars(estimator).items()} == before
        assert session.sagemaker_client is client
        assert repr(session.sagemaker_config) == config

    def test_can_be_used_again_after_it_was_fitted(self, code: Path) -> None:
        (code / "train.py").write_text("print('fine')")
        estimator = Estimator(image_uri="sdk", entry_point="train.py", source_dir=str(code), **options())
        estimator.fit(wait=False)
        assert job_template(estimator).program == "train.py"
        assert estimator.latest_training_job.describe()["TrainingJobName"] == estimator.latest_training_job.name

    def test_local_mode_is_refused(self) -> None:
        session = Session()
        session.local_mode = True
        estimator = Estimator(image_uri="sdk", **options(sagemaker_session=session))
        with pytest.raises(OptionError, match="syne-tune jobs serve"):
            job_template(estimator)

    def test_git_is_refused(self) -> None:
        git = {"repo": "https://example.org/x.git"}
        with pytest.raises(OptionError, match="clone"):
            job_template(Estimator(image_uri="sdk", entry_point="t.py", git_config=git, **options()))


class TestWhatTheAccountOffers:
    @pytest.mark.parametrize(
        ("framework", "more", "image"),
        [
            ("PyTorch", {}, "pytorch-training:2.5.1-cpu-py311"),
            ("BasicCPU", {"instance_type": None}, "pytorch-training:2.5.1-cpu-py311"),
            ("HuggingFace", {"instance_type": "ml.g5.xlarge"}, "huggingface-pytorch-training:2.5.1-transformers4.49.0"),
            ("SKLearn", {}, "sagemaker-scikit-learn:1.2-1-cpu-py3"),
            ("XGBoost", {"framework_version": "1.7-1"}, "sagemaker-xgboost:1.7-1"),
            ("TensorFlow", {"framework_version": "2.16.2", "py_version": "py310"}, "tensorflow-training:2.16.2"),
            ("MXNet", {}, "mxnet-training:1.9.0-cpu-py38"),
        ],
    )
    def test_factories_of_estimators(self, framework: str, more: dict[str, Any], image: str, code: Path) -> None:
        arguments = {name: value for name, value in options(**more).items() if value is not None}
        estimator = sagemaker_estimator[framework](entry_point="train.py", source_dir=str(code), **arguments)
        template = job_template(estimator)
        assert f"/{image}" in template.request["AlgorithmSpecification"]["TrainingImage"]
        assert template.instance_count == 1

    def test_role_and_session_of_the_service(self) -> None:
        assert get_execution_role() == ROLE
        session = default_sagemaker_session()
        assert session.boto_region_name == "us-east-1"
        assert session.sagemaker_client.meta.config.retries["mode"] == "standard"
        assert session.sagemaker_client.list_training_jobs()["ResponseMetadata"]["HTTPStatusCode"] == 200


class TestJobs:
    def test_run_with_modules_beside_the_script_dependencies_and_reporter(self, code: Path) -> None:
        boto3.client("s3").put_object(Bucket=default_s3_bucket(), Key="d/a", Body=b"1")
        estimator = PyTorch(
            entry_point="train.py",
            source_dir=str(code),
            dependencies=[str(code.parent / "mylib")],
            framework_version="2.5.1",
            py_version="py311",
            **options(),
        )
        printed = run(job_template(estimator, {"train": f"s3://{BUCKET}/d"}), "front-end-1", size=7, name="with blank")
        reports = [line for line in printed if "[tune-metric]" in line]
        assert len(reports) == 1
        assert '"value": 35' in reports[0]
        assert '"name": "with blank"' in reports[0]
        assert '"there": true' in reports[0]

    def test_custom_framework(self, code: Path) -> None:
        estimator = CustomFramework(
            entry_point=str(code / "train.py"),
            image_uri="sdk",
            dependencies=[str(code.parent / "mylib")],
            max_run=600,
            job_name_prefix="mine",
            disable_profiler=True,
            debugger_hook_config=False,
            **options(),
        )
        printed = run(job_template(estimator), "front-end-2", size=1, name="a")
        assert any('"value": 5' in line for line in printed)


class TestStudies:
    def test_trials_are_jobs_of_the_estimator(self, code: Path, cloud: Cloud) -> None:
        estimator = PyTorch(
            entry_point="train.py",
            source_dir=str(code),
            dependencies=[str(code.parent / "mylib")],
            framework_version="2.5.1",
            py_version="py311",
            hyperparameters={"name": "of the estimator"},
            **options(),
        )
        check_trials_are_jobs(estimator, cloud, "sdk2-study", value_per_size=5, reported="of the estimator")
        assert estimator.latest_training_job is None
