"""Requests for training jobs: what is of the template, what of the job."""

from __future__ import annotations

import json
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.config import Config
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.backend.sagemaker_backend.job_template import JobTemplate, TrialJob, job_template
from syne_tune.errors import OptionError

CODE = "s3://bucket/code/1/sourcedir.tar.gz"


def described(**changes: Any) -> dict[str, Any]:
    return {
        "AlgorithmSpecification": {"TrainingImage": "default"},
        "RoleArn": "arn:aws:iam::123456789012:role/some-role",
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large"},
        **changes,
    }


def hyperparameters(request: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(text) for name, text in request["HyperParameters"].items()}


class TestRequestOfAJob:
    def test_is_one_that_boto3_sends(self) -> None:
        template = job_template(described(entry_point="train.py"), inputs={"train": "s3://bucket/data"})
        job = TrialJob(
            "3-tuner",
            {"lr": 0.1},
            "s3://bucket/tuner/3/checkpoints/",
            {"A": "b"},
            {"syne-tune-trial": "3"},
            "ml.c5.xlarge",
            2,
        )
        request = template.job_request(job, CODE)
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        client = boto3.client("sagemaker", region_name="us-east-1", config=Config(), **keys)
        with Stubber(client) as stub:
            arn = "arn:aws:sagemaker:us-east-1:123456789012:training-job/3-tuner"
            stub.add_response("create_training_job", {"TrainingJobArn": arn}, request)
            client.create_training_job(**request)
        assert request["TrainingJobName"] == "3-tuner"
        assert request["CheckpointConfig"] == {"LocalPath": "/opt/ml/checkpoints", "S3Uri": job.checkpoint_s3_uri}
        assert request["Environment"] == {"A": "b"}
        assert request["Tags"] == [{"Key": "syne-tune-trial", "Value": "3"}]
        assert [one["ChannelName"] for one in request["InputDataConfig"]] == ["train"]
        assert request["ResourceConfig"] == {"InstanceType": "ml.c5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30}

    def test_runs_the_script(self) -> None:
        request = job_template(described(entry_point="some/folder/train.py")).job_request(TrialJob("job"), CODE)
        assert hyperparameters(request) == {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": CODE,
            "sagemaker_job_name": "job",
        }

    def test_script_is_named_relative_to_source_dir(self) -> None:
        template = job_template(described(entry_point="sub/train.py", source_dir="/somewhere"))
        assert hyperparameters(template.job_request(TrialJob("job"), CODE))["sagemaker_program"] == "sub/train.py"

    def test_code_that_is_on_s3_already_is_used_as_it_is(self) -> None:
        template = job_template(described(entry_point="train.py", source_dir="s3://bucket/mine.tar.gz"))
        assert not template.needs_packaging
        request = template.job_request(TrialJob("job"))
        assert hyperparameters(request)["sagemaker_submit_directory"] == "s3://bucket/mine.tar.gz"

    def test_own_entry_point_of_the_container_gets_the_code_as_a_channel(self) -> None:
        specification = {"TrainingImage": "default", "ContainerEntrypoint": ["/bin/bash"]}
        template = job_template(described(AlgorithmSpecification=specification, entry_point="train.py"))
        request = template.job_request(TrialJob("job", {"x": 1}), CODE)
        assert hyperparameters(request) == {"x": 1}
        assert request["InputDataConfig"][0]["ChannelName"] == "code"
        assert request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == CODE

    def test_code_must_have_been_uploaded(self) -> None:
        with pytest.raises(OptionError, match="code_uri"):
            job_template(described(entry_point="train.py")).job_request(TrialJob("job"))

    def test_arguments_of_the_job_win(self) -> None:
        template = job_template(described(HyperParameters={"epochs": 3, "lr": 0.5}, entry_point="train.py"))
        values = hyperparameters(template.job_request(TrialJob("job", {"lr": 0.1}), CODE))
        assert (values["epochs"], values["lr"]) == (3, 0.1)

    def test_environment_and_tags_are_added(self) -> None:
        given = described(
            Environment={"A": "1", "B": "1"}, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]
        )
        request = job_template(given).job_request(TrialJob("job", environment={"B": "2"}, tags={"b": "2"}))
        assert request["Environment"] == {"A": "1", "B": "2"}
        assert request["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]

    def test_one_job_does_not_show_in_the_next(self) -> None:
        template = job_template(described())
        first = template.job_request(TrialJob("a", {"x": 1}, environment={"A": "1"}, instance_count=4))
        first["ResourceConfig"]["VolumeSizeInGB"] = 1
        second = template.job_request(TrialJob("b"))
        assert second["HyperParameters"] == {}
        assert second["ResourceConfig"] == {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}
        assert "Environment" not in second

    def test_numpy_values_are_numbers(self) -> None:
        arguments = {"a": np.float64(0.1), "b": np.int64(3), "c": np.bool_(True), "d": np.array([1, 2])}
        request = job_template(described(entry_point="t.py")).job_request(TrialJob("job", arguments), CODE)
        assert {name: hyperparameters(request)[name] for name in "abcd"} == {"a": 0.1, "b": 3, "c": True, "d": [1, 2]}

    @given(st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text()))
    def test_arguments_come_back_exactly(self, arguments: dict[str, Any]) -> None:
        request = JobTemplate(described(), "t.py").job_request(TrialJob("job", arguments), CODE)
        found = {k: v for k, v in hyperparameters(request).items() if not k.startswith("sagemaker_")}
        assert found == {k: v for k, v in arguments.items() if not k.startswith("sagemaker_")}

    def test_too_long_an_argument_is_refused_with_a_way_out(self) -> None:
        template = job_template(described(entry_point="t.py"))
        with pytest.raises(OptionError, match=r"'text' takes 2502 .*pass_args_as_json"):
            template.job_request(TrialJob("job", {"text": "x" * 2500}), CODE)


class TestDescriptions:
    def test_request_is_not_changed(self) -> None:
        given = described(HyperParameters={"x": 1}, entry_point="t.py")
        before = json.dumps(given)
        job_template(given, inputs="s3://bucket/data").job_request(TrialJob("job", {"y": 2}), CODE)
        assert json.dumps(given) == before

    def test_inputs_replace_channels_of_the_same_name(self) -> None:
        old = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/old"}}}
        given = described(InputDataConfig=[{"ChannelName": "a", **old}, {"ChannelName": "b", **old}])
        channels = job_template(given, inputs={"b": "s3://bucket/new"}).request["InputDataConfig"]
        uris = {one["ChannelName"]: one["DataSource"]["S3DataSource"]["S3Uri"] for one in channels}
        assert uris == {"a": "s3://bucket/old", "b": "s3://bucket/new"}

    def test_misspelt_argument_is_named(self) -> None:
        with pytest.raises(OptionError, match="AlgorithmSpecfication"):
            job_template(described(AlgorithmSpecfication={}))

    @pytest.mark.parametrize("missing", ["RoleArn", "OutputDataConfig", "ResourceConfig"])
    def test_missing_argument_is_named(self, missing: str) -> None:
        with pytest.raises(OptionError, match=missing):
            job_template({name: value for name, value in described().items() if name != missing})

    def test_instance_groups_are_refused(self) -> None:
        groups = [{"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "g"}]
        with pytest.raises(OptionError, match="instances of one type"):
            job_template(described(ResourceConfig={"InstanceGroups": groups}))

    def test_anything_else_is_refused(self) -> None:
        with pytest.raises(OptionError, match="describes no training job"):
            job_template("train.py")

    def test_arguments_of_fit_are_for_estimators(self) -> None:
        with pytest.raises(OptionError, match="experiment_config"):
            job_template(described(), experiment_config={})

    def test_inputs_must_be_prefixes(self) -> None:
        with pytest.raises(OptionError, match="inputs=3"):
            job_template(described(), inputs=3)
