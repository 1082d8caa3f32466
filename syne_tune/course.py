"""How a stretch of a simulation is put together, by whoever goes through it: :func:`in_order`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from syne_tune.report_block import Continuation, Wording
from syne_tune.stretch import COMPLETE, NO_ANSWER, START, Answer, LooseReports, Stretch
from syne_tune.trial import Config, Status

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


class OtherEvents(NamedTuple):
    """Events of a stretch that are no reports, in columns.

    Attributes:
        times: When they happened.
        ranks: At one time, smaller ones come first; of equal ones, that which is named first.
        letters: As in :class:`Stretch`.
        trial_ids: The trials.
        answers: Numbers of the reasons, or ``NO_ANSWER``.
    """

    times: Sequence[float]
    ranks: Sequence[int]
    letters: Sequence[str]
    trial_ids: Sequence[int]
    answers: Sequence[int]


Started = tuple[float, int, dict[str, Any], int]
"""A new trial: when it was started, its number, its configuration, and the number of the reason."""

Left = tuple[float, int, str]
"""A trial that was stopped or has completed: when, its number, and its status."""


class Course(NamedTuple):
    """A stretch that was gone through in shorthand, in which trials were started, stopped, and completed.

    Attributes:
        reports: All reports.
        started: New trials, in order.
        left: Trials that were stopped or have completed, in order.
        answers: The different reasons.
        worded: As in :class:`Stretch`.
        is_exhausted: Whether it ended because nothing is left to try.
        gave_up: Whether it ended before a report for which there is no shorthand.
    """

    reports: LooseReports
    started: list[Started]
    left: list[Left]
    answers: list[Answer]
    worded: list[tuple[Wording, Sequence[Sequence[Any]]]]
    is_exhausted: bool
    gave_up: bool

    def in_order(self, origin: tuple[float, float]) -> Stretch | None:
        """All that has happened; arguments and result as for the function of this name."""
        completed = [(time, trial_id) for time, trial_id, status in self.left if status == Status.completed]
        end_times, ended = zip(*completed, strict=True) if completed else ((), ())
        times, started, configs, answers = zip(*self.started, strict=True) if self.started else ((), (), (), ())
        num_ends, num_starts = len(ended), len(started)
        others = OtherEvents(
            end_times + times,
            [ENDS] * num_ends + [STARTS] * num_starts,
            [COMPLETE] * num_ends + [START] * num_starts,
            ended + started,
            (NO_ANSWER,) * num_ends + answers,
        )
        return in_order(self.reports, others, list(configs), self.answers, origin, self.worded)


def in_order(
    reports: LooseReports,
    others: OtherEvents,
    configs: list[Config | None],
    answers: list[Answer],
    origin: tuple[float, float],
    worded: list[tuple[Wording, Sequence[Sequence[Any]]]],
) -> Stretch | None:
    """Puts all that has happened in a stretch into order.

    Args:
        reports: All reports.
        others: All other events.
        configs: One per start, as in :class:`Stretch`.
        answers: Likewise.
        origin: What the running time was, and at which time.
        worded: As in :class:`Stretch`.

    Returns:
        The stretch; ``None`` if nothing has happened.
    """
    number = len(reports.times)
    if number + len(others.times) == 0:
        return None
    times = np.concatenate([reports.times, np.array(others.times, dtype=float)])
    behind_reports = _BEHIND_REPORTS * np.array(others.ranks, dtype=int) + np.arange(len(others.times))
    order = np.lexsort((np.concatenate([reports.numbers, behind_reports]), times))
    letters = np.concatenate([reports.letters, np.array(others.letters, dtype="U1")])
    trial_ids = np.concatenate([reports.trial_ids, np.array(others.trial_ids, dtype=int)])
    answer_of = np.concatenate([reports.answer_of, np.array(others.answers, dtype=int)])
    order_of_reports = order[order < number]
    arrays = [column[order_of_reports] for column in (reports.trial_ids, *reports.columns)]
    answer_of = answer_of[order]
    return Stretch(
        letters=letters[order].tobytes().decode("utf-32"),
        trial_ids=trial_ids[order].tolist(),
        times=times[order].tolist(),
        names=reports.names,
        rows=list(zip(*(array.tolist() for array in arrays[1:]), strict=True)),
        configs=configs,
        answers=answers,
        answer_of=answer_of[answer_of != NO_ANSWER].tolist(),
        elapsed_before=origin[0],
        since=origin[1],
        worded=worded,
        arrays=arrays,
    )
