"""A stretch of a simulation as one value: everything that happens within it, in order and in columns.

Simulated trials are decided about at known moments; what they report in between changes nothing. So a simulation can
go from decision to decision, and sort in afterwards what was reported in between. What comes out is a
:class:`Stretch`: suggestions, reports with their decisions, and ends of trials, each of which can still be asked for.

A backend that can look ahead in this way offers a :class:`Timetable`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from syne_tune import number_texts
from syne_tune.report_block import Continuation, ReportBlock, Wording, running_times
from syne_tune.trial import Config, Result, Status

Answer = tuple[str, Mapping[str, Any]]
"""Reason and facts of a decision or suggestion."""

START, RESUME, GO_ON, PAUSE, STOP, COMPLETE = "NRgpsc"
"""One letter per event: a trial is started, resumed; it reports, and goes on, is paused, is stopped; it ends well."""

NO_ANSWER = -(2**31)

_REPORTS = {GO_ON: "CONTINUE", PAUSE: "PAUSE", STOP: "STOP"}
_ACTIONS = {START: "start", RESUME: "resume"}
REPORT_LETTERS = frozenset(_REPORTS)
_IS_REPORT = bytes(chr(code) in REPORT_LETTERS for code in range(256))


class Moment(NamedTuple):
    """What comes first goes first: at one time, reports by the number of their run, then ends, then starts.

    Attributes:
        time: In seconds since the epoch.
        number: Of the run, if a stretch ends behind one of its reports and before others at the same time.
    """

    time: float
    number: float = float("inf")


@dataclass
class Stretch:
    """What happens in a stretch of a simulation.

    Attributes:
        letters: One per event, see above.
        trial_ids: One per event.
        times: One per event, in seconds since the epoch.
        names: Keys of every report.
        rows: Values of each report, in the order of ``names``; finite numbers.
        configs: One per trial that is started or resumed; ``None``: it stays the same.
        answers: The different reasons and facts.
        answer_of: Position in ``answers``, one per event that is no end; or ``-1 - t``: it is the next row of table
            ``t`` of ``worded``.
        elapsed_before: What the running time of the tuner was
        since: at this time; from there on it is counted.
        worded: Answers that differ in their numbers only: the sentence, and a row of facts for each of them.
        arrays: As in :class:`~syne_tune.report_block.ReportBlock`, if they are known.
    """

    letters: str
    trial_ids: list[int]
    times: list[float]
    names: tuple[str, ...]
    rows: list[Sequence[float]]
    configs: list[Config | None]
    answers: list[Answer]
    answer_of: list[int]
    elapsed_before: float = 0.0
    since: float = 0.0
    worded: list[tuple[Wording, Sequence[Sequence[Any]]]] = field(default_factory=list)
    arrays: list[NDArray[Any]] | None = None

    def __len__(self) -> int:
        return len(self.letters)

    @cached_property
    def time_texts(self) -> list[str]:
        """``times`` as text that reads back exactly."""
        return number_texts.texts(self.times)

    def drop_texts(self) -> None:
        """Gives up the texts, once nobody needs them any more."""
        self.__dict__.pop("time_texts", None)
        self.block.drop_texts()

    def elapsed(self) -> list[float]:
        """Running time of the tuner at each event, in seconds."""
        return running_times(self.times, self.elapsed_before, self.since)

    @cached_property
    def block(self) -> ReportBlock:
        """The reports."""
        letters = self.letters
        is_report = letters.encode().translate(_IS_REPORT)
        only_goes_on = PAUSE not in letters and STOP not in letters
        block = ReportBlock(
            self.names,
            list(compress(self.trial_ids, is_report)),
            list(compress(self.times, is_report)),
            self.rows,
            elapsed_before=self.elapsed_before,
            since=self.since,
            decisions=None if only_goes_on else [_REPORTS[letter] for letter in compress(letters, is_report)],
            arrays=self.arrays,
        )
        block.time_texts = list(compress(self.time_texts, is_report))
        return block

    def _answers(self) -> Iterator[Answer]:
        """Reason and facts of one event after the other, ends left out."""
        rows = [iter(rows) for _, rows in self.worded]
        for number in self.answer_of:
            if number >= 0:
                yield self.answers[number]
            else:
                wording, _ = self.worded[-1 - number]
                yield wording.answer(next(rows[-1 - number]))

    def events(self, seq: int) -> Iterator[dict[str, Any]]:
        """The events as readers of the log see them.

        Args:
            seq: Number of the first.
        """
        answers, configs, results = self._answers(), iter(self.configs), self.block.results()
        seen = zip(self.letters, self.trial_ids, self.times, self.elapsed(), strict=True)
        for number, (letter, trial_id, time, elapsed) in enumerate(seen, start=seq):
            event: dict[str, Any] = {"seq": number, "time": time, "elapsed": elapsed, "trial_id": trial_id}
            if letter == COMPLETE:
                yield {**event, "kind": "status", "status": Status.completed, "failure": None}
                continue
            reason, facts = next(answers)
            event |= {"reason": reason, "facts": facts}
            if letter in _REPORTS:
                decided = {"decision": _REPORTS[letter], "status": Status.in_progress}
                yield {**event, "kind": "report", "result": next(results), **decided}
            else:
                action = {"action": _ACTIONS[letter], "config": next(configs), "checkpoint_trial_id": None}
                yield {**event, "kind": "suggest", **action}


@dataclass
class LooseReports:
    """All reports of a stretch, in no particular order.

    Attributes:
        names: Keys of every report.
        columns: One array of values per name.
        trial_ids: One per report.
        times: One per report.
        numbers: Number of the run of each.
        letters: One per report, as in :class:`Stretch`.
        answer_of: Number of the reason for each.
    """

    names: tuple[str, ...]
    columns: list[NDArray[Any]]
    trial_ids: NDArray[np.int64]
    times: NDArray[np.float64]
    numbers: NDArray[np.int64]
    letters: NDArray[np.str_]
    answer_of: NDArray[np.int64]


class Due(NamedTuple):
    """Something that happens to a running trial, and has to be looked at.

    Attributes:
        trial_id: The trial.
        number: Number of its run: at one time, smaller ones come first.
        result: Its last report.
        has_ended: Whether it has ended well; otherwise ``result`` has just been made, and has to be decided.
        is_new: Whether ``result`` was made at this very time.
    """

    trial_id: int
    number: int
    result: Result
    has_ended: bool
    is_new: bool


class Timetable(ABC):
    """What a backend that looks ahead offers for one stretch: what comes next, and what to do about it.

    Call order::

        while (time := timetable.next_time()) is not None:
            while (due := timetable.take(time)) is not None:
                timetable.decided(...)                      # after a report,
                timetable.expect(...) or timetable.leave()  # and whether it goes on
                timetable.leave()                           # after an end
            timetable.start() or timetable.resume(), timetable.expect()
        reports = timetable.close(last_moment)

    Attributes:
        names: Keys of every report.
        most_reports: There are at most so many reports until every running trial is decided about.
        promises: Which reports of running trials need not be decided, as far as it is known.
    """

    names: tuple[str, ...]
    most_reports: int
    promises: dict[int, Continuation]

    @abstractmethod
    def next_time(self) -> float | None:
        """When something is due next; ``None`` if nothing is, or if it is nothing for a stretch."""

    @abstractmethod
    def take(self, time: float) -> Due | None:
        """The next thing that is due at ``time``; ``None`` if nothing else is, or if it is nothing for a stretch."""

    @abstractmethod
    def put_back(self, time: float, due: Due) -> None:
        """Makes undone that something was taken."""

    @abstractmethod
    def decided(self, trial_id: int, letter: str, answer: int) -> None:
        """The report taken last was decided; ``answer`` is the number of the reason."""

    @abstractmethod
    def expect(self, trial_id: int, promise: Continuation | None, answer: int) -> None:
        """A trial goes on, or was started; ``answer`` is the number of the reason given by ``promise``."""

    @abstractmethod
    def leave(self, time: float, trial_id: int, status: str) -> None:
        """A trial has ended, is stopped or paused."""

    @abstractmethod
    def start(self, time: float, config: Config) -> None:
        """Starts a new trial."""

    @abstractmethod
    def resume(self, time: float, trial_id: int, config: Config | None) -> None:
        """Resumes a paused trial, with another configuration if one is given."""

    @abstractmethod
    def close(self, last: Moment | None) -> LooseReports:
        """Ends the stretch behind a moment, and hands everything that comes later back to the backend.

        Args:
            last: The last moment that is part of it; ``None`` if there was none.

        Returns:
            What was reported.
        """
