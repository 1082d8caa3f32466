"""What the contract of backends does not ask for: names, tags, costs, addresses on S3, and known weaknesses."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from syne_tune.backend import SageMakerBackend
from syne_tune.errors import BackendError, OptionError
from syne_tune.testing import toy_training
from syne_tune.testing.backend_observer import Observer
from syne_tune.testing.sagemaker_conformance.clouds import LocalCloud
from syne_tune.trial import FailureCause, Status, Trial, TrialRecord

MakeObserver = Callable[..., Observer]
HEADER = "import argparse, json, os, sys, time\nfrom syne_tune import Reporter\n"


@pytest.fixture
def observe(cloud: LocalCloud, tmp_path: Path) -> Iterator[MakeObserver]:
    """Makes observed backends of one study; all jobs are stopped at the end."""
    made: list[Observer] = []

    def make(script: str | None = None, changes: dict[str, Any] | None = None, **options: Any) -> Observer:
        path = toy_training.__file__
        if script is not None:
            (tmp_path / "code").mkdir(exist_ok=True)
            path = str(tmp_path / "code" / "train.py")
            Path(path).write_text(HEADER + script)
        backend = cloud.backend(cloud.request(path, **(changes or {})), **options)
        backend.set_path(tuner_name=cloud.study_name(tmp_path))
        made.append(Observer(backend, 120.0))
        return made[-1]

    yield make
    cloud.control("reset-faults")
    for observer in made:
        observer.backend.stop_all()


def config(behaviour: str = toy_training.FINISH, num_reports: int = 3) -> dict[str, Any]:
    return {"behaviour": behaviour, "num_reports": num_reports, "value": 0.5}


def backend_of(observer: Observer) -> SageMakerBackend:
    assert isinstance(observer.backend, SageMakerBackend)
    return observer.backend


def job_of(observer: Observer, trial_id: int = 0) -> dict[str, Any]:
    """Description of the latest job of a trial."""
    backend = backend_of(observer)
    description: dict[str, Any] = backend.clients.sagemaker.describe_training_job(
        TrainingJobName=backend.job_name(trial_id)
    )
    return description


def keys(observer: Observer, cloud: LocalCloud, trial_id: int) -> set[str]:
    """Names of files below the checkpoints of a trial."""
    bucket, _, prefix = backend_of(observer).checkpoint_uri(trial_id).removeprefix("s3://").partition("/")
    listed = cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {entry["Key"][len(prefix) :] for entry in listed.get("Contents", [])}


class TestJobs:
    def test_what_a_job_looks_like(self, observe: MakeObserver, cloud: LocalCloud, tmp_path: Path) -> None:
        """Name, tags, checkpoints, metrics and instances are as documented; W-08: the configuration stays as it is."""
        chosen = {**config(num_reports=12), "st_instance_type": "ml.c5.xlarge", "st_instance_count": 1}
        script = """
parser = argparse.ArgumentParser()
arguments, _ = parser.parse_known_args()
report = Reporter()
for n in (9.0, 12.5, 1e-05):
    report(loss=n)
    time.sleep(0.2)
"""
        observer = observe(script, metrics_names=["loss"])
        observer.backend.start_trial(chosen)
        observer.until_ended(0)
        job = job_of(observer)
        name = cloud.study_name(tmp_path)
        assert job["TrainingJobName"] == f"0-{name}"
        assert job["CheckpointConfig"]["S3Uri"] == f"{cloud.s3_path}/{name}/0/checkpoints/"
        assert job["ResourceConfig"]["InstanceType"] == "ml.c5.xlarge"
        assert job["HyperParameters"]["value"] == "0.5"
        tags = cloud.client("sagemaker").list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
        assert {"Key": "syne-tune-trial", "Value": "0"} in tags
        assert observer.trials[0].config == chosen
        assert [result["loss"] for result in observer.reports[0]] == [9.0, 12.5, 1e-05]
        assert observer.reports[0][-1]["st_worker_cost"] > 0
        shown = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
        assert shown == {"loss": pytest.approx(1e-05)}  # W-07: exponents are read

    def test_arguments_as_json(self, observe: MakeObserver, cloud: LocalCloud) -> None:
        """W-08: lists and dictionaries arrive, the configuration stays; nothing is written to the user's folder."""
        script = """
from syne_tune.utils import add_config_json_to_argparse, load_config_json
parser = argparse.ArgumentParser()
parser.add_argument("--st_checkpoint_dir")
add_config_json_to_argparse(parser)
config = load_config_json(vars(parser.parse_args()))
Reporter()(layers=config["layers"], **config["nested"])
"""
        chosen = {"layers": [16, 32], "nested": {"lr": 0.1, "name": "x" * 3000}}
        observer = observe(script, pass_args_as_json=True)
        backend = backend_of(observer)
        backend.start_trial(chosen)
        observer.until_ended(0)
        assert observer.statuses[0] == Status.completed
        assert observer.reports[0][0]["layers"] == [16, 32]
        assert observer.reports[0][0]["name"] == "x" * 3000
        assert observer.trials[0].config == chosen
        assert [path.name for path in backend.entrypoint_path().parent.glob("*.json")] == []

    def test_w42_several_machines_report_each_report_once(self, observe: MakeObserver) -> None:
        script = """
report = Reporter()
for epoch in range(1, 21):
    report(epoch=epoch, host=os.environ["SM_CURRENT_HOST"])
    time.sleep(0.05)
"""
        observer = observe(script, changes={"ResourceConfig": {"InstanceCount": 2}})
        observer.backend.start_trial({})
        observer.until_ended(0)
        assert observer.epochs(0) == list(range(1, 21))
        assert {result["host"] for result in observer.reports[0]} == {"algo-1"}

    def test_reporter_of_an_image_is_read_from_the_log(self, observe: MakeObserver) -> None:
        """There is no report channel; the log may end after the job."""
        script = """
for epoch in (1, 2, 3):
    print("[tune-metric]: " + json.dumps({"epoch": epoch}), flush=True)
"""
        observer = observe(script)
        observer.backend.start_trial({})
        observer.until_ended(0)
        assert observer.epochs(0) == [1, 2, 3]

    def test_w42_log_is_read_once(self, observe: MakeObserver, cloud: LocalCloud) -> None:
        """W-41, W-42: each reading goes on where the last one ended."""
        observer = observe()
        observer.backend.start_trial(config(toy_training.CHECKPOINT, 100))
        logs, fetched = backend_of(observer).clients.logs, []
        read = logs.get_log_events

        def counted(**arguments: Any) -> Any:
            answer = read(**arguments)
            fetched.extend(answer["events"])
            return answer

        counted.__name__ = "get_log_events"
        logs.get_log_events = counted
        observer.until_ended(0)
        assert len(observer.reports[0]) == 100
        assert len(fetched) <= 110


class TestPauseAndStop:
    def test_w03_next_job_waits_for_the_last_and_loses_no_report(
        self, observe: MakeObserver, cloud: LocalCloud
    ) -> None:
        """10.3: the job of a resumed trial is created once the one before has ended. W-03: all it reports arrives."""
        cloud.control("faults", stop_delay=600)
        observer = observe()
        backend = backend_of(observer)
        backend.start_trial(config(toy_training.FOREVER))
        observer.until_reports(0, 3)
        first = job_of(observer)["TrainingJobName"]
        backend.pause_trial(0, observer.reports[0][-1])
        backend.resume_trial(0, config(toy_training.FINISH, 3))
        assert backend.busy_trial_ids() == [(0, Status.in_progress)]
        assert backend.job_name(0) == first
        cloud.control("faults", stop_delay=0)
        observer.until_ended(0)
        assert observer.epochs(0)[-3:] == [1, 2, 3]
        second = job_of(observer)
        assert second["TrainingJobName"] == first.replace("0-", "0-1-", 1)
        ended = cloud.client("sagemaker").describe_training_job(TrainingJobName=first)
        assert ended["TrainingJobStatus"] == "Stopped"
        assert second["CreationTime"] >= ended["TrainingEndTime"]

    def test_a_checkpoint_is_copied_when_its_job_has_ended(self, observe: MakeObserver, cloud: LocalCloud) -> None:
        """10.3: not before the last files have come to S3. What is ours is not copied."""
        cloud.control("faults", stop_delay=600)
        observer = observe()
        backend = backend_of(observer)
        backend.start_trial(config(toy_training.CHECKPOINT, 1000))
        observer.until_reports(0, 2)
        backend.pause_trial(0, observer.reports[0][-1])
        backend.start_trial(config(toy_training.CHECKPOINT, 1000), checkpoint_trial_id=0)
        assert backend.job_name(1) is None
        cloud.control("faults", stop_delay=0)
        observer.until_reports(1, 1)
        assert observer.epochs(1)[0] > observer.epochs(0)[-1]
        copied = {name for name in keys(observer, cloud, 1) if name.startswith(".syne_tune/")}
        assert all(name.startswith(f".syne_tune/{backend.job_name(1)}") for name in copied)

    def test_a_waiting_start_is_dropped_by_a_stop(self, observe: MakeObserver, cloud: LocalCloud) -> None:
        cloud.control("faults", stop_delay=600)
        observer = observe()
        backend = backend_of(observer)
        backend.start_trial(config(toy_training.FOREVER))
        observer.until_reports(0, 1)
        name = backend.job_name(0)
        backend.pause_trial(0, observer.reports[0][-1])
        backend.resume_trial(0)
        backend.stop_trial(0)
        cloud.control("faults", stop_delay=0)
        observer.until(lambda: not backend.busy_trial_ids(), "end of the job")
        assert backend.job_name(0) in (None, name)
        assert len(cloud.client("sagemaker").list_training_jobs(NameContains=name[2:])["TrainingJobSummaries"]) == 1

    def test_copy_without_checkpoint_is_refused(self, observe: MakeObserver) -> None:
        observer = observe()
        observer.backend.start_trial(config(toy_training.SILENT))
        observer.until_ended(0)
        with pytest.raises(BackendError, match="Trial 0 has no checkpoint"):
            observer.backend.start_trial(config(), checkpoint_trial_id=0)


class TestEndings:
    def test_a_job_that_takes_too_long_is_told_apart(self, observe: MakeObserver) -> None:
        observer = observe(changes={"StoppingCondition": {"MaxRuntimeInSeconds": 2}})
        observer.backend.start_trial(config(toy_training.FOREVER))
        observer.until_ended(0)
        failure = observer.backend.failure(0)
        assert failure.cause == FailureCause.TIMEOUT
        assert "2 seconds" in failure.message
        assert observer.epochs(0) == list(range(1, len(observer.epochs(0)) + 1))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"AlgorithmSpecification": {"TrainingImage": "no-such-image"}}, "no-such-image"),
            ({"OutputDataConfig": {"S3OutputPath": "s3://no-such-bucket/x"}}, "bucket"),
            ({"RoleArn": "arn:aws:iam::123456789012:user/someone"}, "role"),
        ],
    )
    def test_refused_jobs_name_the_setting(self, observe: MakeObserver, changes: dict[str, Any], message: str) -> None:
        observer = observe(changes=changes)
        with pytest.raises(BackendError, match=message):
            observer.backend.start_trial(config())

    def test_bucket_that_does_not_exist(self, cloud: LocalCloud) -> None:
        backend = SageMakerBackend(cloud.request(), s3_path="s3://no-such-bucket/studies")
        with pytest.raises((BackendError, OptionError), match="s3_path"):
            backend.start_trial(config())

    def test_quota_that_never_suffices_is_an_error(self, observe: MakeObserver, cloud: LocalCloud) -> None:
        cloud.control("faults", quotas={cloud.instance_type: 0})
        observer = observe()
        backend_of(observer).quota_patience = 0.5
        backend_of(observer).set_path(tuner_name=f"{cloud.study_name('quota')}")
        observer.backend.start_trial(config())
        with pytest.raises(BackendError, match="Service Quotas"):
            observer.until_ended(0)
        cloud.control("reset-faults")
        observer.backend.stop_trial(0)


class TestTakingOver:
    def test_pickle_holds_no_clients_and_the_request_is_not_changed(self, cloud: LocalCloud) -> None:
        """10.3: saving a backend must not disturb what it was made from."""
        request = cloud.request()
        before = cloudpickle.dumps(request)
        backend = cloud.backend(request)
        backend.start_trial(config())
        saved = cloudpickle.dumps(backend)
        assert b"botocore" not in saved
        assert b"boto3" not in saved
        assert cloudpickle.dumps(request) == before
        assert pickle.loads(saved).s3_path == cloud.s3_path
        backend.stop_all()

    def test_a_job_of_the_same_name_from_another_time_is_left_alone(
        self, observe: MakeObserver, cloud: LocalCloud
    ) -> None:
        """The log of a study was lost, and its name is used again."""
        first = observe()
        first.backend.start_trial(config(toy_training.FOREVER))
        first.until_reports(0, 1)
        second = observe()
        second.backend.start_trial(config(num_reports=2))
        second.until_ended(0)
        assert second.epochs(0) == [1, 2]
        assert backend_of(second).job_name(0) != backend_of(first).job_name(0)
        first.until(lambda: not first.backend.busy_trial_ids(), "end of the first job")

    def test_a_job_whose_start_was_not_confirmed_is_not_started_twice(
        self, observe: MakeObserver, cloud: LocalCloud
    ) -> None:
        """The answer of AWS was lost; by the time it is asked again, the job may even have ended."""
        first = observe()
        first.backend.start_trial(config(num_reports=2))
        first.until_ended(0)
        second = observe()
        second.backend.start_trial(config(num_reports=2))
        second.until_ended(0)
        assert second.epochs(0) == [1, 2]
        assert backend_of(second).job_name(0) == backend_of(first).job_name(0)
        assert not second.backend.busy_trial_ids()

    def test_jobs_of_no_trial_are_stopped_at_the_end(self, observe: MakeObserver) -> None:
        """The tuner died between the start of a job and the line of the log that tells of it."""
        first = observe()
        for _ in range(2):
            first.backend.start_trial(config(toy_training.FOREVER))
        first.until_reports(1, 1)
        first.until_reports(0, 1)
        second = observe()
        known = Trial(0, config(toy_training.FOREVER), first.trials[0].creation_time)
        second.backend.adopt_trial(TrialRecord(known, Status.in_progress, num_reports=1))
        second.until_reports(0, 1)
        assert second.reports[0][0]["epoch"] == 2
        second.backend.stop_all()
        first.until(lambda: not first.backend.busy_trial_ids(), "end of both jobs")

    def test_job_of_a_stopped_trial_is_ended_by_adoption(self, observe: MakeObserver) -> None:
        """The tuner died between the line of the log and the request to stop."""
        first = observe()
        first.backend.start_trial(config(toy_training.FOREVER))
        first.until_reports(0, 1)
        second = observe()
        known = Trial(0, config(toy_training.FOREVER), first.trials[0].creation_time)
        second.backend.adopt_trial(TrialRecord(known, Status.stopped, num_reports=1))
        first.until(lambda: not first.backend.busy_trial_ids(), "end of the job")
