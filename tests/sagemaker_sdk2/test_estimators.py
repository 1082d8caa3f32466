"""Estimators of the SageMaker SDK, version 2: what a user writes for AWS, against the local service."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sagemaker.estimator import Estimator
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.huggingface import HuggingFace
from sagemaker.inputs import TrainingInput
from sagemaker.pytorch import PyTorch
from sagemaker.s3 import S3Uploader
from sagemaker.sklearn import SKLearn
from sagemaker.xgboost import XGBoost

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local"
MINE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:latest"
SOME = {"role": ROLE, "instance_type": "ml.m5.large", "instance_count": 1}
SCRIPT = """
import argparse, json, os
from helpers.square import square

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--name")
arguments = parser.parse_args()
print(f"loss={square(arguments.lr)};")
with open(os.environ["SM_MODEL_DIR"] + "/weights.json", "w") as file:
    json.dump({"lr": arguments.lr, "name": arguments.name}, file)
"""
ENDLESS = "import time; print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def source(tmp_path):
    """A folder with a script, and a module beside it for ``dependencies``."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    helpers = tmp_path / "helpers"
    helpers.mkdir()
    (helpers / "__init__.py").touch()
    (helpers / "square.py").write_text("def square(x):\n    return x * x\n")
    return folder


def script(tmp_path: Path, text: str) -> dict[str, str]:
    (tmp_path / "train.py").write_text(text)
    return {"entry_point": "train.py", "source_dir": str(tmp_path)}


def generic(**arguments):
    return Estimator(image_uri="default", **SOME, **arguments)


def test_image_of_ones_own(cloud, session, capsys):
    data = S3Uploader.upload_string_as_file_body("1,2\n3,4\n", f"s3://{session.default_bucket()}/own/train.csv")
    definitions = [{"Name": "validation:rmse", "Regex": "validation-rmse=([0-9.]+)"}]
    estimator = Estimator(
        image_uri=MINE, hyperparameters={"num_round": 50}, metric_definitions=definitions, max_run=600, **SOME
    )
    estimator.fit({"train": TrainingInput(data, content_type="csv")}, wait=True, logs="All")
    printed = capsys.readouterr().out
    assert "rows=2 rounds=50" in printed
    assert "Training job completed" in printed or "Completed" in printed
    job = cloud.describe(estimator.latest_training_job.name)
    assert job["TrainingJobStatus"] == "Completed"
    assert [(m["MetricName"], m["Value"]) for m in job["FinalMetricDataList"]] == [("validation:rmse", 0.25)]
    assert cloud.model(job["TrainingJobName"], "weights") == b"7"
    assert estimator.model_data == job["ModelArtifacts"]["S3ModelArtifacts"]
    table = estimator.training_job_analytics.dataframe()  # from CloudWatch
    assert table["value"].tolist() == [0.25]


@pytest.mark.parametrize(
    ("framework", "versions"),
    [
        (PyTorch, {"framework_version": "2.5.1", "py_version": "py311"}),
        (XGBoost, {"framework_version": "1.7-1"}),
        (SKLearn, {"framework_version": "1.2-1"}),
        (
            HuggingFace,
            {"transformers_version": "4.49.0", "pytorch_version": "2.5.1", "py_version": "py311"},
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_frameworks_in_script_mode(cloud, source, framework, versions):
    arguments = {**SOME, "instance_type": "ml.p3.2xlarge"} if framework is HuggingFace else SOME
    estimator = framework(
        entry_point="train.py",
        source_dir=str(source),
        dependencies=[str(source.parent / "helpers")],
        hyperparameters={"lr": 0.5, "name": "a b"},
        metric_definitions=[{"Name": "loss", "Regex": "loss=(.*?);"}],
        **versions,
        **arguments,
    )
    estimator.fit(wait=False)
    job = cloud.completed(estimator.latest_training_job.name)
    assert job["FinalMetricDataList"][0]["Value"] == 0.25
    assert json.loads(cloud.model(job["TrainingJobName"], "weights.json")) == {"lr": 0.5, "name": "a b"}


def wheel(folder: Path, name: str, version: str) -> str:
    """A package that has never been installed anywhere, as a file."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        information = f"{name}-{version}.dist-info"
        archive.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{information}/RECORD", "")
    return path.name


def test_requirements_are_installed_for_the_job_only(cloud, tmp_path):
    code = script(tmp_path, "import sdk_tiny, sdk_other; print(sdk_tiny.VERSION, sdk_other.VERSION)")
    direct = wheel(tmp_path, "sdk_tiny", "1.5")
    (tmp_path / "index").mkdir()
    wheel(tmp_path / "index", "sdk_other", "2.0")
    wheel(tmp_path / "index", "sdk_other", "3.0")
    (tmp_path / "requirements.txt").write_text(f"--find-links index\n--no-index\n./{direct}\nsdk_other<3\n")
    estimator = PyTorch(framework_version="2.5.1", py_version="py311", **code, **SOME)
    estimator.fit(wait=False)
    job = cloud.completed(estimator.latest_training_job.name)
    assert "1.5 2.0" in cloud.printed(job["TrainingJobName"])
    without = generic(**script(tmp_path / "index", "import sdk_tiny"))
    without.fit(wait=False)
    assert "No module named 'sdk_tiny'" in cloud.wait(without.latest_training_job.name)["FailureReason"]


def test_requirements_that_cannot_be_met(cloud, tmp_path):
    code = script(tmp_path, "print('never')")
    (tmp_path / "requirements.txt").write_text("--no-index\nsdk_missing\n")
    estimator = generic(**code)
    estimator.fit(wait=False)
    job = cloud.wait(estimator.latest_training_job.name)
    assert "sdk_missing" in job["FailureReason"]


def test_channels(cloud, session, tmp_path):
    bucket = session.default_bucket()
    for key in ("channels/train/a/1.csv", "channels/train/2.csv", "channels/validation.csv"):
        cloud.s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    listing = """
import os, pathlib
for name in ("TRAIN", "VALIDATION"):
    folder = pathlib.Path(os.environ[f"SM_CHANNEL_{name}"])
    print(name, sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()))
"""
    estimator = generic(**script(tmp_path, listing))
    estimator.fit(
        {
            "train": TrainingInput(f"s3://{bucket}/channels/train/", input_mode="FastFile"),
            "validation": f"s3://{bucket}/channels/validation.csv",
        },
        wait=False,
    )
    name = estimator.latest_training_job.name
    cloud.completed(name)
    assert cloud.printed(name) == ["TRAIN ['2.csv', 'a/1.csv']", "VALIDATION ['validation.csv']"]


def test_several_instances(cloud, tmp_path):
    say = "import os; print(os.environ['SM_CURRENT_HOST'], os.environ['SM_HOSTS'])"
    estimator = generic(**script(tmp_path, say))
    estimator.instance_count = 2
    estimator.fit(wait=False)
    name = estimator.latest_training_job.name
    cloud.completed(name)
    assert sorted(cloud.printed(name)) == ['algo-1 ["algo-1","algo-2"]', 'algo-2 ["algo-1","algo-2"]']


def test_failing_script_is_an_exception_with_its_reason(tmp_path):
    estimator = generic(**script(tmp_path, "raise KeyError('missing column')"))
    with pytest.raises(UnexpectedStatusException, match="missing column") as caught:
        estimator.fit()
    assert caught.value.actual_status == "Failed"


def test_stop(cloud, tmp_path):
    estimator = generic(**script(tmp_path, ENDLESS))
    estimator.fit(wait=False)
    name = estimator.latest_training_job.name
    cloud.until_printed(name, "ready")
    estimator.latest_training_job.stop()
    estimator.latest_training_job.wait()
    assert cloud.describe(name)["TrainingJobStatus"] == "Stopped"


def test_warm_pool(cloud, tmp_path):
    estimator = generic(keep_alive_period_in_seconds=300, **script(tmp_path, "print('hello')"))
    names = []
    for _ in range(2):
        estimator.fit(wait=False)
        names.append(estimator.latest_training_job.name)
        cloud.wait(names[-1])
    first, second = (cloud.describe(name)["WarmPoolStatus"] for name in names)
    assert (first["Status"], first["ReusedByJob"]) == ("Reused", names[1])
    assert second["Status"] == "Available"
    estimator.sagemaker_session.update_training_job(names[1], resource_config={"KeepAlivePeriodInSeconds": 0})
    assert cloud.describe(names[1])["WarmPoolStatus"]["Status"] == "Terminated"


def test_spot_instances_that_are_taken_away(cloud, session, tmp_path):
    resuming = """
import os, pathlib, time
path = pathlib.Path("/opt/ml/checkpoints/epoch")
print("from", path.read_text() if path.exists() else 0, flush=True)
if not path.exists():
    path.write_text("3")
    print("ready", flush=True)
    time.sleep(600)
"""
    estimator = generic(
        use_spot_instances=True,
        max_run=600,
        max_wait=900,
        checkpoint_s3_uri=f"s3://{session.default_bucket()}/spot",
        **script(tmp_path, resuming),
    )
    estimator.fit(wait=False)
    name = estimator.latest_training_job.name
    cloud.until_printed(name, "ready")
    cloud.control("interrupt", job=name)
    job = cloud.completed(name)
    assert "Interrupted" in [step["Status"] for step in job["SecondaryStatusTransitions"]]
    assert cloud.printed(name)[-1] == "from 3"


def test_attach_to_an_earlier_job(cloud, tmp_path):
    estimator = generic(hyperparameters={"lr": 0.5}, **script(tmp_path, "print('hello')"))
    estimator.fit(wait=False)
    name = estimator.latest_training_job.name
    cloud.wait(name)
    attached = Estimator.attach(name)
    assert attached.model_data == estimator.model_data
    assert float(json.loads(attached.hyperparameters()["lr"])) == 0.5


class TestMistakes:
    def test_unknown_image(self, tmp_path):
        estimator = Estimator(image_uri=MINE.replace("mine", "yours"), **SOME)
        with pytest.raises(Exception, match=r"Cannot find repository: yours .* add one with: syne-tune jobs serve"):
            estimator.fit()

    def test_missing_bucket(self, tmp_path):
        estimator = generic(output_path="s3://nowhere/out", **script(tmp_path, "pass"))
        with pytest.raises(Exception, match="bucket does not exist"):
            estimator.fit()

    def test_image_without_a_program(self):
        with pytest.raises(UnexpectedStatusException, match="no program 'train'"):
            generic().fit()
