"""How commands answer: tables for people, or one JSON value for programs."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from syne_tune import jsonio

_WIDTH_WITHOUT_TERMINAL = 160


class Output:
    """Standard output of a command.

    Args:
        as_json: Whether to print JSON instead of what people like to read.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.console = wide_console()

    def answer(self, data: Any, *shown: RenderableType) -> None:
        """Prints the result of the command.

        Args:
            data: The result for programs, JSON-ready.
            *shown: The same for people, one below the other.
        """
        if self.as_json:
            sys.stdout.write(jsonio.dumps(data, indent=2) + "\n")
            return
        previous: RenderableType | None = None
        for part in shown:
            if isinstance(previous, Table) or (isinstance(part, Table) and previous is not None):
                self.console.print()
            if isinstance(part, str):
                self.console.print(part, markup=False, highlight=False, soft_wrap=True)
            else:
                self.console.print(part)
            previous = part

    def progress_console(self) -> Console:
        """Where to show what is going on: standard error if standard output is for JSON."""
        return wide_console(stderr=True) if self.as_json else self.console


def wide_console(stderr: bool = False) -> Console:
    """A console that leaves tables enough room when it writes to a file or pipe, unless ``COLUMNS`` says how much."""
    console = Console(stderr=stderr)
    if console.is_terminal or "COLUMNS" in os.environ:
        return console
    return Console(stderr=stderr, width=_WIDTH_WITHOUT_TERMINAL)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A plain table. The first column stays on one line, cells of the others are wrapped, never cut.

    Args:
        headings: One per column.
        rows: Cells, in order of the columns; ``None`` shows as a dash.
    """
    result = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for position, heading in enumerate(headings):
        result.add_column(heading, overflow="fold", no_wrap=position == 0)
    for row in rows:
        result.add_row(*(Text("-" if cell is None else str(cell)) for cell in row))
    return result


def short(value: object) -> str:
    """A value for people: floats with six significant digits."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def listed(config: Mapping[str, object]) -> str:
    """A configuration for people, on one line."""
    return ", ".join(f"{name}={short(value)}" for name, value in config.items())


def duration(seconds: float) -> str:
    """Seconds for people, such as ``2:03:04``, or ``12.3 s`` below one minute."""
    return f"{seconds:.1f} s" if seconds < 60 else str(datetime.timedelta(seconds=round(seconds)))


def moment(timestamp: float) -> str:
    """A time in local time, to the minute.

    Args:
        timestamp: Seconds since the epoch.
    """
    return datetime.datetime.fromtimestamp(timestamp).strftime("%Y-%m-%d %H:%M")
