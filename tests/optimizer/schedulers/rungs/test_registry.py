from __future__ import annotations

import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.rungs.registry import (
    RUNG_SYSTEMS,
    make_bracket_manager,
    rung_system_class,
    threshold_configs,
)
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1)})
POINTS = [{"x": 0.1}, {"x": 0.1, "y": 0.5}, {"x": 0.7}]


def test_unknown_rule():
    with pytest.raises(OptionError, match="did you mean 'promotion'"):
        rung_system_class("promtion")


@pytest.mark.parametrize("brackets", [0, -1, 1.5, True])
def test_brackets_are_checked_also_at_zero(brackets):
    """Row 7.3: checks with a bound of zero were skipped."""
    with pytest.raises(OptionError, match="brackets = "):
        make_bracket_manager(RUNG_SYSTEMS["stopping"], [1], "loss", "min", "epoch", 9, brackets, False, RungOptions())


def test_threshold_configurations_are_the_first_points_before_duplicates_are_dropped():
    """W18: duplicates were dropped first, so that ordinary random trials became thresholds."""
    known = threshold_configs({"num_threshold_candidates": 2}, POINTS, SPACE)
    assert known == [{"x": 0.1, "y": 0.5}, {"x": 0.1, "y": 0.5}]
    assert threshold_configs({}, POINTS, SPACE) == []
    assert threshold_configs({"num_threshold_candidates": 1}, None, SPACE) == [{"x": 0.5, "y": 0.5}]


@pytest.mark.parametrize("number", [-1, 4, 1.0, True])
def test_number_of_threshold_candidates_is_checked(number):
    with pytest.raises(OptionError, match="between 0 and 3"):
        threshold_configs({"num_threshold_candidates": number}, POINTS, SPACE)


def test_unknown_option():
    with pytest.raises(OptionError, match="did you mean 'num_threshold_candidates'"):
        threshold_configs({"num_threshold": 1}, POINTS, SPACE)
