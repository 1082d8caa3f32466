from __future__ import annotations

import os
import signal

import pytest

from syne_tune.experiments.launchers.execute import DONE, FAILED, Outcome
from syne_tune.experiments.launchers.grid import exit_code
from syne_tune.experiments.launchers.plan import PlannedExperiment
from syne_tune.experiments.launchers.program import run_as_program

ONE = PlannedExperiment("A", 0, "x")


def interrupted() -> int:
    raise KeyboardInterrupt


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


def test_program_that_is_asked_to_end_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        run_as_program(lambda: os.kill(os.getpid(), signal.SIGTERM) or 0)
    assert exit_info.value.code == 143
    assert "goes on" in capsys.readouterr().err
