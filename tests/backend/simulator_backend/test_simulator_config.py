from __future__ import annotations

import pytest

from syne_tune.backend.simulator_backend.simulator_config import DEFAULT_DELAY, SimulatorConfig
from syne_tune.errors import OptionError


def test_default() -> None:
    assert set(vars(SimulatorConfig()).values()) == {DEFAULT_DELAY}


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), "1", True])
def test_must_be_numbers_of_seconds(value: object) -> None:
    with pytest.raises(OptionError, match=r"delay_start=.*number of seconds"):
        SimulatorConfig(delay_start=value)  # type: ignore[arg-type]


def test_job_cannot_end_before_its_last_report() -> None:
    with pytest.raises(OptionError, match=r"delay_complete_after_final_report=0\.05 must not be smaller"):
        SimulatorConfig(delay_on_trial_result=1.0)
