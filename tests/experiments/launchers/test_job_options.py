from __future__ import annotations

from pathlib import Path
from typing import Any

from syne_tune.config_space import uniform
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.job_options import options_of_benchmark, options_without_trials
from syne_tune.experiments.launchers.published_metrics import published_metrics, tuning_metrics_callbacks


def benchmark(**values: Any) -> RealBenchmarkDefinition:
    usual: dict[str, Any] = {
        "script": Path("train.py"),
        "config_space": {"lr": uniform(0, 1), "epochs": 9},
        "max_wallclock_time": 10000,
        "n_workers": 4,
        "instance_type": "ml.g4dn.xlarge",
        "metric": "loss",
        "mode": "min",
        "max_resource_attr": "epochs",
        "resource_attr": "epoch",
        "framework": "PyTorch",
    }
    return RealBenchmarkDefinition(**{**usual, **values})


def test_jobs_of_a_benchmark_run_where_it_says() -> None:
    assert options_of_benchmark(benchmark()) == {
        "framework": "PyTorch",
        "instance_type": "ml.g4dn.xlarge",
        "max_run": 12000,
    }
    own = options_of_benchmark(benchmark(estimator_kwargs={"framework_version": "2.3.0", "max_run": 5}))
    assert (own["framework_version"], own["max_run"]) == ("2.3.0", 5)


def test_short_budgets_leave_time_to_start() -> None:
    assert options_of_benchmark(benchmark(max_wallclock_time=10))["max_run"] == 610


def test_tuners_without_trials_need_no_gpu() -> None:
    assert options_without_trials(benchmark())["instance_type"] == "ml.c5.4xlarge"
    assert options_without_trials()["max_run"] == 72 * 3600


def settings(**values: Any) -> ConfigDict:
    return ConfigDict({"experiment_tag": "x", **values})


def test_w33_only_jobs_print_metrics() -> None:
    """W-33: local runs printed report lines, too; a list of metrics was an error."""
    several = benchmark(metric=["loss", "time"], mode=["min", "min"])
    assert tuning_metrics_callbacks(settings(), several) == []
    assert tuning_metrics_callbacks(settings(launched_remotely=True, remote_tuning_metrics=False), several) == []
    (callback,) = tuning_metrics_callbacks(settings(launched_remotely=True), several)
    names = ["best_metric_value", "best_trial_id", "best_resource_value", "best_hp_lr"]
    assert vars(callback)["metric_names"] == published_metrics(settings(), several) == names
    assert published_metrics(settings(remote_tuning_metrics=False), several) == []
