"""The command lines that documents print run as printed, from the root of a checkout that is not installed.

Real benchmarks are replaced by their stand-ins, of a few reports each. Commands that need SageMaker talk to a job
service as a process of its own.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from syne_tune.experiments import list_experiments, load_experiment
from syne_tune.jobs.serving import ServiceProcess

REPOSITORY = Path(__file__).parents[2]

LOCAL = """
    python {program} \\
      --experiment_tag tutorial-local --benchmark resnet_cifar10 \\
      --method ASHA --num_seeds 1 --n_workers 1
"""
ALL_METHODS = """
    python {program} \\
      --experiment_tag tutorial-local --benchmark resnet_cifar10 \\
      --num_seeds 5
"""
SAGEMAKER = """
    python benchmarking/nursery/launch_sagemaker/hpo_main.py \\
      --experiment_tag tutorial_sagemaker --benchmark resnet_cifar10 \\
      --method ASHA --num_seeds 1
"""
WARM_POOL = """
    python benchmarking/nursery/launch_sagemaker/hpo_main.py \\
      --experiment_tag tutorial_sagemaker --benchmark resnet_cifar10 \\
      --method ASHA --num_seeds 1 --warm_pool 1
"""

FOLDERS = ("benchmarking/examples/launch_local/", "benchmarking/nursery/launch_local/")
PROGRAMS = (*FOLDERS, *(f"{folder}hpo_main.py" for folder in FOLDERS))


def run(
    command: str, root: Path, budget: str = "600,6", variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a printed command; ``python`` is the interpreter of the tests.

    The budget of a stand-in is a number of reports: the seconds before it are more than any machine needs.
    """
    words = shlex.split(command.replace("\\\n", " "))
    assert words[0] == "python"
    return subprocess.run(
        [sys.executable, *words[1:]],
        cwd=REPOSITORY,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_EC2_METADATA_DISABLED": "true",
            **(variables or {}),
            "SYNETUNE_FOLDER": str(root),
            "SYNE_TUNE_STAND_IN": budget,
            "OMP_NUM_THREADS": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
    )


def metadata_of(study: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in sorted(study.rglob("metadata.json"))]


@pytest.mark.parametrize(
    "program", [*PROGRAMS, "-u benchmarking/examples/launch_local", "-m benchmarking.nursery.launch_local"]
)
def test_usage_is_what_was_typed(program: str, tmp_path: Path) -> None:
    """It once said hpo_main.py, which is no command, and not what a user has typed who runs the folder."""
    usage = run(f"python {program} --help", tmp_path).stdout
    typed = f"{Path(sys.executable).name} {program}"
    assert usage.startswith((f"usage: {typed} ", f"usage: {typed}\n"))
    mistaken = run(f"python {program} --num_seeds 1 --metod ASHA", tmp_path).stderr
    assert mistaken.startswith(f"{typed}: unknown argument --metod: did you mean '--method'?")
    assert mistaken.endswith(f"{typed} --help explains all arguments\n")


@pytest.mark.parametrize("program", PROGRAMS)
def test_one_method_on_this_machine(program: str, tmp_path: Path) -> None:
    result = run(LOCAL.format(program=program), tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Master random_seed = " in result.stdout
    (metadata,) = metadata_of(tmp_path / "tutorial-local" / "ASHA-0")
    assert metadata["algorithm"] == "ASHA"
    assert metadata["n_workers"] == 1
    (folder,) = (tmp_path / "tutorial-local" / "ASHA-0").glob("tutorial-local-*")
    assert (folder / "results.csv.zip").is_file()


def test_all_methods_and_seeds_then_nothing_is_left_to_do(tmp_path: Path) -> None:
    command = ALL_METHODS.format(program="benchmarking/examples/launch_local/")
    first = run(command, tmp_path, budget="600,2")
    metadata = metadata_of(tmp_path / "tutorial-local")
    expected = {(method, seed) for method in ("RS", "BO", "ASHA", "MOBSTER") for seed in range(5)}
    failed = {name for name in ("RS", "BO", "ASHA", "MOBSTER") if f"{name} is not part of this version" in first.stdout}
    assert {(x["algorithm"], x["seed"]) for x in metadata} == {pair for pair in expected if pair[0] not in failed}
    assert first.returncode == (1 if failed else 0), first.stderr
    assert len({x["random_seed"] for x in metadata}) == 1
    second = run(command, tmp_path, budget="600,2")
    assert second.stdout.count(": finished before") == len(metadata)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(tmp_path_factory.mktemp("service"), "--stop-grace", "20") as process:
        yield process


def client(service: ServiceProcess, name: str) -> Any:
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")
    return session.client(name, endpoint_url=service.endpoint)


def jobs_of(service: ServiceProcess, part_of_name: str) -> list[dict[str, Any]]:
    """Descriptions of jobs, once all have ended."""
    sagemaker = client(service, "sagemaker")
    while True:
        pages = sagemaker.get_paginator("list_training_jobs").paginate(NameContains=part_of_name)
        names = [job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]]
        jobs = [sagemaker.describe_training_job(TrainingJobName=name) for name in names]
        if all(job["TrainingJobStatus"] in ("Completed", "Failed", "Stopped") for job in jobs):
            return jobs
        time.sleep(0.5)


@pytest.mark.parametrize("command", [SAGEMAKER, WARM_POOL], ids=["as is", "warm pool"])
def test_trials_are_sagemaker_jobs(command: str, service: ServiceProcess, tmp_path: Path) -> None:
    """An underscore in the tag is normalised; the instance is the one for a single worker."""
    result = run(command, tmp_path, budget="600,40", variables=service.environment)
    assert result.returncode == 0, result.stderr
    (metadata,) = metadata_of(tmp_path / "tutorial-sagemaker" / "ASHA-0")
    assert (metadata["backend"], metadata["n_workers"]) == ("SageMakerBackend", 4)
    assert metadata["instance_type"] == "ml.g4dn.xlarge"
    (folder,) = (tmp_path / "tutorial-sagemaker" / "ASHA-0").glob("tutorial-sagemaker-*")
    jobs = jobs_of(service, folder.name[-24:])
    assert len(jobs) >= 4
    assert {job["ResourceConfig"]["InstanceType"] for job in jobs} == {"ml.g4dn.xlarge"}
    assert {job["WarmPoolStatus"]["Status"] for job in jobs} <= {"InUse", "Available", "Reused"}
    assert any(job["WarmPoolStatus"]["Status"] == "Reused" for job in jobs)
    assert load_experiment(str(folder)).best_config()["objective"] > 0


def test_instances_are_given_back_at_once_without_warm_pool(service: ServiceProcess, tmp_path: Path) -> None:
    command = SAGEMAKER.replace("nursery", "examples").replace("tutorial_sagemaker", "cold")
    assert run(f"{command.rstrip()} --warm_pool 0", tmp_path, "600,10", service.environment).returncode == 0
    assert {job.get("WarmPoolStatus") for job in jobs_of(service, "-cold-")} == {None}


@pytest.mark.parametrize("folder", ["nursery", "examples"])
def test_sagemaker_commands_say_what_is_missing(folder: str, tmp_path: Path) -> None:
    nothing = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    result = run(SAGEMAKER.replace("nursery", folder), tmp_path, variables=nothing)
    assert result.returncode != 0
    assert "AWS_DEFAULT_REGION" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("folder", ["launch_local", "launch_sagemaker", "compare_on_tables"])
def test_remote_launchers_start_jobs_whose_results_come_back(
    folder: str, service: ServiceProcess, tmp_path: Path
) -> None:
    """W-23 and W-25: nothing in the checkout changes; only files of results are downloaded.

    Real benchmarks end after 20 reports, so that there are results on a slow machine, too.
    """
    place = REPOSITORY / "benchmarking" / "examples" / folder
    before = {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}
    tag = f"remote-{folder.replace('_', '-')}"
    program = f"python benchmarking/examples/{folder}/launch_remote.py"
    command = f"{program} --experiment_tag {tag} --method RS --max_wallclock_time 600"
    result = run(command, tmp_path, "600,20", service.environment)
    assert result.returncode == 0, result.stderr
    assert f"Started job {tag}-RS" in result.stdout
    assert {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()} == before
    launched = [job for job in jobs_of(service, tag) if job["TrainingJobName"].startswith(f"{tag}-RS")]
    assert [job["TrainingJobStatus"] for job in launched] == ["Completed"], launched[0].get("FailureReason")
    shown = {metric["MetricName"] for metric in launched[0].get("FinalMetricDataList", [])}
    assert ("best_metric_value" in shown) == (folder != "compare_on_tables")

    line = next(line for line in result.stdout.splitlines() if "syne-tune download" in line)
    words = line.replace("syne-tune", "-m syne_tune.cli.main", 1)
    downloaded = run(f"python {words}", tmp_path, variables=service.environment)
    assert downloaded.returncode == 0, downloaded.stderr
    files = {path.name for path in (tmp_path / tag).rglob("*") if path.is_file()} - {"study.json"}
    assert files == {"metadata.json", "results.csv.zip", "events.jsonl"}
    experiments = list_experiments(root=tmp_path / tag)
    assert {experiment.metadata["algorithm"] for experiment in experiments if experiment.metadata} == {"RS"}
