from __future__ import annotations

import os
from typing import Any

import pytest

from syne_tune.experiments.benchmark_definitions import SurrogateBenchmarkDefinition
from syne_tune.experiments.launchers.execute import DONE, FAILED, Outcome
from syne_tune.experiments.launchers.grid import exit_code
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.hpo_main_simulator import start_experiment_simulated_backend
from syne_tune.experiments.launchers.plan import PlannedExperiment
from syne_tune.experiments.launchers.program import run_as_program

ONE = PlannedExperiment("A", 0, "x")


def interrupted() -> int:
    raise KeyboardInterrupt


def test_dead_process_is_reported(definitions: dict[str, SurrogateBenchmarkDefinition], root: Any) -> None:
    def dies(arguments: Any) -> Any:
        os._exit(3)

    settings = ConfigDict({"experiment_tag": "study", "num_processes": 2}, "simulator")
    outcomes = start_experiment_simulated_backend(settings, {"dies": dies}, definitions)
    assert [outcome.state for outcome in outcomes] == [FAILED, FAILED]
    assert "call again" in outcomes[0].message


def test_exit_code() -> None:
    assert exit_code([]) == 0
    assert exit_code([Outcome(ONE, DONE)]) == 0
    assert exit_code([Outcome(ONE, DONE), Outcome(ONE, FAILED)]) == 1


def test_interrupted_program_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        run_as_program(interrupted)
    assert exit_info.value.code == 130
    assert "goes on" in capsys.readouterr().err


def test_program_that_went_well_just_ends() -> None:
    run_as_program(lambda: 0)
