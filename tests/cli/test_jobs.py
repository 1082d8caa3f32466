"""``syne-tune jobs``."""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
from pathlib import Path

import boto3
import pytest

from syne_tune.cli.main import main
from syne_tune.jobs.isolation import Isolation
from syne_tune.jobs.serving import ServiceProcess


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service")
    with ServiceProcess(
        folder, "--stop-grace", "2", "--fault", "start_delay=0.1", "--quota", "ml.m5.large=3"
    ) as process:
        yield process


@pytest.fixture
def sagemaker(service, monkeypatch):
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="work")
    return boto3.client("sagemaker")


def start(sagemaker, name, program, **changes):
    request = dict(
        TrainingJobName=name,
        RoleArn="arn:aws:iam::123456789012:role/any",
        AlgorithmSpecification={
            "TrainingImage": "default",
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["/bin/sh", "-c"],
            "ContainerArguments": [program],
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        },
        OutputDataConfig={"S3OutputPath": "s3://work/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    sagemaker.create_training_job(**{**request, **changes})


def answer(capsys, *arguments):
    assert main(["jobs", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_logs_are_followed_to_the_end_then_shown_and_listed(sagemaker, capsys):
    start(sagemaker, "one", "echo loss=0.5; sleep 1; echo finished")
    assert main(["jobs", "logs", "one", "--follow"]) == 0
    assert capsys.readouterr().out.splitlines() == ["algo-1 loss=0.5", "algo-1 finished"]
    assert answer(capsys, "show", "one")["TrainingJobStatus"] == "Completed"
    assert [job["TrainingJobName"] for job in answer(capsys, "list", "one", "--status", "Completed")] == ["one"]
    assert main(["jobs", "show", "one"]) == 0
    shown = capsys.readouterr().out
    assert "metric loss" in shown
    assert "isolation: " in shown
    assert main(["jobs", "list"]) == 0
    assert "Completed" in capsys.readouterr().out


def test_stop(sagemaker, capsys):
    start(sagemaker, "endless", "sleep 600")
    assert answer(capsys, "stop", "endless") == {"stopping": "endless"}
    assert main(["jobs", "logs", "endless", "--follow"]) == 0
    capsys.readouterr()  # some shells say that they have been terminated
    assert answer(capsys, "show", "endless")["SecondaryStatus"] in ("Stopped", "Stopping")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["halt"], "Legal are: 'env', 'exec', 'list', 'logs', 'serve', 'show', 'stop'"),
        (["show"], "name the job"),
        (["show", "nothing"], "Requested resource not found"),
        (["serve", "--image", "mine"], "NAME=VALUE"),
        (["serve", "--image", "mine=/no/such/folder"], "there is no Python at"),
        (["serve", "--fault", "start_dely=3"], "did you mean 'start_delay'"),
        (["serve", "--fault", "start_delay=soon"], "must be a number"),
        (["serve", "--quota", "ml.m5.large=-1"], "whole number"),
        (["serve", "--isolation", "docker"], "Legal are"),
    ],
)
def test_mistakes(sagemaker, tmp_path, capsys, arguments, told):
    assert main(["jobs", *arguments, "--folder", str(tmp_path), "--port", "0"]) == 2
    assert told in capsys.readouterr().err


def test_folder_that_cannot_hold_a_service(tmp_path, capsys):
    (tmp_path / "file").touch()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "state.db").write_text("this is no database, and was not made by any service " * 20)
    for folder in ("file", "foreign"):
        assert main(["jobs", "serve", "--folder", str(tmp_path / folder), "--port", "0"]) == 2
        assert f"{folder} cannot hold a job service" in capsys.readouterr().err


def test_port_that_does_not_exist(tmp_path, capsys):
    assert main(["jobs", "serve", "--folder", str(tmp_path), "--port", "99999"]) == 2
    assert "from 0 to 65535" in capsys.readouterr().err


def test_folder_in_use_and_port_in_use(service, tmp_path, capsys):
    folder = str(service._folder)
    assert main(["jobs", "serve", "--folder", folder, "--port", "0"]) == 2
    assert "another job service uses" in capsys.readouterr().err
    port = service.endpoint.rpartition(":")[2]
    assert main(["jobs", "serve", "--folder", str(tmp_path), "--port", port]) == 2
    assert f"port {port}" in capsys.readouterr().err


def test_without_a_service(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert main(["jobs", "list", "--folder", str(tmp_path)]) == 2
    assert "start one with 'syne-tune jobs serve'" in capsys.readouterr().err


def test_service_in_the_folder_is_found_without_variables(service, monkeypatch, capsys):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert isinstance(answer(capsys, "list", "--folder", str(service._folder)), list)


def test_only_the_last_lines(sagemaker, capsys):
    start(sagemaker, "lines", "for i in 1 2 3 4 5; do echo $i; done")
    assert main(["jobs", "logs", "lines", "--follow"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert main(["jobs", "logs", "lines", "--tail", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == ["algo-1 4", "algo-1 5"]


def test_what_went_wrong_is_shown(sagemaker, capsys):
    boto3.client("s3").put_object(Bucket="work", Key="code.tar.gz", Body=archive_with("train.py"))
    code = {"sagemaker_program": "main.py", "sagemaker_submit_directory": "s3://work/code.tar.gz"}
    script = {"TrainingImage": "default", "TrainingInputMode": "File"}
    start(sagemaker, "wrong-entry", "", AlgorithmSpecification=script, HyperParameters=code)
    assert main(["jobs", "logs", "wrong-entry", "--follow"]) == 0
    capsys.readouterr()
    assert main(["jobs", "show", "wrong-entry"]) == 0
    assert "the entry point 'main.py' is not in" in " ".join(capsys.readouterr().out.split())
    assert "which contains: train.py" in answer(capsys, "show", "wrong-entry")["FailureReason"]


def archive_with(name):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return content.getvalue()


@pytest.fixture
def without_aws(monkeypatch, tmp_path):
    """Nothing here knows AWS."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers


def test_missing_region(without_aws, capsys):
    assert main(["jobs", "list", "--endpoint", "aws"]) == 2
    assert "no region: set AWS_DEFAULT_REGION" in capsys.readouterr().err


def test_missing_credentials(without_aws, monkeypatch, capsys):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert main(["jobs", "list", "--endpoint", "aws"]) == 2
    assert "set AWS_ACCESS_KEY_ID" in capsys.readouterr().err


def test_nobody_there(without_aws, capsys):
    assert main(["jobs", "list", "--endpoint", "http://127.0.0.1:9"]) == 2
    assert "nobody answers at http://127.0.0.1:9" in capsys.readouterr().err
    assert main(["jobs", "list", "--endpoint", "nonsense"]) == 2
    assert "'nonsense' is no address" in capsys.readouterr().err


def test_variables_for_a_shell(service, without_aws, capsys):
    folder = ["--folder", str(service._folder), "--region", "eu-west-1"]
    assert main(["jobs", "env", *folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"export AWS_ENDPOINT_URL={service.endpoint}" in lines
    assert "export AWS_DEFAULT_REGION=eu-west-1" in lines
    settings = answer(capsys, "env", *folder)["SAGEMAKER_USER_CONFIG_OVERRIDE"]
    assert "sagemaker-eu-west-1-123456789012" in Path(settings).read_text()


def test_program_in_a_notebook_finds_service_and_role(service, without_aws, capfd):
    program = """
import json, os, pathlib, sys
path = pathlib.Path("/opt/ml/metadata/resource-metadata.json")
role = json.loads(path.read_text())["ExecutionRoleArn"] if path.exists() else None
print(json.dumps([os.environ["AWS_ENDPOINT_URL"], role, sys.argv[1:]]))
sys.exit(7)
"""
    arguments = ["jobs", "--folder", str(service._folder), "exec", "--", sys.executable, "-c", program, "--lr", "1"]
    assert main(arguments) == 7
    endpoint, role, rest = json.loads(capfd.readouterr().out)
    assert (endpoint, rest) == (service.endpoint, ["--lr", "1"])
    isolated = Isolation().kind != "base-dir"
    assert role == (
        "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local" if isolated else None
    )


def test_program_that_does_not_exist(service, capsys):
    assert main(["jobs", "--folder", str(service._folder), "exec", "--", "no-such-program"]) == 2
    assert "no program 'no-such-program'" in capsys.readouterr().err
