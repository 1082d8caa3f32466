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
        """The worst and the best members, worst first and best first.

        Both hold ``ceil(n q)`` of the n members with a score, at most n/2; good ones that do not run any more have no
        checkpoint to copy and are left out.
        """
        scored = [(member.score, trial_id) for trial_id, member in self.members.items() if member.score is not None]
        if len(scored) < max(2, self._fewest):
            return [], []
        ordered = [trial_id for _, trial_id in sorted(scored)]
        count = min(math.ceil(len(ordered) * self._quantile_fraction), len(ordered) // 2)
        worst = ordered[::-1][:count]
        best = [trial_id for trial_id in ordered[:count] if self.members[trial_id].is_alive]
        return worst, best

    def best_alive(self) -> int | None:
        """The best member that still runs and has a score, if any."""
        alive = [(it.score, trial_id) for trial_id, it in self.members.items() if it.is_alive and it.score is not None]
        return min(alive)[1] if alive else None

    def rank(self, trial_id: int) -> tuple[int, int]:
        """Rank of a member among those with a score, from 1, and their number."""
        score = self.members[trial_id].score
        scores = [member.score for member in self.members.values() if member.score is not None]
        assert score is not None, "only members that were compared have a rank"
        return 1 + sum(other < score for other in scores), len(scores)
