"""Tuners as training jobs of a service that really runs them."""

from __future__ import annotations

import gc
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

import syne_tune
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend, PythonBackend
from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend
from syne_tune.config_space import randint
from syne_tune.errors import BackendError, OptionError
from syne_tune.event_log import Event, read_events
from syne_tune.experiments import load_experiment
from syne_tune.experiments.s3_download import download_study
from syne_tune.optimizer.baselines import ASHA, RandomSearch
from syne_tune.remote.remote_launcher import RemoteLauncher

BUCKET = "sagemaker-us-east-1-123456789012"
REQUEST = {
    "AlgorithmSpecification": {"TrainingImage": "default"},
    "RoleArn": "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local",
    "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/output"},
    "ResourceConfig": {"InstanceType": "ml.m5.large"},
}
SPACE = {"epochs": 9, "width": randint(1, 20), "height": randint(-100, 100)}
SCRIPT = """
import argparse, os, time
from help_of_script import loss
from syne_tune import Reporter

parser = argparse.ArgumentParser()
for name in ("epochs", "width", "height"):
    parser.add_argument(f"--{name}", type=int)
parser.add_argument("--pause", type=float, default=0.05)
parser.add_argument("--gate", default="")
parser.add_argument("--st_checkpoint_dir")
args, _ = parser.parse_known_args()
report = Reporter()
print("the log of this trial")
most_reports = 0 if os.environ.get("TRAINING_JOB_NAME", "")[:2] in ("2-", "3-") else 3
for epoch in range(1, args.epochs + 1):
    time.sleep(args.pause)
    while args.gate and epoch > most_reports and not os.path.exists(args.gate):
        time.sleep(0.05)
    report(epoch=epoch, loss=loss(epoch, args.width, args.height))
"""
"""With a gate, trials wait until that file exists: after three reports; as jobs number 2 and 3, before any."""

HELP = "def loss(epoch, width, height):\n    return 100 / (10 + width * epoch) + 0.1 * height\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    folder = tmp_path / "my scripts"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    (folder / "help_of_script.py").write_text(HELP)
    (folder / "requirements.txt").write_text("syne-tune[extra]\nPyYAML\n")
    return folder / "train.py"


def tuner_for(backend: Any, num_trials: int = 4, space: dict[str, Any] = SPACE, **arguments: Any) -> Tuner:
    return Tuner(
        trial_backend=backend,
        scheduler=RandomSearch(space, metric="loss", random_seed=1),
        stop_criterion=StoppingCriterion(max_num_trials_finished=num_trials),
        **{"n_workers": 2, "tuner_name": "remote", **arguments},
    )


def launcher(cloud: Any, tuner: Tuner, **arguments: Any) -> RemoteLauncher:
    return RemoteLauncher(tuner, s3_path=cloud.s3_path, image_uri="default", **arguments)


def files_of(folder: Path) -> dict[str, int]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path): path.stat().st_mtime_ns for path in paths}


def events_of(cloud: Any, tuner: Tuner, tmp_path: Path) -> list[Event]:
    path = tmp_path / "events.jsonl"
    path.write_bytes(cloud.content(f"syne-tune/{tuner.name}/events.jsonl"))
    return list(read_events(path))


def num_reports(events: list[Event]) -> int:
    return sum(event["kind"] == "report" for event in events)


def test_tuner_runs_as_job_and_leaves_no_trace_here(
    cloud: Any, script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """W-23: upstream wrote folders and files into the installed package, and changed the tuner it was given."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    package = Path(syne_tune.__file__).parent
    before = set(files_of(package)), files_of(script.parent)
    tuner = tuner_for(LocalBackend(script))
    callbacks = list(tuner.callbacks)

    launcher(cloud, tuner, no_tuner_logging=True).run()

    assert (set(files_of(package)), files_of(script.parent)) == before
    assert list((tmp_path / "temporary").iterdir()) == []
    assert tuner.callbacks == callbacks
    assert tuner.trial_backend.entrypoint_path() == script
    assert '[tune-metric]: {"best_metric_value": ' in capsys.readouterr().out
    names = {key.removeprefix(f"syne-tune/{tuner.name}/") for key in cloud.keys(f"syne-tune/{tuner.name}/")}
    assert {"metadata.json", "results.csv.zip", "events.jsonl"} <= names
    assert not any(name.startswith("0/") for name in names)

    job = cloud.describe(tuner.name)
    results = load_experiment(tuner.name).results
    assert results is not None
    shown = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert shown["best_metric_value"] == pytest.approx(results["loss"].min())
    best = results.loc[results["loss"].idxmin()]
    assert (shown["best_trial_id"], shown["best_hp_width"]) == (best["trial_id"], best["config_width"])
    statistics = cloud.cloudwatch.list_metrics(Namespace="/aws/sagemaker/TrainingJobs")["Metrics"]
    assert "best_hp_height" in {metric["MetricName"] for metric in statistics}
    assert {"Key": "syne-tune-tuner", "Value": tuner.name} in cloud.sagemaker.list_tags(
        ResourceArn=job["TrainingJobArn"]
    )["Tags"]


def test_folder_of_what_is_sent_along(cloud: Any, script: Path) -> None:
    """Can be looked at before anything is started, and goes with the launcher."""
    (script.parent / "__pycache__").mkdir()
    (script.parent / "__pycache__" / "old.pyc").write_bytes(b"")
    launch = launcher(cloud, tuner_for(LocalBackend(script)))
    launch.prepare_upload()
    folder = launch.upload_dir()
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    scripts = {f"tuner/{name}" for name in ("train.py", "help_of_script.py", "requirements.txt")}
    of_tuner = {"tuner/tuner.dill", "tuner/description.json"}
    assert names == {"remote_main.py", "requirements.txt", *scripts, *of_tuner}
    requirements = (folder / "requirements.txt").read_text().splitlines()
    assert "PyYAML" in requirements
    assert not any(line.lower().startswith(("syne-tune", "syne_tune")) for line in requirements)
    del launch
    gc.collect()
    assert not folder.exists()


def test_w24_tuner_can_be_silenced_and_trials_kept(cloud: Any, script: Path) -> None:
    """W-24: no_tuner_logging had no effect; neither flag nor its absence must change anything else."""
    loud = tuner_for(LocalBackend(script), print_update_interval=0.1)
    quiet = tuner_for(LocalBackend(script), print_update_interval=0.1)
    launcher(cloud, loud, publish_tuning_metrics=False).run(wait=False)
    launcher(cloud, quiet, no_tuner_logging=True, store_logs_localbackend=True).run(wait=False)
    jobs = [cloud.ended(tuner.name) for tuner in (loud, quiet)]
    assert [job["TrainingJobStatus"] for job in jobs] == ["Completed", "Completed"]
    assert "tuning status (last metric is reported)" in cloud.log(loud.name)
    assert "tuning status (last metric is reported)" not in cloud.log(quiet.name)
    assert "best_metric_value" not in cloud.log(loud.name)
    (key,) = [key for key in cloud.keys(f"syne-tune/{quiet.name}/0/") if key.endswith("std.out")]
    assert b"the log of this trial" in cloud.content(key)


def test_functions_are_tuned_remotely(cloud: Any) -> None:
    factor = 0.5

    def train(epochs: int, width: int) -> Any:
        for epoch in range(1, epochs + 1):
            yield {"epoch": epoch, "loss": factor * width / epoch}

    space = {"epochs": 3, "width": randint(1, 20)}
    tuner = tuner_for(PythonBackend(train, config_space=space), space=space)
    launcher(cloud, tuner).run()
    results = load_experiment(tuner.name).results
    assert results is not None
    assert (results["loss"] * results["epoch"] / results["config_width"]).tolist() == pytest.approx(
        [0.5] * len(results)
    )


@pytest.mark.parametrize("store_logs", [False, True])
def test_w22_tuner_goes_on_where_its_instance_was_taken_away(
    cloud: Any, script: Path, tmp_path: Path, store_logs: bool
) -> None:
    """W-22: the second instance always began with the tuner as uploaded, and forgot all that had happened."""
    gate = tmp_path / "gate"
    tuner = tuner_for(LocalBackend(script), num_trials=6, space={**SPACE, "gate": str(gate)})
    spot = {"use_spot_instances": True, "max_run": 3600, "max_wait": 7200}
    launcher(cloud, tuner, store_logs_localbackend=store_logs, **spot).run(wait=False)
    cloud.until(tuner.name, lambda job: f"syne-tune/{tuner.name}/events.jsonl" in cloud.keys("syne-tune/"))
    cloud.until(tuner.name, lambda job: num_reports(events_of(cloud, tuner, tmp_path)) == 6)
    cloud.control("interrupt", job=tuner.name)
    cloud.until(tuner.name, lambda job: any(x["Status"] == "Interrupted" for x in job["SecondaryStatusTransitions"]))
    before = events_of(cloud, tuner, tmp_path)
    gate.touch()
    assert cloud.ended(tuner.name)["TrainingJobStatus"] == "Completed", cloud.log(tuner.name)

    events = events_of(cloud, tuner, tmp_path)
    assert events[: len(before)] == before
    assert [event["resumed"] for event in events if event["kind"] == "session"] == [False, True]
    elapsed = [event["elapsed"] for event in events]
    assert elapsed == sorted(elapsed)
    reports: dict[int, list[int]] = {}
    for event in events:
        if event["kind"] == "report":
            reports.setdefault(event["trial_id"], []).append(event["result"]["epoch"])
    finished = {event["trial_id"] for event in events if event.get("status") == "Completed"}
    assert len(finished) >= 6
    assert all(reports[trial_id] == list(range(1, 10)) for trial_id in finished)


def test_stopped_job_is_continued_by_another_one(cloud: Any, script: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    space = {**SPACE, "gate": str(gate)}
    name = {"tuner_name": "continued", "suffix_tuner_name": False}
    tuner = tuner_for(LocalBackend(script), num_trials=4, space=space, **name)
    launcher(cloud, tuner).run(wait=False)
    cloud.until("continued", lambda job: "best_metric_value" in cloud.log("continued"))
    with pytest.raises(BackendError, match="Job continued is under way"):
        launcher(cloud, tuner).run(wait=False)
    cloud.sagemaker.stop_training_job(TrainingJobName="continued")
    assert cloud.ended("continued")["TrainingJobStatus"] == "Stopped"
    assert events_of(cloud, tuner, tmp_path)[-1]["kind"] == "end"
    gate.touch()

    launcher(cloud, tuner_for(LocalBackend(script), num_trials=4, space=space, **name)).run()
    assert cloud.describe("continued-1")["TrainingJobStatus"] == "Completed"
    sessions = [event for event in events_of(cloud, tuner, tmp_path) if event["kind"] == "session"]
    assert [event["resumed"] for event in sessions] == [False, True]


def test_trials_of_a_remote_tuner_are_jobs_too(cloud: Any, script: Path, tmp_path: Path) -> None:
    """W-22: also when the instance of the tuner is taken away while they run."""
    request = {**REQUEST, "entry_point": script.name, "source_dir": str(script.parent)}
    gate = tmp_path / "gate"
    space = {**SPACE, "gate": str(gate)}
    tuner = Tuner(
        trial_backend=SageMakerBackend(request, metrics_names=["loss"], s3_path=cloud.s3_path),
        scheduler=ASHA(
            space, metric="loss", resource_attr="epoch", max_resource_attr="epochs", type="promotion", random_seed=1
        ),
        stop_criterion=StoppingCriterion(max_num_trials_started=4),
        n_workers=2,
        tuner_name="both",
    )
    launcher(cloud, tuner, use_spot_instances=True, max_run=3600, max_wait=7200).run(wait=False)
    cloud.until(tuner.name, lambda job: "best_metric_value" in cloud.log(tuner.name))
    cloud.control("interrupt", job=tuner.name)
    gate.touch()
    assert cloud.ended(tuner.name)["TrainingJobStatus"] == "Completed", cloud.log(tuner.name)

    assert {f"{trial_id}-{tuner.name}" for trial_id in range(4)} <= set(cloud.names())
    events = events_of(cloud, tuner, tmp_path)
    assert [event["resumed"] for event in events if event["kind"] == "session"] == [False, True]
    reports = [(event["trial_id"], event["result"]["epoch"]) for event in events if event["kind"] == "report"]
    assert len(reports) == len(set(reports))
    assert {trial_id for trial_id, _ in reports} == {0, 1, 2, 3}
    (folder,) = download_study(tuner.name, s3_path=cloud.s3_path)
    results = load_experiment(str(folder)).results
    assert results is not None
    assert len(results) == len(reports)
    inside = {key.removeprefix(f"syne-tune/{tuner.name}/") for key in cloud.keys(f"syne-tune/{tuner.name}/")}
    assert all("/" not in name for name in inside), "checkpoints of trials are not copied to the instance of the tuner"


def test_jobs_of_trials_end_with_the_job_of_their_tuner(cloud: Any, script: Path) -> None:
    request = {**REQUEST, "entry_point": script.name, "source_dir": str(script.parent)}
    space = {**SPACE, "pause": 60}
    tuner = tuner_for(SageMakerBackend(request, s3_path=cloud.s3_path), space=space, tuner_name="orphans")
    launcher(cloud, tuner).run(wait=False)
    trials = [f"0-{tuner.name}", f"1-{tuner.name}"]
    cloud.until(tuner.name, lambda job: set(trials) <= set(cloud.names()))
    cloud.sagemaker.stop_training_job(TrainingJobName=tuner.name)
    assert [cloud.ended(name)["TrainingJobStatus"] for name in trials] == ["Stopped", "Stopped"]


def test_code_the_job_lacks_is_named(cloud: Any, script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = script.parent.parent / "elsewhere"
    folder.mkdir()
    (folder / "my_callbacks_elsewhere.py").write_text(
        "from syne_tune.tuner_callback import TunerCallback\nclass Mine(TunerCallback):\n    pass\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    from my_callbacks_elsewhere import Mine  # type: ignore[import-not-found]

    tuner = tuner_for(LocalBackend(script), callbacks=[Mine()])
    with pytest.raises(BackendError, match=r"No module named 'my_callbacks_elsewhere'.*dependencies=\[\.\.\.\]"):
        launcher(cloud, tuner).run()
    other = tuner_for(LocalBackend(script), callbacks=[Mine()])
    launcher(cloud, other, dependencies=[str(folder / "my_callbacks_elsewhere.py")]).run()


def test_mistakes_are_refused_here(cloud: Any, script: Path) -> None:
    tuner = tuner_for(LocalBackend(script))
    with pytest.raises(OptionError, match="dependency 'nowhere' does not exist"):
        RemoteLauncher(tuner, dependencies=["nowhere"])
    with pytest.raises(OptionError, match=r"volumesize=3 is no argument.*did you mean 'volume_size'"):
        RemoteLauncher(tuner, volumesize=3)
    with pytest.raises(OptionError, match=r"\['role', 'max_run'\] say what estimator says already"):
        RemoteLauncher(tuner, role="arn", estimator=REQUEST, max_run=3)
    with pytest.raises(OptionError, match="syne-tune jobs serve"):
        RemoteLauncher(tuner, instance_type="local")
    tuner.stop_criterion = threading.Lock()  # type: ignore[assignment]
    with pytest.raises(OptionError, match="cannot be pickled"):
        launcher(cloud, tuner).run()
    with pytest.raises(BackendError, match=r"image.*'nothing:latest'"):
        RemoteLauncher(tuner_for(LocalBackend(script)), s3_path=cloud.s3_path, image_uri="nothing:latest").run()


def test_estimator_in_place_of_options(cloud: Any, script: Path) -> None:
    """Anything that describes a job does, a plain request for one. The level of logging is an argument of the job."""
    request = {**REQUEST, "RoleArn": "arn:aws:iam::123456789012:role/somebody"}
    tuner = tuner_for(LocalBackend(script))
    RemoteLauncher(tuner, s3_path=cloud.s3_path, estimator=request, log_level=40).run()
    job = cloud.describe(tuner.name)
    assert (job["RoleArn"], job["ResourceConfig"]["InstanceType"]) == (request["RoleArn"], "ml.m5.large")
    assert job["HyperParameters"]["log_level"] == "40"
    assert "INFO" not in cloud.log(tuner.name)
