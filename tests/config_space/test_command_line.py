"""Spaces as arguments of a training script."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import pytest

from syne_tune.config_space import active_if, add_to_argparse, choice, finrange, loguniform, ordinal, randint, uniform

SPACE: dict[str, Any] = {
    "lr": loguniform(1e-5, 0.1),
    "n": randint(1, 3),
    "grid": finrange(1, 3, 3, cast_int=True),
    "o": ordinal(["s", "m"]),
    "flag": choice([True, False]),
    "shape": choice([(1, 2), (3, 4)]),
    "epochs": 9,
    "dataset": "digits",
    "layers": [1, 2],
    "nothing": None,
    "verbose": True,
}


def parse(space: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    parser = ArgumentParser()
    add_to_argparse(parser, space)
    arguments = [part for name, value in config.items() for part in (f"--{name}", str(value))]
    return vars(parser.parse_args(arguments))


def test_values_arrive_with_their_types() -> None:
    """7.6: booleans passed as "False" became ``True``."""
    config = {
        **{"lr": 1e-3, "n": 2, "grid": 3, "o": "m", "flag": False, "shape": (3, 4)},
        **{"epochs": 3, "dataset": "iris", "layers": [3], "nothing": None, "verbose": False},
    }
    parsed = parse(SPACE, config)
    assert parsed == config
    assert [type(value) for value in parsed.values()] == [type(value) for value in config.values()]


def test_all_entries_are_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(SPACE, {"lr": 0.01})
    assert "--epochs" in capsys.readouterr().err


def test_conditional_parameters_may_be_missing() -> None:
    space = {"o": choice(["a", "b"]), "x": active_if(uniform(0, 1), o="a")}
    assert parse(space, {"o": "b"}) == {"o": "b", "x": None}


def test_what_is_no_boolean_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse({"flag": True}, {"flag": "maybe"})
    assert "'maybe' is not a boolean" in capsys.readouterr().err


def test_text_that_is_no_literal_stays_text() -> None:
    assert parse({"layers": [1]}, {"layers": "all of them"}) == {"layers": "all of them"}
