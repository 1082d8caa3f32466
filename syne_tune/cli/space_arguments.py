"""The search space on the command line: from a file, written in place, or both."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from syne_tune.config_space import Space
from syne_tune.config_space.parse import parse_entry, read_space
from syne_tune.errors import ConfigSpaceError, OptionError

_ENTRY = re.compile(r"(?P<name>[^=\s]+)=(?P<value>.+)", re.DOTALL)


def add_space_arguments(parser: ArgumentParser) -> None:
    """Declares ``--space`` and the entries written in place."""
    parser.add_argument(
        "entries",
        nargs="*",
        metavar="name=domain",
        help="one entry of the search space, such as 'lr=loguniform(1e-5, 1e-1)' or a constant such as epochs=27; "
        "wins over the file",
    )
    parser.add_argument("--space", metavar="FILE", help="YAML or JSON file with the search space")


def space_from(path: str | None, entries: Sequence[str]) -> Space:
    """The search space.

    Args:
        path: YAML or JSON file; ``None`` for none.
        entries: Texts of the form ``name=domain``; they win over the file.

    Raises:
        ConfigSpaceError: If a rule is broken; the message names file, key and rule.
        OptionError: If the file cannot be read, an entry has no ``=`` or comes twice, or there is no space at all.
    """
    if path is None and not entries:
        raise OptionError(
            "there is nothing to search over: name a file with --space FILE, or write entries such as "
            "'lr=loguniform(1e-5, 1e-1)'"
        )
    written: dict[str, Any] = {}
    for entry in entries:
        name, value = _parsed(entry)
        if name in written:
            raise OptionError(f"{entry!r}: there is another entry {name!r} before it; leave out one of them")
        written[name] = value
    if path is None:
        return Space(written)
    base = _from_file(path)
    return Space({**base, **written}, constraints=base.constraints)


def _from_file(path: str) -> Space:
    try:
        return read_space(path)
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"--space {path}: this file cannot be read ({error})") from error


def _parsed(entry: str) -> tuple[str, Any]:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise OptionError(f"{entry!r} is not of the form name=domain, such as 'lr=loguniform(1e-5, 1e-1)'")
    try:
        return match["name"], parse_entry(match["value"])
    except ConfigSpaceError as error:
        raise ConfigSpaceError(f"{match['name']}: {error}") from error
