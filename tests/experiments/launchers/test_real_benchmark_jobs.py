from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.experiments.benchmark_definitions import RealBenchmarkDefinition
from syne_tune.experiments.default_baselines import RandomSearch
from syne_tune.experiments.launchers.arguments import LOCAL, SAGEMAKER
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.real_benchmark_jobs import start_real_benchmark_jobs


@pytest.mark.parametrize("backend", [LOCAL, SAGEMAKER])
@pytest.mark.parametrize(("name", "wrong"), [("method", "SR"), ("benchmark", "tyni")])
def test_what_does_not_exist_is_refused_before_a_study_begins(
    backend: str, name: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "results"))
    script = tmp_path / "train.py"
    script.touch()
    benchmark = RealBenchmarkDefinition(
        script=script,
        config_space={"x": uniform(0, 1), "epochs": 3},
        max_wallclock_time=120,
        n_workers=2,
        instance_type="ml.c5.4xlarge",
        metric="loss",
        mode="min",
        max_resource_attr="epochs",
        framework="PyTorch",
    )
    settings = ConfigDict({"experiment_tag": "remote", name: wrong})
    with pytest.raises(OptionError, match=f"{name} = '{wrong}'"):
        start_real_benchmark_jobs(
            backend, settings, script, {"RS": RandomSearch}, lambda sagemaker_backend: {"tiny": benchmark}, None
        )
    assert not (tmp_path / "results").exists()
    assert capsys.readouterr().out == ""
