"""What is refused before anything is asked of AWS; runs are in ``tests/benchmarking/test_printed_commands.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.experiments.default_baselines import RandomSearch
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.hpo_main_sagemaker import start_experiment_sagemaker_backend

METHODS = {"RS": RandomSearch, "other": RandomSearch}


def definitions(sagemaker_backend: bool) -> dict[str, RealBenchmarkDefinition]:
    assert sagemaker_backend
    values: dict[str, Any] = {
        "script": Path("train.py"),
        "config_space": {"lr": uniform(0, 1), "epochs": 9},
        "max_wallclock_time": 10,
        "n_workers": 1,
        "instance_type": "ml.m5.large",
        "metric": "loss",
        "mode": "min",
        "max_resource_attr": "epochs",
        "framework": "PyTorch",
    }
    return {"small": RealBenchmarkDefinition(**values)}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "2 experiments: a call runs just one"),
        ({"method": "RS", "num_seeds": 2}, "2 experiments: a call runs just one"),
        ({"method": "SR"}, "did you mean 'RS'"),
        ({"method": "RS", "benchmark": "smal"}, "did you mean 'small'"),
    ],
)
def test_refused(values: dict[str, Any], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OptionError, match=message):
        start_experiment_sagemaker_backend(ConfigDict({"experiment_tag": "x", **values}), METHODS, definitions)
