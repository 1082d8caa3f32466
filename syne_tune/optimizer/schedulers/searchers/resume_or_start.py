"""Whether to go on with a paused trial or to start a new one, decided by a model: the contract of :class:`Advisor`.

The rung rule ``type="dyhpo"`` asks; a searcher whose model knows several resources answers. Call order, for one free
worker::

    advice = searcher.resume_or_start([PausedAt("3", 1, 3), PausedAt("5", 3, 5)], first_milestone=1)
    # either advice.trial_id == "5": trial 5 goes on to resource 5
    # or advice.trial_id is None:    the next call of searcher.get_config returns the configuration that was better
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, runtime_checkable


class PausedAt(NamedTuple):
    """A paused trial.

    Attributes:
        trial_id: The trial.
        resource: What it has reached.
        milestone: How far it would go if it were resumed.
    """

    trial_id: str
    resource: int
    milestone: int


@dataclass(frozen=True)
class Advice:
    """What to do with a free worker.

    Attributes:
        trial_id: The paused trial to go on with; ``None``: start a new one.
        reason: One sentence for a person.
        facts: The numbers behind it, JSON-ready.
    """

    trial_id: str | None
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class Advisor(Protocol):
    """A searcher that can compare paused trials with new ones."""

    def resume_or_start(self, paused: Sequence[PausedAt], first_milestone: int) -> Advice:
        """Which of the paused trials is worth more than any new one, if one is.

        Args:
            paused: All trials that wait.
            first_milestone: How far a new trial would go at first.
        """
        ...
