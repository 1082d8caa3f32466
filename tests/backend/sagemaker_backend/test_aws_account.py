"""The role jobs run with, the session, and what is said if something is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import boto3
import pytest

from syne_tune.backend.sagemaker_backend.aws_account import (
    default_config,
    default_sagemaker_session,
    get_execution_role,
)
from syne_tune.backend.sagemaker_backend.limited_names import map_identifier_limited_length
from syne_tune.errors import BackendError, MissingExtraError, OptionError
from syne_tune.experiment_folder import default_s3_bucket, s3_experiment_path

TRUST = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture
def iam(account: str) -> Any:
    return boto3.client("iam")


def create_role(iam: Any, name: str, path: str = "/service-role/") -> str:
    return iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]


class TestRole:
    def test_variable_wins_and_asks_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ROLE", "arn:aws:iam::1:role/mine")
        assert get_execution_role() == "arn:aws:iam::1:role/mine"

    def test_variable_that_is_no_address_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ROLE", "mine")
        with pytest.raises(OptionError, match=r"'mine' is no address.*arn:aws:iam::"):
            get_execution_role()

    def test_the_one_that_sagemaker_created(self, iam: Any) -> None:
        arn = create_role(iam, "AmazonSageMaker-ExecutionRole-20250101T000000")
        assert get_execution_role() == arn

    def test_in_a_job_it_is_that_of_the_job(self, iam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        create_role(iam, "AmazonSageMaker-ExecutionRole-20250101T000000")
        arn = create_role(iam, "of-the-job", path="/some/path/")
        assumed = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="SageMaker")["Credentials"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", assumed["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", assumed["SecretAccessKey"])
        monkeypatch.setenv("AWS_SESSION_TOKEN", assumed["SessionToken"])
        assert get_execution_role() == arn

    def test_similar_names_do_not_count(self, iam: Any) -> None:
        """Section 10.4: the first role whose name contained the text was taken."""
        create_role(iam, "aaa-not-AmazonSageMaker-ExecutionRole-x")
        create_role(iam, "AmazonSageMaker-ExecutionRoleForSomethingElse")
        create_role(iam, "AmazonSageMaker-ExecutionRole-elsewhere", path="/other/")
        arn = create_role(iam, "AmazonSageMaker-ExecutionRole-20250101T000000")
        assert get_execution_role() == arn

    def test_several_are_listed_and_none_is_guessed(self, iam: Any) -> None:
        arns = [create_role(iam, f"AmazonSageMaker-ExecutionRole-{i}") for i in range(2)]
        with pytest.raises(OptionError, match="AWS_ROLE") as caught:
            get_execution_role()
        assert all(arn in str(caught.value) for arn in arns)

    def test_none_says_what_to_do(self, iam: Any) -> None:
        with pytest.raises(OptionError, match=r"no role /service-role/AmazonSageMaker-ExecutionRole.*AWS_ROLE"):
            get_execution_role()

    def test_missing_credentials_say_what_to_do(self, no_account: None) -> None:
        with pytest.raises(OptionError, match="aws configure"):
            get_execution_role()


@pytest.fixture
def no_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


class TestRegion:
    def test_is_never_chosen_silently(self, no_account: None) -> None:
        """W-47: the region was set to us-west-2 in the environment of the process."""
        before = dict(os.environ)
        for call in (default_sagemaker_session, s3_experiment_path, default_s3_bucket):
            with pytest.raises(OptionError, match="AWS_DEFAULT_REGION"):
                call()
        assert dict(os.environ) == before

    def test_missing_credentials_are_named(self, no_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        with pytest.raises(OptionError, match="No AWS credentials"):
            default_s3_bucket()

    def test_aws_that_cannot_be_reached_is_no_traceback(
        self, no_account: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        variables = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        for name, value in {**variables, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(BackendError, match="AWS_ENDPOINT_URL; 'syne-tune jobs serve'"):
            default_s3_bucket()
        with pytest.raises(OptionError, match="AWS_ROLE"):
            get_execution_role()


class TestFolderOnS3:
    def test_is_in_the_default_bucket(self, account: str) -> None:
        bucket = f"sagemaker-us-east-1-{account}"
        assert s3_experiment_path() == f"s3://{bucket}/syne-tune/"
        assert s3_experiment_path(experiment_name="e", tuner_name="t") == f"s3://{bucket}/syne-tune/e/t/"
        assert boto3.client("s3").head_bucket(Bucket=bucket)

    def test_other_buckets_need_no_account(self, no_account: None) -> None:
        assert s3_experiment_path("mine", tuner_name="t") == "s3://mine/syne-tune/t/"

    def test_bucket_is_created_in_the_region(self, account: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        monkeypatch.setenv("AWS_REGION", "eu-central-1")
        s3 = boto3.Session().client("s3")
        for _ in range(2):
            bucket = default_s3_bucket()
        assert bucket == f"sagemaker-eu-central-1-{account}"
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-central-1"


def test_clients_are_patient() -> None:
    config = default_config()
    assert (config.connect_timeout, config.read_timeout, config.retries["mode"]) == (5, 60, "standard")


def test_session_needs_the_sdk(account: str) -> None:
    with pytest.raises(MissingExtraError, match=r"syne_tune\[sagemaker\]"):
        default_sagemaker_session()


def test_custom_framework_needs_the_sdk() -> None:
    with pytest.raises(ImportError, match=r"syne_tune\[sagemaker\].*ModelTrainer"):
        from syne_tune.backend.sagemaker_backend.custom_framework import CustomFramework  # noqa: F401


class TestLimitedNames:
    def test_short_ones_stay(self) -> None:
        assert map_identifier_limited_length("abc", 3) == "abc"

    def test_long_ones_are_cut_and_stay_different(self) -> None:
        names = {map_identifier_limited_length("x" * 100) for _ in range(20)}
        assert {len(name) for name in names} == {63}
        assert len(names) > 10
