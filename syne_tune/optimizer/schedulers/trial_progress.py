"""What a multi-fidelity scheduler remembers about one trial."""

from __future__ import annotations

from dataclasses import dataclass

from syne_tune.trial import Config, Status


@dataclass
class CostAccount:
    """Adds up the cost of a trial over its runs; each run reports the cost since its own start.

    Attributes:
        total: Cost so far.
    """

    total: float = 0.0
    _before: float = 0.0
    _resumed_at: int | None = None

    def resume(self, resource: int) -> None:
        """A further run begins; the trial had reported up to ``resource`` before."""
        self._resumed_at = resource

    def add(self, resource: int, cost: float) -> float:
        """A report.

        Args:
            resource: What was reported with it. If it is no larger than what was reported before the trial was
                resumed, the run began from scratch, and what was spent before does not count.
            cost: Cost since the start of this run.

        Returns:
            Cost of the trial so far.
        """
        if self._resumed_at is not None:
            self._before = self.total if resource > self._resumed_at else 0.0
            self._resumed_at = None
        self.total = self._before + cost
        return self.total


class TrialProgress:
    """Where one trial stands.

    Args:
        config: Its configuration, as the searcher had suggested it.
        bracket: Its bracket.
        status: One of the strings of :class:`~syne_tune.trial.Status`.
        resource: Highest level it has reported; 0 before the first report.
    """

    __slots__ = ("_cost", "bracket", "config", "resource", "status")

    def __init__(self, config: Config, bracket: int, status: str = Status.in_progress, resource: int = 0) -> None:
        self.config, self.bracket, self.status, self.resource = config, bracket, status, resource
        self._cost: CostAccount | None = None

    @property
    def cost(self) -> CostAccount:
        """What it has cost."""
        if self._cost is None:
            self._cost = CostAccount()
        return self._cost
