"""What trials cost, how much of it a study may spend, and machines as hyperparameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.sagemaker_backend.instance_info import ENV_PRICES
from syne_tune.config_space import choice, randint
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.testing.sagemaker_conformance.clouds import LocalCloud

SCRIPT = """
import argparse, json, os, time
from syne_tune import Reporter

parser = argparse.ArgumentParser()
parser.add_argument("--st_instance_type", type=str)
parser.add_argument("--st_instance_count", type=int)
args, _ = parser.parse_known_args()
report = Reporter()
for epoch in range(2):
    time.sleep(0.1)
    report(loss=1.0, kind=args.st_instance_type or "", machines=len(json.loads(os.environ["SM_HOSTS"])))
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script, and prices at which it costs one or ten dollars per second."""
    prices = tmp_path / "prices.csv"
    prices.write_text("instance,dollars_per_hour\nml.m5.large,3600\nml.c5.xlarge,36000\n")
    monkeypatch.setenv(ENV_PRICES, str(prices))
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    (tmp_path / "code").mkdir()
    path = tmp_path / "code" / "train.py"
    path.write_text(SCRIPT)
    return path


def test_study_ends_when_its_money_is_spent(cloud: LocalCloud, script: Path) -> None:
    stop = StoppingCriterion(max_cost=0.5, max_num_trials_started=100)
    backend = cloud.backend(cloud.request(script))
    tuner = Tuner(backend, RandomSearch({"x": randint(1, 1000)}, metric="loss"), stop, n_workers=1, tuner_name="spend")
    tuner.run()
    results = load_experiment(tuner.name).results
    spent = results.groupby("trial_id")["st_worker_cost"].max()
    assert spent.sum() >= 0.5
    assert spent.iloc[:-1].sum() < 0.5 or len(spent) == 1
    assert (spent >= 0.1).all()


def test_machines_may_be_hyperparameters(cloud: LocalCloud, script: Path) -> None:
    space = {"st_instance_type": choice(["ml.m5.large", "ml.c5.xlarge"]), "st_instance_count": choice([1, 2])}
    points = [
        {"st_instance_type": "ml.m5.large", "st_instance_count": 1},
        {"st_instance_type": "ml.c5.xlarge", "st_instance_count": 2},
    ]
    scheduler = RandomSearch(space, metric="loss", points_to_evaluate=points)
    stop = StoppingCriterion(max_num_trials_started=2)
    tuner = Tuner(cloud.backend(cloud.request(script)), scheduler, stop, n_workers=2, tuner_name="machines")
    tuner.run()
    results = load_experiment(tuner.name).results
    for trial_id, (point, dollars_per_second) in enumerate(zip(points, (1, 20), strict=True)):
        mine = results[results["trial_id"] == trial_id]
        job = cloud.client("sagemaker").describe_training_job(TrainingJobName=f"{trial_id}-{tuner.name}")
        assert job["ResourceConfig"]["InstanceType"] == point["st_instance_type"]
        assert job["ResourceConfig"]["InstanceCount"] == point["st_instance_count"]
        assert set(mine["kind"]) == {point["st_instance_type"]}
        assert set(mine["machines"]) == {point["st_instance_count"]}
        assert mine["st_worker_cost"].to_numpy() == pytest.approx(
            dollars_per_second * mine["st_worker_time"].to_numpy()
        )
