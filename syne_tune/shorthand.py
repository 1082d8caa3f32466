"""Asking a scheduler in shorthand: :class:`Shorthand`.

A simulation knows what a trial will report, and that these are finite numbers. For some schedulers this makes a report
a pair of numbers, and a decision a row of a table: no dictionary is made of the one, and no sentence of the other until
somebody reads the log. Where it is not that simple, the answer is ``None``; then the scheduler itself is asked.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from syne_tune.report_block import Continuation, Wording


class Draft(NamedTuple):
    """A new trial.

    Attributes:
        config: Its configuration; ``None`` if nothing is left to try.
        answer: Reason and facts of the suggestion; for equal ones the same object.
        promise: What is promised about it; for equal promises the same object.
    """

    config: dict[str, Any] | None
    answer: tuple[str, dict[str, Any]]
    promise: Continuation | None


class Verdict(NamedTuple):
    """What becomes of a trial that reported.

    Attributes:
        letter: ``GO_ON`` or ``STOP`` of :mod:`syne_tune.stretch`.
        wording: Position of the sentence in ``wordings``.
        row: Its facts, in the order of the names of the wording.
        promise: What is promised about the trial if it goes on; for equal promises the same object.
    """

    letter: str
    wording: int
    row: tuple[Any, ...]
    promise: Continuation | None = None


class Shorthand(ABC):
    """The questions to a scheduler without objects; both ways lead to the same state and the same answers.

    Attributes:
        metric: Name of the only metric that is looked at.
        resource_attr: Name of the resource that is looked at; ``None`` if every trial runs to its end.
        wordings: The different sentences of decisions.
    """

    metric: str
    resource_attr: str | None
    wordings: Sequence[Wording]

    @abstractmethod
    def start(self, trial_id: int) -> Draft:
        """In place of ``suggest`` and ``on_trial_add``."""

    @abstractmethod
    def upcoming(self, number: int) -> list[dict[str, Any]]:
        """At most ``number`` configurations, without constants, that the next trials may have; a hint, nothing else."""

    @abstractmethod
    def decide(self, trial_id: int, resource: int, value: float) -> Verdict | None:
        """In place of ``on_trial_result``, and then of ``on_trial_remove`` or ``continuation``.

        Args:
            trial_id: A running trial.
            resource: What it reported as ``resource_attr``.
            value: What it reported as ``metric``; finite.

        Returns:
            The answer; ``None`` if it has to be asked for in the usual way, and nothing has changed.
        """

    @abstractmethod
    def complete(self, trial_id: int) -> None:
        """In place of ``on_trial_complete``."""

    @abstractmethod
    def promise(self, trial_id: int) -> Continuation | None:
        """In place of ``continuation``."""
