"""Successive halving that stops trials, in shorthand: :class:`StoppingShorthand`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.optimizer.schedulers.rungs.bracket_manager import HyperbandBracketManager
from syne_tune.optimizer.schedulers.rungs.rung_system import comparison_wording, maximum_wording
from syne_tune.optimizer.schedulers.rungs.stopping import StoppingRungSystem
from syne_tune.optimizer.schedulers.trial_progress import TrialProgress
from syne_tune.report_block import Continuation
from syne_tune.shorthand import Draft, Shorthand, Verdict
from syne_tune.stretch import GO_ON, STOP
from syne_tune.trial import Status

_FIRST, _MEETS, _MISSES, _MAXIMUM = range(4)


class StoppingShorthand(Shorthand):
    """Decisions of a scheduler whose rung systems are :class:`StoppingRungSystem`, and whose searcher does not learn.

    Args:
        metric: Name of the metric.
        resource_attr: Name of the resource.
        max_resource: The largest resource.
        terminator: Knows the rungs.
        progress: Where each trial stands.
        new_trial: Configuration, reason and facts of the next new trial.
        upcoming: Configurations that are known already, without constants.
    """

    def __init__(
        self,
        metric: str,
        resource_attr: str,
        max_resource: int,
        terminator: HyperbandBracketManager,
        progress: Mapping[str, TrialProgress],
        new_trial: Callable[[str], tuple[dict[str, Any] | None, str, dict[str, Any]]],
        upcoming: Callable[[int], list[dict[str, Any]]],
    ) -> None:
        self.metric, self.resource_attr = metric, resource_attr
        self._max_resource, self._terminator, self._progress = max_resource, terminator, progress
        self._new_trial, self._upcoming = new_trial, upcoming
        self._answers: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
        self._promises: dict[tuple[int, int, int], Continuation] = {}
        goes_on, ends = ("next_milestone", "bracket"), ("bracket",)
        self.wordings = (
            comparison_wording(resource_attr, None, goes_on),
            comparison_wording(resource_attr, True, goes_on),
            comparison_wording(resource_attr, False, ends),
            maximum_wording(resource_attr, ends),
        )

    def start(self, trial_id: int) -> Draft:
        """A new trial, with the promise that it reaches its first level."""
        name = str(trial_id)
        config, reason, facts = self._new_trial(name)
        if config is None:
            return Draft(None, (reason, facts), None)
        answer = self._answers.setdefault((reason, *facts.items()), (reason, facts))
        return Draft(config, answer, self._until(self._progress[name], name))

    def upcoming(self, number: int) -> list[dict[str, Any]]:
        """Those that the searcher has drawn ahead."""
        return self._upcoming(number)

    def decide(self, trial_id: int, resource: int, value: float) -> Verdict | None:
        """Compares at rung levels, and stops at the largest resource; ``None`` anywhere else."""
        name = str(trial_id)
        progress = self._progress.get(name)
        if progress is None or progress.status != Status.in_progress or resource <= progress.resource:
            return None
        system = self._terminator.system_of(name)
        assert isinstance(system, StoppingRungSystem), "only then there is a shorthand"
        bracket = progress.bracket
        if resource >= self._max_resource:
            self._stop(progress, resource)
            system.on_task_remove(name)
            return Verdict(STOP, _MAXIMUM, (self._max_resource, value, bracket))
        if resource < system.next_level(name):
            return None
        level, rank, number, cutoff, milestone = system.record(name, value, resource)
        if milestone is None:
            self._stop(progress, resource)
            return Verdict(STOP, _MISSES, (level, rank, number, value, cutoff, bracket))
        progress.resource = resource
        wording = _FIRST if cutoff is None else _MEETS
        row = (level, rank, number, value, cutoff, milestone, bracket)
        return Verdict(GO_ON, wording, row, self._until(progress, name))

    def _stop(self, progress: TrialProgress, resource: int) -> None:
        progress.resource, progress.status = resource, Status.stopped

    def complete(self, trial_id: int) -> None:
        """The trial ended before the largest resource."""
        name = str(trial_id)
        self._progress[name].status = Status.completed
        self._terminator.on_task_withdraw(name)

    def promise(self, trial_id: int) -> Continuation | None:
        """The trial goes on up to its next level."""
        name = str(trial_id)
        return self._until(self._progress[name], name)

    def _until(self, progress: TrialProgress, name: str) -> Continuation:
        """What is promised about a trial up to its next level."""
        system = self._terminator.system_of(name)
        key = (system.next_level(name), progress.bracket, progress.resource)
        promise = self._promises.get(key)
        if promise is None:
            known = system.continuation(name)
            assert known is not None, "these rung systems promise"
            facts = {**known.facts, "bracket": progress.bracket}
            promise = Continuation(known.reason, facts, known.resource_attr, progress.resource, known.below)
            self._promises[key] = promise
        return promise
