"""A study whose trials are jobs of the real SDK, version 2 or 3, through the service of ``sagemaker_service.py``."""

from __future__ import annotations

from typing import Any

from sagemaker_service import Cloud

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend
from syne_tune.config_space import randint
from syne_tune.experiment_folder import default_s3_bucket
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import RandomSearch


def check_trials_are_jobs(described: Any, cloud: Cloud, tuner_name: str, *, value_per_size: int, reported: str) -> None:
    """Runs a study of three trials of an estimator or trainer, and looks at what was reported.

    Args:
        described: With a script that reports ``value``, a multiple of ``size``; ``name``, and whether the object ``a``
            of its channel is ``there``.
        cloud: The service.
        tuner_name: Name of the study.
        value_per_size: That multiple.
        reported: What all trials report as ``name``.
    """
    bucket = default_s3_bucket()
    cloud.s3.put_object(Bucket=bucket, Key="d/a", Body=b"1")
    backend = SageMakerBackend(described, metrics_names=["value"], inputs={"train": f"s3://{bucket}/d"})
    backend.poll_interval = 0.25
    tuner = Tuner(
        backend,
        RandomSearch({"size": randint(1, 1000)}, metric="value"),
        StoppingCriterion(max_num_trials_finished=3),
        n_workers=2,
        tuner_name=tuner_name,
    )
    tuner.run()
    results = load_experiment(tuner.name).results
    finished = results[results["st_worker_iter"] == 0]
    assert len(finished) >= 3
    assert (finished["value"] == value_per_size * finished["config_size"]).all()
    assert (finished["name"] == reported).all()
    assert finished["there"].all()
    assert (finished["st_worker_cost"] > 0).all()
    job = cloud.completed(f"0-{tuner.name}")
    assert [one["MetricName"] for one in job["FinalMetricDataList"]] == ["value"]
