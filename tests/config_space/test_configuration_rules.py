"""What configurations must obey; see also ``test_space.py``."""

from __future__ import annotations

import pytest

from syne_tune.config_space import Constraint, active_if, randint, uniform
from syne_tune.config_space.configuration_rules import (
    cast_value,
    check_complete,
    check_none_inactive,
    check_unbroken,
    checked_values,
)
from syne_tune.errors import ConfigSpaceError

ENTRIES = {"n": randint(1, 3), "x": active_if(uniform(0, 1), n=[1, 2]), "epochs": 9}
FREE = {"n": ENTRIES["n"], "x": ENTRIES["x"]}


def test_values_are_cast_and_constants_left_out() -> None:
    assert checked_values({"n": "2", "epochs": "many"}, ENTRIES, "point") == {"n": 2}


def test_every_error_names_key_and_value() -> None:
    with pytest.raises(ConfigSpaceError, match=r"^n = 'x': "):
        cast_value("n", FREE["n"], "x")
    with pytest.raises(ConfigSpaceError, match=r"^point: n = 'x': "):
        checked_values({"n": "x"}, ENTRIES, "point")
    with pytest.raises(ConfigSpaceError, match=r"^point: n = nan: "):
        checked_values({"n": float("nan")}, ENTRIES, "point")
    with pytest.raises(ConfigSpaceError, match=r"^point: x is missing"):
        check_complete({"n": 1}, ["n", "x"], FREE, "point")
    with pytest.raises(ConfigSpaceError, match=r"^point: x = 0\.5 is given but not active; it needs n=\[1, 2\]"):
        check_none_inactive({"n": 3, "x": 0.5}, ["n"], FREE, "point")
    with pytest.raises(ConfigSpaceError, match=r"^point: the constraint 'n < 2' does not hold for n = 3"):
        check_unbroken({"n": 3}, [Constraint("n < 2")], "point")


def test_what_is_right_passes() -> None:
    check_complete({"n": 1, "x": 0.5}, ["n", "x"], FREE, "point")
    check_none_inactive({"n": 1}, ["n", "x"], FREE, "point")
    check_unbroken({"n": 3}, [], "point")
