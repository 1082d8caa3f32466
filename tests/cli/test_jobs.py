"""``syne-tune jobs``."""

from __future__ import annotations

import json

import boto3
import pytest

from syne_tune.cli.main import main
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


def start(sagemaker, name, program):
    sagemaker.create_training_job(
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
    assert answer(capsys, "show", "endless")["SecondaryStatus"] in ("Stopped", "Stopping")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["halt"], "Legal are: 'list', 'logs', 'serve', 'show', 'stop'"),
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
