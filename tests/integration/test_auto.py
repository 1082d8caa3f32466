"""``scheduler="auto"`` from beginning to end: named, prepared while trials run, interrupted, replayed."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.in_process_backend import InProcessBackend
from syne_tune.backend.simulator_backend.simulator_backend import SimulatorBackend, SimulatorConfig
from syne_tune.config_space import randint, uniform
from syne_tune.errors import OptionError
from syne_tune.event_log import read_events
from syne_tune.optimizer.baselines import AutoScheduler, RandomSearch
from syne_tune.optimizer.schedulers.auto import pace

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1)}


def objective(x: float, y: float) -> Any:
    for epoch in range(1, 5):
        yield {"epoch": epoch, "loss": (x - 0.3) ** 2 + y / epoch}


class ShortTrials(SimulatorBackend):
    """One report after about a second; every ninth trial fails."""

    def __init__(self) -> None:
        super().__init__("short", elapsed_time_attr="elapsed_time", simulator_config=SimulatorConfig())

    def _run_job_and_collect_results(self, trial_id: int, config: dict[str, Any]) -> tuple[Any, Any]:
        seconds = 0.9 + 0.2 * (trial_id * 0.618 % 1)
        return [{"loss": (config["x"] - 0.3) ** 2 + config["y"], "elapsed_time": seconds}], None


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    monkeypatch.setattr(pace, "_FREE_WORKER_SECONDS", 0.0)
    return tmp_path


def tuner(backend: Any, scheduler: Any = "auto", trials: int = 10, workers: int = 2, **options: Any) -> Tuner:
    if scheduler == "auto":
        options = {"config_space": SPACE, "metric": "loss", **options}
    criterion = StoppingCriterion(max_num_trials_finished=trials)
    return Tuner(backend, scheduler, criterion, workers, tuner_name="auto", suffix_tuner_name=False, **options)


def suggestions(study: Tuner) -> list[Any]:
    events = read_events(study.tuner_path / "events.jsonl")
    return [(event["config"], event["reason"]) for event in events if event["kind"] == "suggest"]


def simulated(**options: Any) -> Tuner:
    scheduler = AutoScheduler(SPACE, metric="loss", random_seed=3)
    return tuner(ShortTrials(), scheduler, trials=100, workers=16, **options)


class TestByName:
    def test_tunes_a_function(self) -> None:
        study = tuner(InProcessBackend(objective))
        study.run()
        assert isinstance(study.scheduler, AutoScheduler)
        assert study.best_config()[1].keys() == SPACE.keys()
        assert study.metadata["scheduler_name"] == "AutoScheduler"

    def test_is_told_workers_and_budget(self) -> None:
        study = tuner(InProcessBackend(lambda a: {"loss": a}), config_space={"a": randint(1, 3)})
        study.run()
        assert "every configuration will be tried" in suggestions(study)[1][1]

    def test_mode_counts(self) -> None:
        study = tuner(InProcessBackend(objective), mode="max")
        assert study.scheduler.metric_mode() == "max"

    @pytest.mark.parametrize("missing", ["config_space", "metric"])
    def test_space_and_metric_are_needed(self, missing: str) -> None:
        with pytest.raises(OptionError, match="config_space and metric"):
            tuner(InProcessBackend(objective), **{missing: None})

    def test_unknown_name(self) -> None:
        with pytest.raises(OptionError, match="did you mean 'auto'"):
            tuner(InProcessBackend(objective), "outo", config_space=SPACE, metric="loss")

    def test_scheduler_has_a_space_of_its_own(self) -> None:
        with pytest.raises(OptionError, match="config_space"):
            tuner(InProcessBackend(objective), RandomSearch(SPACE, "loss"), config_space=SPACE)


class TestPreparing:
    def test_happens_while_trials_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        study = tuner(InProcessBackend(objective), RandomSearch(SPACE, "loss", random_seed=0), trials=3)
        running: list[int] = []
        monkeypatch.setattr(
            study.scheduler, "prepare", lambda: running.append(len(study._study.running)), raising=False
        )
        study.save_tuner = False
        study.run()
        assert running
        assert set(running) <= {1, 2}

    def test_changes_nothing(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        prepared = simulated()
        prepared.run()
        first = suggestions(prepared)
        assert any("of a batch" in reason for _, reason in first)
        monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "other"))
        monkeypatch.setattr(AutoScheduler, "prepare", lambda self: None)
        other = simulated()
        other.run()
        assert suggestions(other) == first

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
    def test_cut_anywhere_a_study_goes_on_alike(self, share: float, tmp_path: Path, caplog: Any) -> None:
        """The replay does not prepare; what comes after it does."""
        study = simulated()
        study.run()
        whole = suggestions(study)
        log = study.tuner_path / "events.jsonl"
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join(lines[: int(share * len(lines))]))
        num_before = len(suggestions(study))
        (study.tuner_path / "tuner.dill").unlink(missing_ok=True)
        with caplog.at_level(logging.WARNING):
            resumed = Tuner.load(study.tuner_path)
        assert "not deterministic" not in caplog.text
        assert suggestions(resumed) == whole[:num_before]
        expected = resumed.scheduler.suggest(num_before)
        assert expected is not None
        assert (expected.config, expected.reason) == whole[num_before]

    def test_times_of_a_real_run_are_replayed(self, caplog: Any) -> None:
        """Lengths of trials differ from run to run, but not from a log to its replay."""
        study = tuner(InProcessBackend(objective), trials=25, workers=4)
        study.run()
        (study.tuner_path / "tuner.dill").unlink()
        with caplog.at_level(logging.WARNING):
            Tuner.load(study.tuner_path)
        assert "not deterministic" not in caplog.text
