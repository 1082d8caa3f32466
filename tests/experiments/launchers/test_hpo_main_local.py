from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.event_log import read_events
from syne_tune.experiments import load_experiments_df
from syne_tune.experiments.benchmark_definitions import RealBenchmarkDefinition
from syne_tune.experiments.default_baselines import RandomSearch
from syne_tune.experiments.launchers import hpo_main_local
from syne_tune.experiments.launchers.execute import CONTINUED, DONE, FAILED, SKIPPED
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.hpo_main_local import start_experiment_local_backend

SCRIPT = """
from argparse import ArgumentParser
from pathlib import Path

from syne_tune import Reporter

parser = ArgumentParser()
parser.add_argument("--x", type=float)
parser.add_argument("--epochs", type=int)
parser.add_argument("--broken", type=str)
args, _ = parser.parse_known_args()
if Path(args.broken).exists():
    raise RuntimeError("no such luck")
report = Reporter()
for epoch in range(1, args.epochs + 1):
    report(epoch=epoch, loss=args.x / epoch)
"""

METHODS = {"RS": RandomSearch}


@pytest.fixture
def benchmark(tmp_path: Path) -> RealBenchmarkDefinition:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    return RealBenchmarkDefinition(
        script=script,
        config_space={"x": uniform(0, 1), "epochs": 2, "broken": str(tmp_path / "broken")},
        max_wallclock_time=120,
        n_workers=2,
        instance_type="ml.c5.4xlarge",
        metric="loss",
        mode="min",
        max_resource_attr="epochs",
        framework="PyTorch",
        resource_attr="epoch",
        max_num_evaluations=6,
    )


def definitions_of(benchmark: RealBenchmarkDefinition) -> Any:
    def definitions(sagemaker_backend: bool = False, **kwargs: Any) -> dict[str, RealBenchmarkDefinition]:
        return {"tiny": benchmark}

    return definitions


def settings(**values: Any) -> ConfigDict:
    return ConfigDict({"experiment_tag": "local", "random_seed": 3, **values})


def folders_of(study: Path) -> list[Path]:
    return sorted(path.parent for path in study.rglob("metadata.json"))


def test_runs_trials_and_writes_metadata(benchmark: RealBenchmarkDefinition, root: Path) -> None:
    (outcome,) = start_experiment_local_backend(settings(n_workers=1), METHODS, definitions_of(benchmark))
    assert outcome.state == DONE
    (folder,) = folders_of(root / "local" / "RS-0")
    assert folder.name.startswith("local-tiny-0-")
    metadata = json.loads((folder / "metadata.json").read_text())
    expected = {
        "n_workers": 1,
        "max_wallclock_time": 120,
        "instance_type": "ml.c5.4xlarge",
        "num_gpus_per_trial": 1,
        "random_seed": 3,
        "algorithm": "RS",
    }
    assert expected.items() <= metadata.items()
    assert len(load_experiments_df(root=root)) == 6


def test_experiment_that_ended_before_any_report_says_so(
    benchmark: RealBenchmarkDefinition, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a budget of two seconds, all experiments were just 'done', and comparisons lacked them without a word."""
    Path(benchmark.script).write_text("import time\ntime.sleep(60)\n")
    (outcome,) = start_experiment_local_backend(settings(max_wallclock_time=1), METHODS, definitions_of(benchmark))
    assert outcome.state == DONE
    assert "RS, seed 0, tiny: done: no trial has reported a finite loss" in capsys.readouterr().out


def test_what_is_finished_is_not_announced(
    benchmark: RealBenchmarkDefinition, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for announced in (1, 0):
        start_experiment_local_backend(settings(), METHODS, definitions_of(benchmark))
        assert capsys.readouterr().out.count("begins") == announced


def test_half_done_experiment_goes_on(benchmark: RealBenchmarkDefinition, root: Path) -> None:
    """What a killed launcher left is continued from its log, without a snapshot."""
    start_experiment_local_backend(settings(), METHODS, definitions_of(benchmark))
    (folder,) = folders_of(root / "local")
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    kinds = [event["kind"] for event in read_events(folder / "events.jsonl")]
    reports = [i for i, kind in enumerate(kinds) if kind == "report"]
    (folder / "events.jsonl").write_bytes(b"".join(lines[: reports[2] + 1]))
    (folder / "outcome.json").unlink()

    (outcome,) = start_experiment_local_backend(settings(), METHODS, definitions_of(benchmark))
    assert outcome.state == CONTINUED
    assert outcome.folder == folder
    events = list(read_events(folder / "events.jsonl"))
    assert [event["resumed"] for event in events if event["kind"] == "session"] == [False, True]
    assert sum(event["kind"] == "report" for event in events) == 6
    assert len(load_experiments_df(root=root)) == 6
    (outcome,) = start_experiment_local_backend(settings(), METHODS, definitions_of(benchmark))
    assert outcome.state == SKIPPED


def test_failed_experiment_is_run_again_and_counts_once(
    benchmark: RealBenchmarkDefinition, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken").touch()
    (outcome,) = start_experiment_local_backend(settings(), METHODS, definitions_of(benchmark))
    assert outcome.state == FAILED
    assert "no such luck" in outcome.message
    (tmp_path / "broken").unlink()
    (outcome,) = start_experiment_local_backend(settings(), METHODS, definitions_of(benchmark))
    assert outcome.state == DONE
    assert len(folders_of(root / "local")) == 1


def test_gpus_reach_the_backend(
    benchmark: RealBenchmarkDefinition, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W-17: ``--gpus_to_use`` was documented but refused."""
    seen = []

    def backend(**kwargs: Any) -> LocalBackend:
        seen.append(kwargs)
        return LocalBackend(kwargs["entry_point"])

    monkeypatch.setattr(hpo_main_local, "LocalBackend", backend)
    configuration = settings(gpus_to_use=[4, 5], num_gpus_per_trial=2, delete_checkpoints=True)
    start_experiment_local_backend(configuration, METHODS, definitions_of(benchmark))
    assert seen[0]["gpus_to_use"] == [4, 5]
    assert seen[0]["num_gpus_per_trial"] == 2
    assert seen[0]["delete_checkpoints"] is True


def test_wallclock_time_scales_with_missing_workers(benchmark: RealBenchmarkDefinition, root: Path) -> None:
    """W-18: ``--scale_max_wallclock_time`` had no effect for real benchmarks."""
    configuration = settings(n_workers=1, scale_max_wallclock_time=True)
    start_experiment_local_backend(configuration, METHODS, definitions_of(benchmark))
    (folder,) = folders_of(root / "local")
    assert json.loads((folder / "metadata.json").read_text())["max_wallclock_time"] == 240


def test_unknown_benchmark_names_the_nearest(benchmark: RealBenchmarkDefinition) -> None:
    with pytest.raises(OptionError, match="did you mean 'tiny'"):
        start_experiment_local_backend(settings(benchmark="tyni"), METHODS, definitions_of(benchmark))


def test_launcher_imports_nothing_of_aws(run_command: Any) -> None:
    """W-19: the local launcher imported boto3 and sagemaker."""
    load = "import sys, syne_tune.experiments.launchers.hpo_main_local"
    code = f"{load}; print({{'boto3', 'sagemaker'}} & set(sys.modules))"
    assert run_command(sys.executable, "-c", code).strip() == "set()"
