"""What goes wrong on demand, and what survives it."""

from __future__ import annotations

import threading
import time
import urllib.error

import pytest

from syne_tune.clock import ManualClock
from syne_tune.errors import OptionError
from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.faults import Faults, Throttle

SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 600},
}
COUNTING = """
import os, pathlib, time
path = pathlib.Path(os.environ["SM_MODEL_DIR"]).parent / "checkpoints" / "step"
start = int(path.read_text()) if path.exists() else 0
print("from", start, flush=True)
for step in range(start + 1, 4):
    path.write_text(str(step))
    if step == 2 and start == 0:
        print("waiting", flush=True)
        time.sleep(600)
print("done", flush=True)
"""
FOLLOWED = """
import pathlib, os, time
gate = pathlib.Path(os.environ["SM_HP_GATE"])
for number in range(500):
    print("line", number, flush=True)
print("waiting", flush=True)
while not gate.exists():
    time.sleep(0.05)
print("done", flush=True)
"""


def statuses(job):
    return [step["Status"] for step in job["SecondaryStatusTransitions"]]


def test_spot_interruption_restarts_from_the_checkpoint(cloud):
    name = cloud.start(COUNTING, **SPOT, CheckpointConfig={"S3Uri": "s3://work/checkpoints/spot"})
    cloud.until_printed(name, "waiting")
    cloud.control("interrupt", job=name)
    job = cloud.wait(name)
    begin = ["Starting", "Downloading", "Training"]
    assert statuses(job) == [*begin, "Interrupted", *begin, "Uploading", "Completed"]
    assert cloud.printed(name) == ["from 0", "waiting", "from 2", "done"]


def test_instance_failure_restarts_as_often_as_the_job_allows(cloud):
    retries = {"RetryStrategy": {"MaximumRetryAttempts": 1}}
    name = cloud.start(COUNTING, **retries, CheckpointConfig={"S3Uri": "s3://work/checkpoints/retry"})
    cloud.until_printed(name, "waiting")
    cloud.control("restart", job=name)
    job = cloud.wait(name)
    assert job["TrainingJobStatus"] == "Completed"
    assert "Restarting" in statuses(job)


def test_only_spot_jobs_can_be_interrupted(cloud):
    name = cloud.run()["TrainingJobName"]
    with pytest.raises(urllib.error.HTTPError):
        cloud.control("interrupt", job=name)


def test_quota(cloud):
    cloud.control("faults", quotas={"ml.m4.xlarge": 1}, start_delay=600)
    name = cloud.start(ResourceConfig={"InstanceType": "ml.m4.xlarge"})
    message = "'ml.m4.xlarge for training job usage' is 1 Instances, with current utilization of 1"
    with pytest.raises(cloud.sagemaker.exceptions.ResourceLimitExceeded, match=message):
        cloud.start(ResourceConfig={"InstanceType": "ml.m4.xlarge"})
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    cloud.wait(name)


def test_throttling_is_an_error_that_clients_retry(cloud):
    cloud.control("faults", requests_per_second=1)
    impatient = cloud.client("sagemaker", attempts=0)

    def ask_until_refused():
        for _ in range(100):
            impatient.list_training_jobs()

    with pytest.raises(impatient.exceptions.ClientError, match="Rate exceeded") as caught:
        ask_until_refused()
    assert caught.value.response["Error"]["Code"] == "ThrottlingException"
    cloud.client("sagemaker", attempts=10).list_training_jobs()


def test_throttle_lets_bursts_of_one_second_through():
    clock = ManualClock()
    throttle = Throttle(clock)
    for _ in range(3):
        throttle.check(3)
    with pytest.raises(ApiError):
        throttle.check(3)
    clock.sleep(1 / 3 + 1e-6)
    throttle.check(3)
    throttle.check(0)


def test_lists_lag_behind_but_descriptions_do_not(cloud):
    cloud.control("faults", list_lag=600)
    name = cloud.run()["TrainingJobName"]
    assert cloud.describe(name)["TrainingJobStatus"] == "Completed"
    assert cloud.sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"] == []
    cloud.control("faults", list_lag=0)
    assert len(cloud.sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]) == 1


def test_lost_logs(cloud):
    cloud.control("faults", log_loss=1.0)
    definitions = {"MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9]+)"}]}
    job = cloud.run("print('loss=3')", AlgorithmSpecification=definitions)
    assert cloud.printed(job["TrainingJobName"]) == []
    assert job["FinalMetricDataList"][0]["Value"] == 3


def test_late_logs(cloud):
    cloud.control("faults", log_delay=2.0)
    name = cloud.run("print('hello')")["TrainingJobName"]
    cloud.until_printed(name, "hello")


def test_some_events_are_lost_or_late_always_the_same():
    faults = Faults(log_loss=0.5, log_delay=1, log_jitter=4)
    delays = [faults.log_event_delay("line", position) for position in range(200)]
    assert delays == [faults.log_event_delay("line", position) for position in range(200)]
    shown = [delay for delay in delays if delay is not None]
    assert 60 < len(shown) < 140
    assert all(1 <= delay <= 5 for delay in shown)
    assert shown != sorted(shown)


@pytest.mark.parametrize("wrong", [{"start_dealy": 1}, {"start_delay": -1}, {"quotas": 3}, {"log_loss": {"a": 1}}])
def test_unknown_and_impossible_faults_are_refused(wrong):
    with pytest.raises(OptionError):
        Faults().changed(wrong)


def test_stop_takes_its_time(cloud):
    cloud.control("faults", stop_delay=600)
    name = cloud.start("print('ready', flush=True); import time; time.sleep(600)")
    cloud.until_printed(name, "ready")
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    cloud.until(name, lambda _: cloud.control("record", job=name)["trained"] > 0)
    assert cloud.describe(name)["TrainingJobStatus"] == "Stopping"
    cloud.control("faults", stop_delay=0)
    assert cloud.wait(name)["TrainingJobStatus"] == "Stopped"


class TestRestartOfTheService:
    def test_running_job_is_taken_over_after_a_crash(self, own_cloud, tmp_path):
        gate = tmp_path / "gate"
        running = own_cloud.start(FOLLOWED, HyperParameters={"gate": str(gate)})
        ended = own_cloud.start(FOLLOWED, HyperParameters={"gate": str(tmp_path / "other")})
        for name in (running, ended):
            own_cloud.until_printed(name, "waiting")
        own_cloud.process.kill()
        (tmp_path / "other").touch()  # ends while there is no service
        own_cloud.process.start()
        assert own_cloud.wait(ended)["TrainingJobStatus"] == "Completed"
        assert own_cloud.describe(running)["SecondaryStatus"] == "Training"
        gate.touch()
        for name in (running, ended):
            assert own_cloud.wait(name)["TrainingJobStatus"] == "Completed"
            lines = [f"line {number}" for number in range(500)]
            assert own_cloud.printed(name) == [*lines, "waiting", "done"]

    def test_maximum_run_time_is_kept_also_while_there_is_no_service(self, own_cloud):
        limit = {"MaxRuntimeInSeconds": 3}
        name = own_cloud.start("import time; time.sleep(600)", StoppingCondition=limit)
        own_cloud.until(name, lambda job: "TrainingStartTime" in job)
        own_cloud.process.kill()
        code = own_cloud.folder / "jobs" / name / "algo-1-0" / "exit_code"
        deadline = time.monotonic() + 120
        while code.parent.exists() and not code.exists():  # on a slow machine the service may have been faster
            assert time.monotonic() < deadline
            time.sleep(0.1)
        own_cloud.process.start()
        job = own_cloud.wait(name)
        assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
        assert job["TrainingTimeInSeconds"] < 60

    def test_everything_else_is_still_there(self, own_cloud):
        job = own_cloud.run("print('hello')", Tags=[{"Key": "a", "Value": "b"}])
        own_cloud.s3.put_object(Bucket="work", Key="kept", Body=b"content")
        own_cloud.process.close()
        own_cloud.process.start()
        after = own_cloud.describe(job["TrainingJobName"])
        assert {**after, "ResponseMetadata": None} == {**job, "ResponseMetadata": None}
        assert own_cloud.content("kept") == b"content"
        assert own_cloud.printed(job["TrainingJobName"]) == ["hello"]

    def test_end_of_the_service_stops_its_jobs(self, own_cloud):
        name = own_cloud.start("print('ready', flush=True); import time; time.sleep(600)")
        own_cloud.until_printed(name, "ready")
        own_cloud.process.close()
        own_cloud.process.start()
        assert own_cloud.describe(name)["TrainingJobStatus"] == "Stopped"

    def test_job_that_had_not_started_yet_starts(self, own_cloud):
        own_cloud.control("faults", start_delay=600)
        name = own_cloud.start()
        own_cloud.process.kill()
        own_cloud.process.start()
        assert own_cloud.wait(name)["TrainingJobStatus"] == "Completed"


def test_many_jobs_at_once(cloud):
    names: list[str] = []
    requests = [cloud.request(f"print({number})") for number in range(16)]

    def create(part):
        client = cloud.client("sagemaker")
        names.extend(client.create_training_job(**request)["TrainingJobArn"].rpartition("/")[2] for request in part)

    threads = [threading.Thread(target=create, args=(requests[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == len(requests)
    assert {cloud.wait(name)["TrainingJobStatus"] for name in names} == {"Completed"}
