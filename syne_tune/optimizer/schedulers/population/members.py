"""The members of a population and their scores."""

from __future__ import annotations

import math
from dataclasses import dataclass

from syne_tune.trial import Config


@dataclass
class Member:
    """One trial.

    Attributes:
        config: Its configuration.
        start: Resource at which it began: that of the checkpoint it copied.
        resource: Resource at its last comparison.
        score: Its value there, to be minimised; ``None`` before the first comparison.
        is_alive: Whether it still runs.
        parent: The trial whose checkpoint it began from.
    """

    config: Config
    start: float = 0.0
    resource: float = 0.0
    score: float | None = None
    is_alive: bool = True
    parent: int | None = None


class Population:
    """All trials so far.

    Args:
        quantile_fraction: Share of the members that count as good, and as bad, up to 1/2.
        fewest: With fewer scores than this, nobody is good or bad.
    """

    def __init__(self, quantile_fraction: float, fewest: int) -> None:
        self._quantile_fraction = quantile_fraction
        self._fewest = fewest
        self.members: dict[int, Member] = {}

    def quantiles(self) -> tuple[list[int], list[int]]:
        """The worst and the best members that run, worst first and best first.

        Both hold ``ceil(n q)`` of the n of them with a score, at most n/2. Those that were replaced do not count: if
        they did, there would soon be so many bad ones among them that nobody else were bad.
        """
        if sum(member.score is not None for member in self.members.values()) < self._fewest:
            return [], []
        ordered = [trial_id for _, trial_id in sorted(self._running())]
        count = min(math.ceil(len(ordered) * self._quantile_fraction), len(ordered) // 2)
        return ordered[::-1][:count], ordered[:count]

    def _running(self) -> list[tuple[float, int]]:
        """Scores and trials of those that run and have one."""
        pairs = ((member.score, trial_id) for trial_id, member in self.members.items() if member.is_alive)
        return [(score, trial_id) for score, trial_id in pairs if score is not None]

    def best_alive(self) -> int | None:
        """The best member that still runs and has a score, if any."""
        running = self._running()
        return min(running)[1] if running else None

    def rank(self, trial_id: int) -> tuple[int, int]:
        """Rank of a member that runs among those with a score, from 1, and their number."""
        scores = {other: score for score, other in self._running()}
        return 1 + sum(score < scores[trial_id] for score in scores.values()), len(scores)
