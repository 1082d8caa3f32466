"""Jobs from their creation to their end, through boto3."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from syne_tune.jobs.isolation import Isolation

NEEDS_NAMESPACES = pytest.mark.skipif(Isolation().kind == "base-dir", reason="no namespaces on this machine")


def test_job_runs_a_script_and_leaves_a_record(cloud):
    script = "import os; open(os.environ['SM_MODEL_DIR'] + '/weights', 'w').write('7'); print('loss: 0.25')"
    job = cloud.run(
        script,
        AlgorithmSpecification={"MetricDefinitions": [{"Name": "loss", "Regex": r"loss: (\S+)"}]},
    )
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    steps = [step["Status"] for step in job["SecondaryStatusTransitions"]]
    assert steps == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert all(step["EndTime"] >= step["StartTime"] for step in job["SecondaryStatusTransitions"])
    assert job["CreationTime"] <= job["TrainingStartTime"] <= job["TrainingEndTime"]
    assert job["BillableTimeInSeconds"] >= 1
    assert [(m["MetricName"], m["Value"]) for m in job["FinalMetricDataList"]] == [("loss", 0.25)]
    assert "isolation: " in job["SecondaryStatusTransitions"][1]["StatusMessage"]


def test_model_is_an_archive_on_s3(cloud):
    job = cloud.run("import os; open(os.environ['SM_MODEL_DIR'] + '/weights', 'w').write('7')")
    location = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert location == f"s3://work/out/{job['TrainingJobName']}/output/model.tar.gz"
    archive = cloud.content(location.removeprefix("s3://work/"))
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        assert packed.extractfile("weights").read() == b"7"


def test_output_data_is_uploaded_also_by_failed_jobs(cloud):
    script = "import os, sys; open(os.environ['SM_OUTPUT_DATA_DIR'] + '/plot', 'w').write('x'); sys.exit(3)"
    job = cloud.run(script)
    assert job["TrainingJobStatus"] == "Failed"
    assert cloud.keys(f"out/{job['TrainingJobName']}/") == [f"out/{job['TrainingJobName']}/output/output.tar.gz"]
    assert "ModelArtifacts" not in job


def test_hyperparameters_arrive_as_arguments_variables_and_strings(cloud):
    script = """
import json, os, sys
print(json.dumps({
    "arguments": sys.argv[1:],
    "variable": os.environ["SM_HP_LEARNING_RATE"],
    "file": json.load(open(os.environ["SM_INPUT_CONFIG_DIR"] + "/hyperparameters.json")),
    "hps": json.loads(os.environ["SM_HPS"]),
}))
"""
    given = {"learning_rate": "0.01", "name": '"a b"', "flag": "true", "plain": "adam"}
    job = cloud.run(script, HyperParameters=given)
    found = json.loads(cloud.printed(job["TrainingJobName"])[0])
    words = ["--flag", "True", "--learning_rate", "0.01", "--name", "a b", "--plain", "adam"]
    assert found["arguments"] == words
    assert found["variable"] == "0.01"
    assert {name: found["file"][name] for name in given} == given
    assert found["hps"] == {"learning_rate": 0.01, "name": "a b", "flag": True, "plain": "adam"}


def test_channels_are_files(cloud):
    cloud.s3.put_object(Bucket="work", Key="data/train/a/one.csv", Body=b"1")
    cloud.s3.put_object(Bucket="work", Key="data/train/two.csv", Body=b"2")
    cloud.s3.put_object(Bucket="work", Key="data/train-other/three.csv", Body=b"3")
    script = """
import os, pathlib
folder = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"])
print(sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()))
"""
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://work/data/train/"}
    channels = [{"ChannelName": "train", "DataSource": {"S3DataSource": source}}]
    job = cloud.run(script, InputDataConfig=channels)
    assert cloud.printed(job["TrainingJobName"]) == ["['a/one.csv', 'two.csv']"]


@NEEDS_NAMESPACES
def test_job_sees_opt_ml_and_its_own_host_name(cloud):
    script = """
import json, socket, pathlib
assert pathlib.Path.cwd() == pathlib.Path("/opt/ml/code")
config = json.loads(pathlib.Path("/opt/ml/input/config/resourceconfig.json").read_text())
print(config["current_host"], socket.gethostname(), *config["hosts"])
print(*sorted({socket.gethostbyname(host) for host in config["hosts"]}))
"""
    job = cloud.run(script, ResourceConfig={"InstanceCount": 2})
    assert job["TrainingJobStatus"] == "Completed", job
    printed = {
        stream.split("/")[1].rpartition("-")[0]: event["message"]
        for stream, event in reversed(cloud.events(job["TrainingJobName"]))
    }
    assert printed == {"algo-1": "algo-1 algo-1 algo-1 algo-2", "algo-2": "algo-2 algo-2 algo-1 algo-2"}


def test_one_failing_host_fails_the_job_and_ends_the_others(cloud):
    script = """
import os, sys, time
if os.environ["SM_CURRENT_HOST"] == "algo-1":
    sys.exit(9)
time.sleep(600)
"""
    job = cloud.run(script, ResourceConfig={"InstanceCount": 2})
    assert job["TrainingJobStatus"] == "Failed"
    assert "exit code: 9" in job["FailureReason"]


def test_failure_reason_is_the_traceback(cloud):
    job = cloud.run("raise KeyError('missing column')")
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 1")
    assert "KeyError: 'missing column'" in job["FailureReason"]


def test_failure_file_goes_first(cloud):
    job = cloud.run(
        "import os, sys; open(os.environ['SM_OUTPUT_DIR'] + '/failure', 'w').write('too cold'); sys.exit(1)"
    )
    assert job["FailureReason"] == "AlgorithmError: too cold, exit code: 1"


def test_stopped_job_gets_sigterm_and_may_clean_up(cloud):
    script = """
import os, signal, sys, time
def end(*_):
    print("cleaning up", flush=True)
    open(os.environ["SM_MODEL_DIR"] + "/last", "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(600)
"""
    name = cloud.start(script)
    cloud.until_printed(name, "ready")
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    assert cloud.describe(name)["TrainingJobStatus"] in ("Stopping", "Stopped")
    job = cloud.wait(name)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Stopped"
    assert "cleaning up" in cloud.printed(name)
    assert cloud.keys(f"out/{name}/") == [f"out/{name}/output/model.tar.gz"]


def test_job_that_ignores_sigterm_is_killed_after_the_grace(cloud):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    name = cloud.start(f"{deaf}; print('ready', flush=True); time.sleep(600)")
    cloud.until_printed(name, "ready")
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    assert cloud.wait(name)["TrainingJobStatus"] == "Stopped"


def test_job_can_be_stopped_before_it_has_started(cloud):
    cloud.control("faults", start_delay=600)
    name = cloud.start()
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    job = cloud.wait(name)
    assert [step["Status"] for step in job["SecondaryStatusTransitions"]] == ["Starting", "Stopping", "Stopped"]
    assert "TrainingStartTime" not in job


def test_maximum_run_time(cloud):
    job = cloud.run("import time; time.sleep(600)", StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_nothing_of_a_job_survives_it(cloud):
    script = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("ready", flush=True)
child.wait()
"""
    name = cloud.start(script)
    cloud.until_printed(name, "ready")
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    assert cloud.wait(name)["TrainingJobStatus"] == "Stopped"


def test_checkpoints_go_to_s3_and_come_back(cloud):
    script = """
import pathlib
path = pathlib.Path(__import__("os").environ["SM_MODEL_DIR"]).parent / "checkpoints" / "deep" / "epoch"
path.parent.mkdir(exist_ok=True)
epoch = int(path.read_text()) + 1 if path.exists() else 1
path.write_text(str(epoch))
print("epoch", epoch)
"""
    checkpoints = {"S3Uri": "s3://work/checkpoints/one"}
    for epoch in (1, 2):
        job = cloud.run(script, CheckpointConfig=checkpoints)
        assert cloud.printed(job["TrainingJobName"]) == [f"epoch {epoch}"]
        assert cloud.content("checkpoints/one/deep/epoch") == str(epoch).encode()


def test_checkpoints_are_uploaded_while_the_job_runs(cloud):
    script = """
import os, pathlib, time
(pathlib.Path(os.environ["SM_MODEL_DIR"]).parent / "checkpoints" / "state").write_text("early")
time.sleep(600)
"""
    name = cloud.start(script, CheckpointConfig={"S3Uri": "s3://work/checkpoints/two/"})
    cloud.until(name, lambda job: cloud.keys("checkpoints/two/") == ["checkpoints/two/state"])
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    cloud.wait(name)


def test_container_entry_point(cloud):
    specification = {
        "ContainerEntrypoint": ["/bin/sh", "-c"],
        "ContainerArguments": ["echo $GREETING $TRAINING_JOB_NAME"],
    }
    job = cloud.run(AlgorithmSpecification=specification, Environment={"GREETING": "hi"})
    assert cloud.printed(job["TrainingJobName"]) == [f"hi {job['TrainingJobName']}"]


def test_environment_of_the_service_is_not_handed_on(cloud):
    job = cloud.run(
        "import os; print(sorted(name for name in os.environ if name.startswith(('PYTEST', 'AWS_PROFILE'))))"
    )
    assert cloud.printed(job["TrainingJobName"]) == ["[]"]


def test_job_reaches_the_service_with_its_own_client(cloud):
    script = """
import boto3
boto3.client("s3").put_object(Bucket="work", Key="from-job", Body=b"hello")
"""
    assert cloud.run(script)["TrainingJobStatus"] == "Completed"
    assert cloud.content("from-job") == b"hello"


def test_requirements_that_are_met_are_not_installed_again(cloud):
    job = cloud.run("import pytest; print('imported')", files={"requirements.txt": "pytest\n"})
    assert "imported" in cloud.printed(job["TrainingJobName"]), job


class TestMistakes:
    def refused(self, cloud, code, *words, **changes):
        with pytest.raises(cloud.sagemaker.exceptions.ClientError) as caught:
            cloud.sagemaker.create_training_job(**cloud.request(**changes))
        error = caught.value.response["Error"]
        assert error["Code"] == code, error
        assert all(word in error["Message"] for word in words), error

    def test_bad_name(self, cloud):
        self.refused(cloud, "ValidationException", "'a_b' at 'trainingJobName'", "pattern", TrainingJobName="a_b")

    def test_unknown_instance_type(self, cloud):
        self.refused(
            cloud, "ValidationException", "'resourceConfig.instanceType'", "enum", ResourceConfig={"InstanceType": "m5"}
        )

    def test_bad_role(self, cloud):
        self.refused(cloud, "ValidationException", "'roleArn'", RoleArn="AmazonSageMaker-ExecutionRole")

    def test_missing_bucket(self, cloud):
        target = {"S3OutputPath": "s3://nowhere/out"}
        self.refused(cloud, "ValidationException", "bucket does not exist", "nowhere", OutputDataConfig=target)

    def test_unknown_image(self, cloud):
        image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
        self.refused(
            cloud,
            "ValidationException",
            "Cannot find repository: mine",
            "default",
            AlgorithmSpecification={"TrainingImage": image},
        )

    def test_spot_without_waiting_time(self, cloud):
        self.refused(cloud, "ValidationException", "MaxWaitTimeInSeconds", EnableManagedSpotTraining=True)

    def test_second_job_of_a_name(self, cloud):
        job = cloud.run()
        self.refused(cloud, "ResourceInUse", "must be unique", TrainingJobName=job["TrainingJobName"])

    def test_missing_input(self, cloud):
        source = {"S3DataType": "S3Prefix", "S3Uri": "s3://work/nothing-here"}
        job = cloud.run(InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}])
        assert job["FailureReason"].startswith("ClientError: Data download failed:No S3 objects found")

    def test_wrong_entry_point(self, cloud):
        job = cloud.run(HyperParameters={"sagemaker_program": '"main.py"'})
        assert job["TrainingJobStatus"] == "Failed"
        assert "'main.py' is not in" in job["FailureReason"]
        assert "train.py" in job["FailureReason"]

    def test_image_without_program(self, cloud):
        request = cloud.request()
        del request["HyperParameters"]
        cloud.sagemaker.create_training_job(**request)
        assert "no program 'train'" in cloud.wait(request["TrainingJobName"])["FailureReason"]

    def test_unknown_job(self, cloud):
        with pytest.raises(cloud.sagemaker.exceptions.ClientError, match="Requested resource not found"):
            cloud.describe("no-such-job")

    def test_stopping_a_job_that_has_ended(self, cloud):
        job = cloud.run()
        with pytest.raises(cloud.sagemaker.exceptions.ClientError, match="is in status Completed"):
            cloud.sagemaker.stop_training_job(TrainingJobName=job["TrainingJobName"])


def test_images_of_aws_are_the_default_environment(cloud):
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.5.1-cpu-py311"
    assert cloud.run(AlgorithmSpecification={"TrainingImage": image})["TrainingJobStatus"] == "Completed"
