"""Asking a scheduler in shorthand: :class:`Shorthand`.

A simulation knows what a trial will report, and that these are finite numbers. For some schedulers this makes a report
a pair of numbers, and a decision a row of a table: no dictionary is made of the one, and no sentence of the other until
somebody reads the log. Where it is not that simple, the answer is ``None``; then the scheduler itself is asked.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from syne_tune.report_block import Continuation, Wording

Draft = tuple[dict[str, Any], tuple[str, dict[str, Any]], Continuation | None]
"""A new trial: its configuration; reason and facts of the suggestion; and what is promised about it. For equal answers
and promises the same object."""

Verdict = tuple[str, int, tuple[Any, ...], Continuation | None]
"""What becomes of a trial that reported: ``GO_ON`` or ``STOP`` of :mod:`syne_tune.stretch`; the position of the
sentence in ``wordings``, and its facts in the order of the names there; and what is promised about the trial if it goes
on, for equal promises the same object."""


class Shorthand(ABC):
    """The questions to a scheduler without objects; both ways lead to the same state and the same answers.

    The scheduler itself gets to that state when the shorthand is closed; nobody asks it anything before.

    Attributes:
        metric: Name of the only metric that is looked at.
        resource_attr: Name of the resource that is looked at; ``None`` if every trial runs to its end.
        wordings: The different sentences of decisions.
    """

    metric: str
    resource_attr: str | None
    wordings: Sequence[Wording]

    @abstractmethod
    def upcoming(self, number: int) -> list[dict[str, Any]]:
        """At most ``number`` configurations that the next trials will have; none if they are not known."""

    @abstractmethod
    def start(self, trial_id: int) -> Draft | None:
        """In place of ``suggest`` and ``on_trial_add``.

        Args:
            trial_id: Number of the new trial.

        Returns:
            ``None`` if nothing is left to try.
        """

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
    def close(self) -> None:
        """Nothing more will be asked."""
