"""Successive halving that stops trials, in shorthand: :class:`StoppingShorthand`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any, NamedTuple

from syne_tune.by_trial import ByTrial, Row
from syne_tune.optimizer.schedulers.new_trials import NewTrials
from syne_tune.optimizer.schedulers.rungs.bracket_manager import HyperbandBracketManager
from syne_tune.optimizer.schedulers.rungs.rung import Rung
from syne_tune.optimizer.schedulers.rungs.rung_system import between_levels, comparison_wording, maximum_wording
from syne_tune.optimizer.schedulers.trial_progress import TrialProgress
from syne_tune.report_block import Continuation
from syne_tune.shorthand import Draft, Shorthand, Verdict
from syne_tune.stretch import GO_ON, STOP
from syne_tune.trial import Config, Status

_FIRST, _MEETS, _MISSES, _MAXIMUM = range(4)

_Standing = tuple[int, int, int]
"""Bracket of a running trial, position of its next rung, and highest resource it has reported."""


class _Bracket(NamedTuple):
    """What trials of one bracket go through.

    Attributes:
        rungs: All rungs of the system that decides about them.
        levels: Their levels, and the largest resource.
        first: Position of the first rung at which they are compared.
    """

    rungs: list[Rung]
    levels: list[int]
    first: int


class StoppingShorthand(Shorthand):
    """Decisions of a scheduler whose rung systems are exactly of the type
    :class:`~syne_tune.optimizer.schedulers.rungs.stopping.StoppingRungSystem`, and whose searcher does not learn.

    Args:
        metric: Name of the metric.
        resource_attr: Name of the resource.
        max_resource: The largest resource.
        terminator: Knows the rungs.
        progress: Where each trial stands.
        new_trials: What the searcher suggests.
        draw_bracket: Bracket of the next new trial.
    """

    def __init__(
        self,
        metric: str,
        resource_attr: str,
        max_resource: int,
        terminator: HyperbandBracketManager,
        progress: ByTrial[str, TrialProgress],
        new_trials: NewTrials,
        draw_bracket: Callable[[], int],
    ) -> None:
        self.metric: str = metric
        self.resource_attr: str = resource_attr
        self._max_resource, self._terminator, self._progress = max_resource, terminator, progress
        self._new_trials, self._draw_bracket = new_trials, draw_bracket
        self._brackets = [
            _Bracket(system.rungs, [*system.rung_levels, max_resource], first) for system, first in terminator.brackets
        ]
        self._standing: dict[int, _Standing] = {}
        self._started: list[tuple[int, Config, int]] = []
        self._left: dict[int, tuple[int, str]] = {}
        self._answers: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
        self._promises: dict[tuple[int, int, int], Continuation] = {}
        goes_on, ends = ("next_milestone", "bracket"), ("bracket",)
        self.wordings = (
            comparison_wording(resource_attr, None, goes_on),
            comparison_wording(resource_attr, True, goes_on),
            comparison_wording(resource_attr, False, ends),
            maximum_wording(resource_attr, ends),
        )

    def upcoming(self, number: int) -> list[dict[str, Any]]:
        """Those that the searcher has drawn ahead."""
        return self._new_trials.upcoming(number)

    def start(self, trial_id: int) -> Draft | None:
        """A new trial, with the promise that it reaches its first level."""
        bracket = self._draw_bracket()
        new = self._new_trials.next(trial_id)
        if new is None:
            return None
        (config, reason, facts, *_), complete = new
        self._started.append((trial_id, config, bracket))
        first = self._brackets[bracket].first
        self._standing[trial_id] = bracket, first, 0
        return complete, self._answer(reason, facts, bracket), self._until(bracket, first, 0)

    def decide(self, trial_id: int, resource: int, value: float) -> Verdict | None:
        """Compares at rung levels, and stops at the largest resource; ``None`` anywhere else."""
        standing = self._standing.get(trial_id) or self._find(trial_id)
        if standing is None or resource <= standing[2]:
            return None
        bracket, position, _ = standing
        rungs, levels, _ = self._brackets[bracket]
        if resource >= self._max_resource:
            self._leave(trial_id, resource, Status.stopped)
            return STOP, _MAXIMUM, (self._max_resource, value, bracket), None
        if resource < levels[position]:
            return None
        if resource >= levels[position + 1]:
            position = bisect_right(levels, resource) - 1
        rung = rungs[position]
        rank, number, cutoff, goes_on = rung.compare(str(trial_id), value)
        if not goes_on:
            self._leave(trial_id, resource, Status.stopped)
            return STOP, _MISSES, (rung.level, rank, number, value, cutoff, bracket), None
        position += 1
        self._standing[trial_id] = bracket, position, resource
        row = (rung.level, rank, number, value, cutoff, levels[position], bracket)
        return GO_ON, _FIRST if cutoff is None else _MEETS, row, self._until(bracket, position, resource)

    def complete(self, trial_id: int) -> None:
        """The trial ended before the largest resource."""
        standing = self._standing.get(trial_id) or self._find(trial_id)
        assert standing is not None, "it runs"
        self._leave(trial_id, standing[2], Status.completed)

    def _find(self, trial_id: int) -> _Standing | None:
        """Where a trial stands that was running before; ``None`` if it was not."""
        name = str(trial_id)
        progress = self._progress.get(name)
        if progress is None or progress.status != Status.in_progress:
            return None
        standing = progress.bracket, self._terminator.system_of(name).next_position(name), progress.resource
        self._standing[trial_id] = standing
        return standing

    def _leave(self, trial_id: int, resource: int, status: str) -> None:
        del self._standing[trial_id]
        self._left[trial_id] = resource, status

    def _answer(self, reason: str, facts: dict[str, Any], bracket: int) -> tuple[str, dict[str, Any]]:
        """What the searcher says about a new trial, and its bracket."""
        key = (bracket, reason, *facts.values())
        answer = self._answers.get(key)
        if answer is None:
            milestone = self._terminator.first_milestone(bracket)
            answer = self._answers[key] = (reason, {**facts, "bracket": bracket, "next_milestone": milestone})
        return answer

    def _until(self, bracket: int, position: int, resource: int) -> Continuation:
        """What is promised about a trial up to its next level."""
        key = (bracket, position, resource)
        promise = self._promises.get(key)
        if promise is None:
            milestone = self._brackets[bracket].levels[position]
            reason, facts = between_levels(self.resource_attr, milestone)
            promise = Continuation(reason, {**facts, "bracket": bracket}, self.resource_attr, resource, milestone)
            self._promises[key] = promise
        return promise

    # ------------------------------------------------------------------ the end

    def close(self) -> None:
        """Tells searcher and rung systems what has been started, has got on, and has ended."""
        self._new_trials.close()
        self._enter_started()
        terminator, left = self._terminator, self._left
        for trial_id, (_, position, resource) in self._standing.items():
            name = str(trial_id)
            self._progress[name].resource = resource
            terminator.system_of(name).go_on_to(name, position)
        for trial_id, (resource, status) in left.items():
            name = str(trial_id)
            progress = self._progress[name]
            progress.resource, progress.status = resource, status
            terminator.on_task_remove(name)
        self._started, self._standing, self._left = [], {}, {}

    def _enter_started(self) -> None:
        """Enters new trials; to the rung systems, those that have ended already are as good as gone."""
        entries: dict[str, TrialProgress | Row] = {}
        ended: dict[str, int] = {}
        for trial_id, config, bracket in self._started:
            name, left = str(trial_id), self._left.pop(trial_id, None)
            if left is None:
                entries[name] = TrialProgress(config, bracket)
                self._terminator.on_task_add(name, bracket, config)
            else:
                resource, status = left
                entries[name] = (config, bracket, status, resource)
                ended[name] = bracket
        self._progress.add(entries)
        self._terminator.note_ended(ended)
