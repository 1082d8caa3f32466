"""Whole studies whose trials are paused, resumed and cloned as SageMaker jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from syne_tune import StoppingCriterion, Tuner
from syne_tune.config_space import uniform
from syne_tune.event_log import read_events
from syne_tune.optimizer.baselines import ASHA
from syne_tune.optimizer.schedulers import PopulationBasedTraining
from syne_tune.testing.sagemaker_conformance import slow_training
from syne_tune.testing.sagemaker_conformance.clouds import LocalCloud

SPACE: dict[str, Any] = {"value": uniform(0, 1), "num_reports": 9, "step_seconds": 0.02}


def run(cloud: LocalCloud, folder: Path, scheduler: Any, **options: Any) -> tuple[dict[int, list[int]], list[str]]:
    """The epochs that each trial has reported, and the names of all jobs."""
    tuner = Tuner(
        trial_backend=cloud.backend(cloud.request(slow_training.__file__)),
        scheduler=scheduler,
        n_workers=2,
        sleep_time=0.2,
        max_failures=0,
        tuner_name=cloud.study_name(folder),
        suffix_tuner_name=False,
        **options,
    )
    tuner.run()
    epochs: dict[int, list[int]] = {}
    for event in read_events(tuner.tuner_path / "events.jsonl"):
        if event["kind"] == "report":
            epochs.setdefault(event["trial_id"], []).append(event["result"]["epoch"])
    jobs = cloud.client("sagemaker").list_training_jobs(NameContains=tuner.name, MaxResults=100)
    return epochs, [job["TrainingJobName"] for job in jobs["TrainingJobSummaries"]]


def test_promoted_trials_go_on_as_new_jobs(cloud: LocalCloud, tmp_path: Path) -> None:
    """W-03: no report of a resumed job is lost; with ``max_resource_attr``, jobs end by themselves at the next rung."""
    scheduler = ASHA(
        SPACE,
        "loss",
        "epoch",
        type="promotion",
        max_resource_attr="num_reports",
        grace_period=1,
        reduction_factor=3,
        random_seed=1,
    )
    epochs, jobs = run(cloud, tmp_path, scheduler, stop_criterion=StoppingCriterion(max_num_evaluations=14))
    assert max(map(len, epochs.values())) >= 3
    for trial_id, seen in epochs.items():
        assert seen == list(range(1, len(seen) + 1)), trial_id
    assert any("-1-check" in name for name in jobs)
    assert len(jobs) == len(set(jobs))


def test_cloned_trials_start_from_the_checkpoint_of_another(cloud: LocalCloud, tmp_path: Path) -> None:
    scheduler = PopulationBasedTraining(
        {**SPACE, "num_reports": 100, "step_seconds": 0.1},
        metric="loss",
        resource_attr="epoch",
        population_size=2,
        perturbation_interval=3,
        max_t=100,
        quantile_fraction=0.5,
        mode="min",
        random_seed=1,
    )
    epochs, _ = run(cloud, tmp_path, scheduler, stop_criterion=StoppingCriterion(max_num_trials_started=4))
    for trial_id, seen in epochs.items():
        assert seen == list(range(seen[0], seen[0] + len(seen))), trial_id
    assert any(seen[0] > 1 for seen in epochs.values()), f"no trial was cloned: {epochs}"
