"""Many reports as one value: those that trials of a simulation make between two decisions.

Most reports change nothing: a trial that runs to its end, or is decided at epoch 9 next, goes on whatever it says at
epoch 4. Where the answer is known beforehand (:class:`Continuation`), such reports are handed on together, columns in
place of dictionaries, and every single one can still be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import starmap
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from syne_tune import number_texts
from syne_tune.trial import Result

Number = float  # or int: what a column holds


class Continuation(NamedTuple):
    """A promise of a scheduler: a trial goes on, whatever finite numbers it reports next.

    Attributes:
        reason: One sentence for a person; that of each of these decisions.
        facts: The numbers behind it, JSON-ready.
        resource_attr: Name of the resource that bounds the promise; ``None`` if it holds for all reports.
        above: It holds for reports whose resource is larger than this,
        below: and smaller than this.
    """

    reason: str
    facts: Mapping[str, Any]
    resource_attr: str | None = None
    above: float = 0.0
    below: float = float("inf")


class Wording:
    """A sentence with gaps, for decisions that differ in their numbers only.

    Args:
        template: As for :meth:`str.format`; its gaps are facts.
        names: Names of the facts, in order.
    """

    def __init__(self, template: str, names: Sequence[str]) -> None:
        self.template = template
        self.names = tuple(names)

    def facts(self, row: Sequence[Any]) -> dict[str, Any]:
        """The facts of one decision.

        Args:
            row: Their values, in the order of the names.
        """
        return dict(zip(self.names, row, strict=True))

    def answer(self, row: Sequence[Any]) -> tuple[str, dict[str, Any]]:
        """Reason and facts of one decision."""
        facts = self.facts(row)
        return self.template.format_map(facts), facts


def as_template(text: str) -> str:
    """A part of a :class:`Wording` that has no gaps."""
    return text.replace("{", "{{").replace("}", "}}")


@dataclass
class ReportBlock:
    """Reports of running trials in the order in which they were made.

    After each of them the trial went on, unless ``decisions`` says something else.

    Attributes:
        names: Keys of every report.
        trial_ids: One per report.
        times: When each was seen, in seconds since the epoch.
        rows: Values of each, in the order of ``names``; finite numbers.
        answers: The different reasons and facts of the decisions.
        answer_of: Position in ``answers``, by trial; empty if there is one answer for all.
        elapsed_before: What the running time of the tuner was
        since: at this time; from there on it is counted.
        decisions: One per report; ``None`` if all trials went on.
        arrays: ``trial_ids``, and ``rows`` as one array per name, if they are known.
    """

    names: tuple[str, ...]
    trial_ids: list[int]
    times: list[float]
    rows: list[Sequence[Number]]
    answers: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    answer_of: dict[int, int] = field(default_factory=dict)
    elapsed_before: float = 0.0
    since: float = 0.0
    decisions: list[str] | None = None
    arrays: Sequence[NDArray[Any]] | None = None

    def __len__(self) -> int:
        return len(self.trial_ids)

    def result(self, index: int) -> Result:
        """One report."""
        return dict(zip(self.names, self.rows[index], strict=True))

    def results(self) -> Iterator[Result]:
        """All reports."""
        return starmap(_result_maker(len(self.names))(*self.names), self.rows)

    def elapsed(self) -> list[float]:
        """Running time of the tuner at each report, in seconds."""
        return running_times(self.times, self.elapsed_before, self.since)

    @cached_property
    def by_trial(self) -> dict[int, tuple[int, int]]:
        """For each trial, the number of its reports and the index of the last one; in order of their first reports."""
        if not self.trial_ids:
            return {}
        trial_ids = np.array(self.trial_ids) if self.arrays is None else self.arrays[0]
        lowest, indices = trial_ids.min(), np.arange(len(trial_ids))
        places = trial_ids - lowest
        numbers = np.bincount(places)
        first, last = np.zeros_like(numbers), np.zeros_like(numbers)
        first[places[::-1]], last[places] = indices[::-1], indices
        found = np.flatnonzero(numbers)
        found = found[np.argsort(first[found])]
        about = zip(numbers[found].tolist(), last[found].tolist(), strict=True)
        return dict(zip((found + lowest).tolist(), about, strict=True))

    @cached_property
    def row_texts(self) -> list[str]:
        """The values of each report as text that reads back exactly, separated by commas."""
        return number_texts.row_texts(self.rows)

    @cached_property
    def time_texts(self) -> list[str]:
        """``times`` as text that reads back exactly."""
        return number_texts.texts(self.times)

    def drop_texts(self) -> None:
        """Gives up the texts, which are kept because making them is what costs, once nobody needs them any more."""
        for name in ("row_texts", "time_texts"):
            self.__dict__.pop(name, None)

    @property
    def elapsed_texts(self) -> list[str]:
        """:meth:`elapsed` as text that reads back exactly."""
        elapsed = self.elapsed()
        return self.time_texts if elapsed is self.times else number_texts.texts(elapsed)


def running_times(times: list[float], elapsed_before: float, since: float) -> list[float]:
    """Running time of a tuner at some times, in seconds.

    Args:
        times: In seconds since the epoch.
        elapsed_before: What it was
        since: at this time; from there on it is counted.
    """
    if elapsed_before == 0.0 and since == 0.0:
        return times
    return [elapsed_before + (time - since) for time in times]


@cache
def _result_maker(number: int) -> Callable[..., Callable[..., Result]]:
    """Takes so many names, and returns what takes as many values and returns the report; twice as fast as ``zip``."""
    names, values = [f"name_{i}" for i in range(number)], [f"value_{i}" for i in range(number)]
    entries = ", ".join(map("{}: {}".format, names, values))
    make = eval(f"lambda {', '.join(names)}: lambda {', '.join(values)}: {{{entries}}}")  # of nothing but a number
    return cast(Callable[..., Callable[..., Result]], make)
