"""Experiments of a study as jobs: ``syne_tune.experiments.launchers.launch_remote_*`` and the service."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from syne_tune.errors import BackendError, OptionError
from syne_tune.event_log import read_events
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.launch_remote_local import launch_remote_experiments
from syne_tune.experiments.s3_download import download_study

STUDY = """
from pathlib import Path

from syne_tune.config_space import uniform
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.experiments.default_baselines import RandomSearch

methods = {"RS": lambda arguments: RandomSearch(arguments)}


def definitions(sagemaker_backend=False, **kwargs):
    values = {
        "script": Path(__file__).parent / "scripts" / "train.py",
        "config_space": {"x": uniform(0, 1), "epochs": 9, "gate": "GATE"},
        "max_wallclock_time": 600,
        "max_num_evaluations": 100,
        "n_workers": 2,
        "instance_type": "ml.m5.large",
        "metric": ["loss", "time"],
        "mode": ["min", "min"],
        "max_resource_attr": "epochs",
        "resource_attr": "epoch",
        "framework": "PyTorch",
        "estimator_kwargs": {"use_spot_instances": True, "max_wait": 7200, "max_run": 3600},
    }
    return {"small": RealBenchmarkDefinition(**{**values, **kwargs})}
"""
HPO_MAIN = """
from study_of_a_test import definitions, methods
from syne_tune.experiments.launchers.hpo_main_local import main

if __name__ == "__main__":
    main(methods, definitions)
"""
SCRIPT = """
import argparse, os, time
from syne_tune import Reporter

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
parser.add_argument("--epochs", type=int)
parser.add_argument("--gate")
args, _ = parser.parse_known_args()
report = Reporter()
for epoch in range(1, args.epochs + 1):
    time.sleep(0.05)
    while epoch > 3 and not os.path.exists(args.gate):
        time.sleep(0.05)
    report(epoch=epoch, loss=args.x + 1 / epoch, time=epoch * 0.05)
"""
"""Waits after three reports until a file exists, so that a test that is slow is not late."""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path / "study"
    (folder / "scripts").mkdir(parents=True)
    (folder / "hpo_main.py").write_text(HPO_MAIN)
    (folder / "study_of_a_test.py").write_text(STUDY.replace("GATE", str(tmp_path / "gate")))
    (folder / "scripts" / "train.py").write_text(SCRIPT)
    specification = importlib.util.spec_from_file_location("study_of_a_test", folder / "study_of_a_test.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "study_of_a_test", module)
    specification.loader.exec_module(module)
    return module


def launch(study: Any, **settings: Any) -> list[str]:
    entry_point = Path(study.__file__).with_name("hpo_main.py")
    jobs = launch_remote_experiments(ConfigDict(settings), entry_point, study.methods, study.definitions)
    return [job.name for job in jobs]


def test_w22_experiment_goes_on_where_its_instance_was_taken_away(cloud: Any, study: Any, tmp_path: Path) -> None:
    """W-22 and W-33: the results so far come back with the checkpoints; of several metrics the first is published."""
    (name,) = launch(study, experiment_tag="interrupted")
    cloud.until(name, lambda job: "best_metric_value" in cloud.log(name))
    cloud.until(name, lambda job: any(key.endswith("events.jsonl") for key in cloud.keys("syne-tune/interrupted/")))
    cloud.control("interrupt", job=name)
    (tmp_path / "gate").touch()
    job = cloud.ended(name)
    assert job["TrainingJobStatus"] == "Completed", cloud.log(name)
    assert any(step["Status"] == "Interrupted" for step in job["SecondaryStatusTransitions"])
    (folder,) = download_study("interrupted")
    events = list(read_events(folder / "events.jsonl"))
    assert [event["resumed"] for event in events if event["kind"] == "session"] == [False, True]
    reports = [(event["trial_id"], event["result"]["epoch"]) for event in events if event["kind"] == "report"]
    assert len(reports) == len(set(reports)) >= 100
    values = [event["result"]["loss"] for event in events if event["kind"] == "report"]
    final = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert final["best_metric_value"] == pytest.approx(min(values))


def test_quota_is_waited_for(cloud: Any, study: Any) -> None:
    """W-26: launchers gave up silently after their last try."""
    cloud.control("faults", quotas={"ml.m5.large": 1}, start_delay=600)
    settings = {"num_seeds": 2, "max_wallclock_time": 1}
    with pytest.raises(BackendError, match=r"Job q-RS-\d-.* cannot be created \(tries: 1\).*ml\.m5\.large"):
        launch(study, experiment_tag="q", estimator_fit_backoff_wait_time=0, **settings)
    (first,) = [name for name in cloud.names() if name.startswith("q-RS-0-")]
    cloud.sagemaker.stop_training_job(TrainingJobName=first)
    cloud.ended(first)
    cloud.control("faults", start_delay=0)
    names = launch(study, experiment_tag="waits", estimator_fit_backoff_wait_time=1, **settings)
    assert [cloud.ended(name)["TrainingJobStatus"] for name in names] == ["Completed", "Completed"]


def test_mistakes_are_refused_before_anything_starts(cloud: Any, study: Any) -> None:
    before = cloud.names()
    with pytest.raises(OptionError, match="method = 'BO'"):
        launch(study, experiment_tag="wrong", method="BO")
    nowhere = Path(study.__file__).with_name("nothing.py")
    with pytest.raises(OptionError, match=r"nothing\.py.*there is no such file"):
        launch_remote_experiments(ConfigDict({"experiment_tag": "wrong"}), nowhere, study.methods, study.definitions)
    entry_point = Path(study.__file__).with_name("hpo_main.py")
    with pytest.raises(OptionError, match="'no-such-folder' does not exist"):
        launch_remote_experiments(
            ConfigDict({"experiment_tag": "wrong"}), entry_point, study.methods, study.definitions, ["no-such-folder"]
        )
    assert cloud.names() == before
