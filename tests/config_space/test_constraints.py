"""Constraints on configurations."""

from __future__ import annotations

import pickle

import pytest

from syne_tune.config_space import Constraint
from syne_tune.config_space.constraints import as_constraints
from syne_tune.errors import ConfigSpaceError


def test_a_constraint_is_its_text() -> None:
    constraint = Constraint("batch_size * seq_len <= 65536")
    assert constraint == Constraint("batch_size * seq_len <= 65536") != Constraint("a < 1")
    assert hash(constraint) == hash(Constraint(constraint.text))
    assert constraint != constraint.text
    assert repr(constraint) == "Constraint('batch_size * seq_len <= 65536')"
    assert constraint.names == ("batch_size", "seq_len")
    assert pickle.loads(pickle.dumps(constraint)) == constraint


def test_single_configurations() -> None:
    constraint = Constraint("a * b <= 6")
    assert constraint.holds({"a": 2, "b": 3, "c": None})
    assert not constraint.holds({"a": 2, "b": 4})


def test_constraints_on_inactive_parameters_hold() -> None:
    assert Constraint("a * b <= 6").holds({"a": 100})


def test_many_configurations() -> None:
    columns = {"a": [1, 2, 3], "b": 2.0, "t": [(1, 2), (3,), (4,)], "s": ["x", "y", "x"]}
    assert Constraint("a * b <= 4").holds_many(columns, 3).tolist() == [True, True, False]
    assert Constraint("s == 'x'").holds_many(columns, 3).tolist() == [True, False, True]
    assert Constraint("t == 'x'").holds_many(columns, 3).tolist() == [False, False, False]
    assert Constraint("b < 1").holds_many(columns, 3).tolist() == [False, False, False]


def test_lists_of_texts_and_constraints() -> None:
    expected = (Constraint("a < 1"),)
    assert as_constraints(["a < 1"]) == as_constraints("a < 1") == as_constraints(expected[0]) == expected
    with pytest.raises(ConfigSpaceError, match="is not an expression"):
        as_constraints(["a <"])
