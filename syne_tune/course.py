"""How a stretch of a simulation is put together, by whoever goes through it: :func:`in_order`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from syne_tune.report_block import Continuation, Wording
from syne_tune.stretch import NO_ANSWER, Answer, LooseReports, Stretch
from syne_tune.trial import Config

ENDS, STARTS = 1, 2
"""What comes first at one time: reports, then ends, then starts."""

_BEHIND_REPORTS = 2**60
"""Larger than the number of any run."""


class Limits(NamedTuple):
    """How far a stretch may go.

    Attributes:
        n_workers: Number of workers.
        most_reports: The run ends with so many reports; the last of them is not part of a stretch.
        max_elapsed: The run ends at this running time.
        elapsed_before: What the running time of the tuner was
        since: at this time; from there on it is counted.
        starts_left: So many trials may still start.
        ends_left: With so many trials completed or stopped, the run ends.
        completions_left: With so many trials completed, the run ends.
    """

    n_workers: int
    most_reports: float
    max_elapsed: float
    elapsed_before: float
    since: float
    starts_left: float
    ends_left: float
    completions_left: float

    def allow(self, time: float, most_reports: int) -> bool:
        """Whether the run certainly does not end before ``time`` because of its running time, or so many reports."""
        return self.elapsed_before + (time - self.since) < self.max_elapsed and most_reports < self.most_reports


class Answers:
    """Reasons with facts, each of which gets a number; equal ones the same."""

    def __init__(self) -> None:
        self.all: list[Answer] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._objects: dict[int, tuple[object, int]] = {}

    def add(self, reason: str, facts: Mapping[str, Any]) -> int:
        """Number of a new one."""
        self.all.append((reason, facts))
        return len(self.all) - 1

    def number_of(self, reason: str, facts: Mapping[str, Any]) -> int:
        """Number of a reason that may have been given before."""
        key = (reason, *facts.items(), *map(type, facts.values()))
        try:
            number = self._numbers.setdefault(key, len(self.all))
        except TypeError:  # facts that are no plain values
            return self.add(reason, facts)
        return self.add(reason, facts) if number == len(self.all) else number

    def of(self, given: Answer | Continuation) -> int:
        """The same for an object that may have been seen before: its first two entries are reason and facts."""
        known = self._objects.get(id(given))
        if known is None:
            known = self._objects[id(given)] = (given, self.number_of(given[0], given[1]))
        return known[1]


class OtherEvent(NamedTuple):
    """An event of a stretch that is no report.

    Attributes:
        time: When it happened.
        rank: At one time, smaller ones come first.
        letter: As in :class:`Stretch`.
        trial_id: The trial.
        answer: Number of the reason, or ``NO_ANSWER``.
    """

    time: float
    rank: int
    letter: str
    trial_id: int
    answer: int


class Course(NamedTuple):
    """A stretch that was gone through in shorthand, in which trials were started, stopped, and completed.

    Attributes:
        reports: All reports.
        others: Starts and ends, in order.
        stopped: Trials that were stopped.
        configs: Of the trials that were started, in order.
        answers: The different reasons.
        worded: As in :class:`Stretch`.
        is_exhausted: Whether it ended because nothing is left to try.
        gave_up: Whether it ended before a report for which there is no shorthand.
    """

    reports: LooseReports
    others: list[OtherEvent]
    stopped: list[int]
    configs: list[Config | None]
    answers: list[Answer]
    worded: list[tuple[Wording, Sequence[Sequence[Any]]]]
    is_exhausted: bool
    gave_up: bool


def in_order(
    reports: LooseReports,
    others: Sequence[OtherEvent],
    configs: list[Config | None],
    answers: list[Answer],
    origin: tuple[float, float],
    worded: list[tuple[Wording, Sequence[Sequence[Any]]]],
) -> Stretch | None:
    """Puts all that has happened in a stretch into order.

    Args:
        reports: All reports.
        others: All other events, in order.
        configs: One per start, as in :class:`Stretch`.
        answers: Likewise.
        origin: What the running time was, and at which time.
        worded: As in :class:`Stretch`.

    Returns:
        The stretch; ``None`` if nothing has happened.
    """
    number = len(reports.times)
    if number + len(others) == 0:
        return None
    other_times, ranks, other_letters, other_ids, other_answers = zip(*others, strict=True) if others else [()] * 5
    times = np.concatenate([reports.times, np.array(other_times, dtype=float)])
    behind_reports = _BEHIND_REPORTS * np.array(ranks, dtype=int) + np.arange(len(others))
    order = np.lexsort((np.concatenate([reports.numbers, behind_reports]), times))
    letters = np.concatenate([reports.letters, np.array(other_letters, dtype="U1")])
    trial_ids = np.concatenate([reports.trial_ids, np.array(other_ids, dtype=int)])
    answer_of = np.concatenate([reports.answer_of, np.array(other_answers, dtype=int)])
    order_of_reports = order[order < number]
    arrays = [column[order_of_reports] for column in reports.columns]
    answer_of = answer_of[order]
    return Stretch(
        letters=letters[order].tobytes().decode("utf-32"),
        trial_ids=trial_ids[order].tolist(),
        times=times[order].tolist(),
        names=reports.names,
        rows=list(zip(*(array.tolist() for array in arrays), strict=True)),
        configs=configs,
        answers=answers,
        answer_of=answer_of[answer_of != NO_ANSWER].tolist(),
        elapsed_before=origin[0],
        since=origin[1],
        worded=worded,
        arrays=arrays,
    )
