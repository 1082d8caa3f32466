"""Trials of a simulation are what they were when a snapshot is read, however compact it is."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from syne_tune.backend.simulator_backend.run import ReportTable
from syne_tune.backend.simulator_backend.simulated_trials import SimulatedTrials
from syne_tune.backend.simulator_backend.simulator_backend import SimulatorBackend
from syne_tune.backend.simulator_backend.simulator_config import SimulatorConfig
from syne_tune.trial import Config, Failure, FailureCause, Result, Status

NAMES = ("loss", "elapsed")


class Tabular(SimulatorBackend):
    """Three reports per trial: as a table, as dictionaries if ``x`` is divisible by 3, none if by 5."""

    def __init__(self) -> None:
        super().__init__("script.py", "elapsed", SimulatorConfig(0.0, 0.0, 0.0, 0.0))

    def _run_job_and_collect_results(self, trial_id: int, config: Config) -> tuple[Sequence[Result], Failure | None]:
        x = config["x"]
        if x % 5 == 0:
            return (), Failure(FailureCause.ERROR, "made up")
        values = np.array([[x / epoch, 10.0 * epoch] for epoch in (1, 2, 3)])
        table = ReportTable(NAMES, values, "epoch", [1, 2, 3])
        return (list(table) if x % 3 == 0 else table), None


@pytest.fixture
def backend() -> Tabular:
    """Trials that have completed, failed, are paused, run again, were stopped, run, and have just been started."""
    backend = Tabular()
    for x in (1, 3, 5, 6, 7):
        backend.start_trial({"x": x})
    play(backend, 15.0)
    backend.pause_trial(0)
    backend.stop_trial(1)
    play(backend, 22.0)
    backend.resume_trial(0, {"x": 2})
    play(backend, 28.0)
    backend.start_trial({"x": 8})
    play(backend, 33.0)
    backend.start_trial({"x": 11})
    backend.start_trial({"x": 13})
    play(backend, 45.0)
    backend.pause_trial(6)
    return backend


def play(backend: SimulatorBackend, until: float) -> list[tuple[int, Result]]:
    """Reports from now on."""
    found = []
    while (time := backend._queue.next_time()) is not None and time <= until:
        backend.wait(1.0)
        _, results = backend.fetch_status_results(backend.trial_ids)
        found += results
    backend.clock.advance_to(until)
    return found


def described(trials: SimulatedTrials) -> list[Any]:
    """All that can be told of trials."""
    return [
        {
            **{name: value for name, value in vars(trial).items() if name != "runs"},
            "metrics": trial.metrics,
            "runs": [
                {name: getattr(run, name) for name in type(run).__slots__ if name != "reports"} for run in trial.runs
            ],
            "tables": [type(run.reports) for run in trial.runs],
        }
        for trial in trials.values()
    ]


def test_trials_are_restored(backend: Tabular) -> None:
    trials = backend._trial_dict
    assert {trial.status for trial in trials.values()} == {
        *(Status.completed, Status.failed, Status.paused, Status.stopped, Status.in_progress)
    }
    restored = pickle.loads(pickle.dumps(trials))
    assert isinstance(restored, SimulatedTrials)
    assert list(restored) == list(trials)
    assert described(restored) == described(trials)


def test_a_backend_goes_on_with_its_runs(backend: Tabular) -> None:
    restored = pickle.loads(pickle.dumps(backend))
    assert restored._runs.keys() == backend._runs.keys()
    assert len(restored._runs) > 0
    for trial_id, run in restored._runs.items():
        assert restored._trial_dict[trial_id].runs[-1] is run
    backend.resume_trial(6)
    restored.resume_trial(6)
    rest = play(backend, 200.0)
    assert len(rest) > 3
    assert play(restored, 200.0) == rest
    assert described(restored._trial_dict) == described(backend._trial_dict)


def test_reports_that_a_run_did_not_come_to_make_are_left_out() -> None:
    backend = Tabular()
    for _ in range(2):
        backend.start_trial({"x": 1})
    play(backend, 15.0)
    backend.stop_all()
    restored = pickle.loads(pickle.dumps(backend._trial_dict))
    assert [len(trial.runs[0].reports) for trial in restored.values()] == [1, 1]
    assert [trial.metrics for trial in restored.values()] == [trial.metrics for trial in backend._trial_dict.values()]


def test_tables_of_different_width_are_restored() -> None:
    class Wide(Tabular):
        def _run_job_and_collect_results(self, trial_id: int, config: Config) -> Any:
            more = ("more",) * (trial_id % 2)
            values = np.full((2, 2 + len(more)), 10.0 * (1 + trial_id))
            values[:, 1] = [10.0, 20.0]
            return ReportTable((*NAMES, *more), values, None, ()), None

    backend = Wide()
    for x in range(3):
        backend.start_trial({"x": x})
    play(backend, 100.0)
    assert described(pickle.loads(pickle.dumps(backend._trial_dict))) == described(backend._trial_dict)
