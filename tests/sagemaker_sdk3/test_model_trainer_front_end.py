"""Requests made from trainers of the real SDK, and a study whose trials are their jobs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sagemaker.core.helper.session_helper import Session
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import (
    CheckpointConfig,
    Compute,
    InputData,
    OutputDataConfig,
    SourceCode,
    StoppingCondition,
)
from sagemaker_study import check_trials_are_jobs

from syne_tune.backend.sagemaker_backend.code_package import package_code, upload_code
from syne_tune.backend.sagemaker_backend.job_template import TrialJob, job_template
from syne_tune.errors import OptionError
from syne_tune.experiment_folder import default_s3_bucket

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local"
BUCKET = "sagemaker-us-east-1-123456789012"
SCRIPT = """
import argparse, os
from helpers import double
from syne_tune import Reporter

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int)
parser.add_argument("--name", type=str)
args, _ = parser.parse_known_args()
Reporter()(value=double(args.size), name=args.name, there=os.path.exists("/opt/ml/input/data/train/a"))
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "src"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "train.py").write_text(SCRIPT)
    (folder / "helpers.py").write_text("def double(x): return 2 * x\n")
    (folder / "secret.env").write_text("")
    return folder


@cache
def shared_session() -> Session:
    """One for all tests, because it takes seconds to make."""
    return Session()


def trainer(code: Path | None, **changes: Any) -> ModelTrainer:
    source = code and SourceCode(
        source_dir=str(code), entry_script="inner/train.py", ignore_patterns=["*.env", "__pycache__"]
    )
    usual = {
        "training_image": "sdk",
        "source_code": source,
        "compute": Compute(instance_type="ml.m5.large", instance_count=1),
        "output_data_config": OutputDataConfig(s3_output_path=f"s3://{BUCKET}/out"),
        "role": ROLE,
        "sagemaker_session": shared_session(),
    }
    return ModelTrainer(**{**usual, **changes})


def test_everything_a_trainer_says(code: Path) -> None:
    template = job_template(
        trainer(
            code,
            compute=Compute(
                instance_type="ml.g5.xlarge",
                instance_count=2,
                volume_size_in_gb=77,
                keep_alive_period_in_seconds=60,
            ),
            hyperparameters={"epochs": 3, "name": "a"},
            environment={"A": "b"},
            stopping_condition=StoppingCondition(max_runtime_in_seconds=500),
            checkpoint_config=CheckpointConfig(s3_uri=f"s3://{BUCKET}/c"),
            input_data_config=[InputData(channel_name="train", data_source=f"s3://{BUCKET}/d")],
        ),
        inputs={"test": f"s3://{BUCKET}/t"},
    )
    request = template.job_request(TrialJob("job", {"lr": 0.1, "name": "b"}), f"s3://{BUCKET}/k/sourcedir.tar.gz")
    assert request["ResourceConfig"] == {
        "InstanceType": "ml.g5.xlarge",
        "InstanceCount": 2,
        "VolumeSizeInGB": 77,
        "KeepAlivePeriodInSeconds": 60,
    }
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 500}
    assert request["Environment"] == {"A": "b"}
    assert request["CheckpointConfig"]["S3Uri"] == f"s3://{BUCKET}/c"
    uris = {one["ChannelName"]: one["DataSource"]["S3DataSource"]["S3Uri"] for one in request["InputDataConfig"]}
    assert uris == {
        "train": f"s3://{BUCKET}/d",
        "test": f"s3://{BUCKET}/t",
        "code": f"s3://{BUCKET}/k/sourcedir.tar.gz",
    }
    assert request["HyperParameters"] == {"epochs": "3", "lr": "0.1", "name": '"b"'}


def test_trainer_stays_as_it_was(code: Path, cloud: Any) -> None:
    described = trainer(code, hyperparameters={"x": 1}, checkpoint_config=CheckpointConfig(s3_uri=f"s3://{BUCKET}/c"))
    before, session = repr(described), described.sagemaker_session
    jobs = len(cloud.sagemaker.list_training_jobs()["TrainingJobSummaries"])
    template = job_template(described)
    package_code(template)
    template.job_request(TrialJob("job", {"x": 2}), "s3://b/k/sourcedir.tar.gz")
    assert repr(described) == before
    assert described.sagemaker_session is session
    assert len(cloud.sagemaker.list_training_jobs()["TrainingJobSummaries"]) == jobs


def test_equal_trainers_have_equal_packages_without_what_is_ignored(code: Path) -> None:
    packages = [package_code(job_template(trainer(code))) for _ in range(2)]
    assert packages[0] == packages[1]
    assert "secret.env" not in repr(job_template(trainer(code)).generated_files)


def test_image_with_own_program_needs_no_package() -> None:
    template = job_template(trainer(None))
    assert not template.needs_packaging
    assert template.job_request(TrialJob("job", {"objective": "reg:x"}))["HyperParameters"] == {"objective": "reg:x"}


def test_source_code_must_be_local() -> None:
    with pytest.raises(OptionError, match="local folder"):
        job_template(trainer(None, source_code=SourceCode(source_dir=f"s3://{BUCKET}/x.tar.gz", entry_script="t.py")))


def test_command_without_source_code_finds_the_reporter(cloud: Any) -> None:
    template = job_template(
        trainer(None, source_code=SourceCode(command='python -c "import syne_tune; syne_tune.Reporter()(x=1)"'))
    )
    uri = upload_code(package_code(template), cloud.s3, default_s3_bucket(), "code")
    cloud.sagemaker.create_training_job(**template.job_request(TrialJob("command-only", {"y": 1}), uri))
    cloud.completed("command-only")
    assert any(line.startswith('[tune-metric]: {"x": 1') for line in cloud.printed("command-only"))


def test_trials_are_jobs_of_the_trainer(code: Path, cloud: Any) -> None:
    described = trainer(code, hyperparameters={"name": "of the trainer"})
    check_trials_are_jobs(described, cloud, "sdk3-study", value_per_size=2, reported="of the trainer")
