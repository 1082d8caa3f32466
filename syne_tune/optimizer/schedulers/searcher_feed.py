"""What the searcher of a multi-fidelity scheduler is told: which values to learn, and which are pending.

``searcher_data`` says which reports are learned:

* ``"rungs"``: those at rung levels;
* ``"all"``: every report;
* ``"rungs_and_last"``: those at rung levels, and the latest one of each trial, which replaces the one before.

At any time, the pending evaluations of a searcher are exactly the levels at which running trials will report a value
to be learned before they are decided the next time: with ``"rungs"`` the next rung level, otherwise all levels up to
it, or only the very next one if ``register_pending_myopic`` is set. Paused and finished trials have none.

A searcher drops a pending evaluation itself when it learns the value of the same trial at the same level.
"""

from __future__ import annotations

from collections.abc import Iterable

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.trial import Config, Result

SEARCHER_DATA = ("rungs", "all", "rungs_and_last")


_NOTHING: frozenset[int] = frozenset()


class SearcherFeed:
    """Tells a searcher about the trials of a scheduler.

    Args:
        searcher: The searcher.
        searcher_data: One of :data:`SEARCHER_DATA`.
        myopic: Whether only the very next level is pending.
        resource_attr: Name of the resource.
        max_t: The largest resource; reports beyond it count as reports at it.

    Raises:
        OptionError: If ``searcher_data`` is unknown.
    """

    def __init__(
        self, searcher: BaseSearcher, searcher_data: str, myopic: bool, resource_attr: str, max_t: int
    ) -> None:
        if searcher_data not in SEARCHER_DATA:
            raise OptionError(f"searcher_data = {searcher_data!r}: {nearest(searcher_data, SEARCHER_DATA)}")
        self._searcher = searcher
        self._searcher_data = searcher_data
        self._myopic = myopic and searcher_data != "rungs"
        self._resource_attr = resource_attr
        self._max_t = max_t
        self._pending: dict[str, set[int]] = {}
        self._learned: dict[str, int] = {}
        self._replaceable: dict[str, int] = {}

    def start(self, trial_id: str, config: Config, resource: int, milestone: int) -> None:
        """A trial starts or resumes.

        Args:
            trial_id: The trial.
            config: Its configuration.
            resource: What it has reported already; 0 for a new trial.
            milestone: The level at which it is decided next.
        """
        if not self._searcher.ignores_reports:
            self._expect(trial_id, config, self._upcoming(resource, milestone))

    def report(
        self,
        trial_id: str,
        config: Config,
        result: Result,
        milestone_reached: int | None,
        next_milestone: int | None,
    ) -> None:
        """A trial reported.

        Args:
            trial_id: The trial.
            config: Its configuration.
            result: What it reported, with an integer resource.
            milestone_reached: The rung level that the report counts for, if any.
            next_milestone: The level at which it is decided next; ``None`` if it does not go on.
        """
        if self._searcher.ignores_reports:
            return
        resource = min(int(result[self._resource_attr]), self._max_t)
        level = milestone_reached if milestone_reached and self._searcher_data != "all" else resource
        if self._searcher_data == "rungs" and milestone_reached is None:
            self._searcher.on_trial_result(trial_id, config, result, update=False)
            return
        self._learn(trial_id, config, result, level)
        if self._searcher_data == "rungs_and_last" and milestone_reached is None:
            self._replaceable[trial_id] = level
        expected = () if next_milestone is None else self._upcoming(resource, next_milestone)
        self._expect(trial_id, config, expected)

    def complete(self, trial_id: str, config: Config, result: Result) -> None:
        """A trial ended well; its last report is learned unless it was before."""
        if self._searcher.ignores_reports:
            return
        level = min(int(result[self._resource_attr]), self._max_t)
        if level > self._learned.get(trial_id, 0):
            self._learn(trial_id, config, result, level)
        self.stop(trial_id, config)

    def stop(self, trial_id: str, config: Config) -> None:
        """A trial no longer runs."""
        self._expect(trial_id, config, ())

    def fail(self, trial_id: str) -> None:
        """A trial failed."""
        self._pending.pop(trial_id, None)
        self._searcher.evaluation_failed(trial_id)

    def _upcoming(self, resource: int, milestone: int) -> Iterable[int]:
        if self._searcher_data == "rungs":
            return (milestone,)
        return (resource + 1,) if self._myopic else range(resource + 1, milestone + 1)

    def _learn(self, trial_id: str, config: Config, result: Result, level: int) -> None:
        outdated = self._replaceable.pop(trial_id, None)
        if outdated is not None:
            self._searcher.remove_case(trial_id, **{self._resource_attr: outdated})
        self._searcher.on_trial_result(trial_id, config, {**result, self._resource_attr: level}, update=True)
        self._learned[trial_id] = level
        if trial_id in self._pending:
            self._pending[trial_id].discard(level)

    def _expect(self, trial_id: str, config: Config, levels: Iterable[int]) -> None:
        """Makes ``levels`` the pending evaluations of a trial."""
        wanted, present = set(levels), self._pending.pop(trial_id, _NOTHING)
        if not wanted and not present:
            return
        if not present <= wanted:
            self._searcher.cleanup_pending(trial_id)
            present = _NOTHING
        for level in sorted(wanted - present) if len(wanted) > 1 else wanted - present:
            self._searcher.register_pending(trial_id, config, level)
        if wanted:
            self._pending[trial_id] = wanted
