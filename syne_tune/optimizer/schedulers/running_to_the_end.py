"""Schedulers that let every trial run to its end, in shorthand: :class:`RunningToTheEnd`."""

from __future__ import annotations

from typing import Any

from syne_tune.optimizer.schedulers.new_trials import NewTrials
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.report_block import Continuation
from syne_tune.shorthand import Draft, Shorthand, Verdict

TO_THE_END = Continuation("every trial runs to its end", {})
"""What is promised about every trial."""


class RunningToTheEnd(Shorthand):
    """A scheduler that lets every trial run to its end, and whose searcher does not learn.

    Args:
        metric: Name of the metric.
        searcher: The searcher.
        new_trials: What it suggests.
    """

    resource_attr: str | None = None
    wordings = ()

    def __init__(self, metric: str, searcher: BaseSearcher, new_trials: NewTrials) -> None:
        self.metric = metric
        self._searcher, self._new_trials = searcher, new_trials
        self._answers: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}

    def start(self, trial_id: int) -> Draft | None:
        """What the searcher suggests; the trial may run to its end."""
        new = self._new_trials.next(trial_id)
        if new is None:
            return None
        (_, reason, facts, *_), config = new
        return config, self._answers.setdefault((reason, *facts.values()), (reason, facts)), TO_THE_END

    def upcoming(self, number: int) -> list[dict[str, Any]]:
        """Those that the searcher has drawn ahead."""
        return self._new_trials.upcoming(number)

    def decide(self, trial_id: int, resource: int, value: float) -> Verdict | None:
        """No report is decided on: all has been promised."""
        return None

    def complete(self, trial_id: int) -> None:
        """The searcher waits for the trial no longer."""
        self._searcher.cleanup_pending(str(trial_id))

    def close(self) -> None:
        """The searcher learns what has been started."""
        self._new_trials.close()
