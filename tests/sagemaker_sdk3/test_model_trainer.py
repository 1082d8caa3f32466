"""``ModelTrainer`` of the SageMaker SDK, version 3: what a user writes for AWS, against the local service."""

from __future__ import annotations

import json

import pytest
from sagemaker.core.remote_function import remote
from sagemaker.core.shapes import CheckpointConfig, StoppingCondition
from sagemaker.core.training.configs import MetricDefinition
from sagemaker.core.utils.exceptions import FailedStatusError
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local"
SCRIPT = """
import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--name")
arguments = parser.parse_args()
channel = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"])
print(os.environ["SM_CURRENT_HOST"], sorted(path.name for path in channel.iterdir()))
print(f"loss={arguments.lr ** 2};")
pathlib.Path(os.environ["SM_MODEL_DIR"], "weights.json").write_text(json.dumps(vars(arguments)))
"""


@pytest.fixture
def trainer(session, tmp_path):
    """Makes trainers of a script."""

    def make(script, instances=1, keep_alive=None, **arguments):
        (tmp_path / "source").mkdir(exist_ok=True)
        (tmp_path / "source" / "train.py").write_text(script)
        kept = {} if keep_alive is None else {"keep_alive_period_in_seconds": keep_alive}
        return ModelTrainer(
            training_image="default",
            source_code=SourceCode(source_dir=str(tmp_path / "source"), entry_script="train.py"),
            compute=Compute(instance_type="ml.m5.large", instance_count=instances, **kept),
            role=ROLE,
            base_job_name="job",
            sagemaker_session=session,
            **arguments,
        )

    return make


def name_of(trainer):
    return trainer._latest_training_job.training_job_name


def test_job_with_channel_metrics_and_log(cloud, session, trainer):
    bucket = session.default_bucket()
    cloud.s3.put_object(Bucket=bucket, Key="one-file/one.csv", Body=b"1")
    made = trainer(SCRIPT, hyperparameters={"lr": 0.5, "name": "a b"}).with_metric_definitions(
        [MetricDefinition(name="loss", regex="loss=(.*?);")]
    )
    made.train([InputData(channel_name="train", data_source=f"s3://{bucket}/one-file/")], wait=True, logs=True)
    job = cloud.completed(name_of(made))
    assert [(m["MetricName"], m["Value"]) for m in job["FinalMetricDataList"]] == [("loss", 0.25)]
    printed = cloud.printed(name_of(made))
    assert any("algo-1 ['one.csv']" in line for line in printed), "\n".join(printed)
    assert json.loads(cloud.model(name_of(made), "weights.json")) == {"lr": 0.5, "name": "a b"}


def test_several_instances(cloud, trainer):
    made = trainer("import os; print('host ' + os.environ['SM_CURRENT_HOST'])", instances=2)
    made.train(wait=False)
    cloud.completed(name_of(made))
    printed = cloud.printed(name_of(made))
    assert all(any(f"host {host}" in line for line in printed) for host in ("algo-1", "algo-2"))


def test_failing_script_is_an_exception(cloud, trainer):
    made = trainer("raise KeyError('missing column')")
    with pytest.raises(FailedStatusError, match="returned non-zero exit status 1"):
        made.train(wait=True)
    assert any("missing column" in line for line in cloud.printed(name_of(made)))


def test_checkpoints_and_warm_pool(cloud, session, trainer):
    checkpoints = CheckpointConfig(s3_uri=f"s3://{session.default_bucket()}/sdk3-checkpoints")
    counting = "import pathlib; p = pathlib.Path('/opt/ml/checkpoints/n'); print('epoch', p.exists()); p.touch()"
    names = []
    for _ in range(2):
        made = trainer(
            counting,
            keep_alive=300,
            checkpoint_config=checkpoints,
            stopping_condition=StoppingCondition(max_runtime_in_seconds=600),
        )
        made.train(wait=False)
        names.append(name_of(made))
        cloud.completed(names[-1])
    for name, found in zip(names, ("epoch False", "epoch True"), strict=True):
        assert any(found in line for line in cloud.printed(name))
    assert cloud.describe(names[0])["WarmPoolStatus"]["ReusedByJob"] == names[1]


def test_stop(cloud, trainer):
    made = trainer("import time; print('ready', flush=True); time.sleep(600)")
    made.train(wait=False)
    cloud.until_printed(name_of(made), "ready")
    made._latest_training_job.stop()
    assert cloud.wait(name_of(made))["TrainingJobStatus"] == "Stopped"


def test_exception_of_a_remote_function_is_raised_here():
    @remote(instance_type="ml.m5.large", role=ROLE, image_uri="sdk")
    def divide(x, y):
        return x / y

    with pytest.raises(ZeroDivisionError):
        divide(3, 0)
