"""Spaces on the command line of a training script."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.config_space.domain import Domain

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def add_to_argparse(parser: argparse.ArgumentParser, config_space: Mapping[str, Any]) -> None:
    """Adds one argument ``--name`` for each entry of a space, constants included.

    All are required, except conditional parameters, which are ``None`` where they are inactive.

    Args:
        parser: Is extended.
        config_space: Mapping from name to domain or constant.
    """
    for name, value in config_space.items():
        is_conditional = isinstance(value, Domain) and bool(value.conditions)
        parser.add_argument(f"--{name}", type=_reader(value), required=not is_conditional)


def _reader(value: Any) -> Callable[[str], Any]:
    """The function that reads values of the type of ``value``, or of its values if it is a domain."""
    value_type = value.value_type if isinstance(value, Domain) else type(value)
    if value_type is bool:
        return _read_bool
    return value_type if value_type in (int, float, str) else _read_literal


def _read_bool(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a boolean; write True or False")
    return _BOOLEANS[text.lower()]


def _read_literal(text: str) -> Any:
    """Reads lists, tuples, dictionaries and ``None``; other text stays as it is."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
