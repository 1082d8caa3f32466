"""Synchronous successive halving and Hyperband: :class:`SynchronousHyperbandScheduler`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from syne_tune.config_space import Space
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialSuggestion
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
from syne_tune.optimizer.schedulers.max_resource import required_max_resource
from syne_tune.optimizer.schedulers.metrics import not_finite, required_resource
from syne_tune.optimizer.schedulers.searcher_feed import SearcherFeed
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.synchronous.bracket_manager import Job, SynchronousHyperbandBracketManager
from syne_tune.optimizer.schedulers.synchronous.rung_sizes import geometric_rungs
from syne_tune.report_block import Continuation
from syne_tune.trial import Config, Result, Trial

_LEARNED = ("rungs", "all")


@dataclass
class _Running:
    """What is under way for a slot."""

    job: Job
    config: Config
    resource: int

    @property
    def level(self) -> int:
        return self.job[1].level


class SynchronousHyperbandScheduler(FIFOScheduler):
    """Compares all trials of a rung at once, and resumes the best of them.

    Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, *Hyperband: A Novel Bandit-Based Approach to Hyperparameter
    Optimization*, JMLR 2018; with one bracket: Jamieson, Talwalkar, AISTATS 2016 (successive halving).

    Trials pause at the level of their rung. When the last slot of a rung is filled, the best trials are resumed up to
    the next level. Workers never wait for that: meanwhile they fill slots of later brackets. Trials are never stopped
    from outside: with ``max_resource_attr`` they are told how far to train and end by themselves, which suits warm
    pools and jobs that are slow to start.

    Reports that are not as they should be:

    ======================================  ==================================================================
    report                                  answer
    ======================================  ==================================================================
    metric NaN or infinite                  stop; the slot is filled by a failure, which is never resumed
    metric missing or not a number          ``SchedulerError`` naming trial, metric and what was reported (*)
    resource missing, below 1, no integer   the same (*)
    resource not above the last one         continue; not used (the script started again from scratch)
    level skipped                           the first report beyond it counts for it
    after pause or stop                     pause again; not used
    trial ends before its level             its slot is filled by a failure
    ======================================  ==================================================================

    (*) Nothing has changed by then; the tuner counts the trial as failed.

    Args:
        config_space: Name of parameter to domain or constant.
        bracket_rungs: Per bracket, its rungs, lowest first: number of slots, level. Each bracket has one rung less than
            the one before. After the last one, the first follows again.
        metric: Name of the metric to optimise.
        mode: ``"min"`` or ``"max"``.
        searcher: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        search_options: Likewise.
        points_to_evaluate: Likewise.
        random_seed: Likewise.
        max_resource_attr: Name of the constant of the space that tells the script how far to train.
        max_resource_level: The largest resource. Default: the highest level.
        resource_attr: Name of the reported resource: units done so far, an integer counted from 1.
        searcher_data: Which reports the searcher learns: ``"rungs"`` or ``"all"``.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed.

    Attributes:
        bracket_manager: Knows the brackets.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        bracket_rungs: Sequence[Sequence[tuple[int, int]]],
        metric: str,
        *,
        mode: str = "min",
        searcher: str | BaseSearcher = "random",
        search_options: Mapping[str, Any] | None = None,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        random_seed: int | None = None,
        max_resource_attr: str | None = None,
        max_resource_level: int | None = None,
        resource_attr: str = "epoch",
        searcher_data: str = "rungs",
    ) -> None:
        if searcher_data not in _LEARNED:
            raise OptionError(f"searcher_data = {searcher_data!r}: must be one of {', '.join(_LEARNED)}")
        self.bracket_manager = self._make_bracket_manager(bracket_rungs, mode)
        self.resource_attr, self.searcher_data = resource_attr, searcher_data
        highest = self.bracket_manager.bracket_rungs[0][-1][1]
        super().__init__(
            config_space,
            metric,
            mode=mode,
            searcher=searcher,
            search_options=search_options,
            points_to_evaluate=points_to_evaluate,
            random_seed=random_seed,
            max_resource_attr=max_resource_attr,
            max_t=max_resource_level or highest,
        )
        if len(self._metrics) > 1:
            raise OptionError(f"metric = {self._metrics}: trials are compared by one metric")
        self._feed = SearcherFeed(self.searcher, searcher_data, False, resource_attr, highest)
        self._running: dict[str, _Running] = {}
        self._resources: dict[str, int] = {}
        self._configs: dict[str, Config] = {}
        self._next_job: Job | None = None
        self._removable: list[int] = []

    def _make_bracket_manager(
        self, bracket_rungs: Sequence[Sequence[tuple[int, int]]], mode: str
    ) -> SynchronousHyperbandBracketManager:
        return SynchronousHyperbandBracketManager(bracket_rungs, mode)

    # -- properties ----------------------------------------------------------------------------------------------

    @property
    def rung_levels(self) -> list[int]:
        """All levels below the highest one, at which trials are compared."""
        return [level for _, level in self.bracket_manager.bracket_rungs[0][:-1]]

    @property
    def num_brackets(self) -> int:
        """Number of brackets before the first one comes again."""
        return len(self.bracket_manager.bracket_rungs)

    def does_pause_resume(self) -> bool:
        """Always True."""
        return True

    def trials_checkpoints_can_be_removed(self) -> list[int]:
        """Trials left behind by rungs that were completed since the last call: they are never resumed."""
        removable, self._removable = self._removable, []
        return removable

    def metadata(self) -> dict[str, Any]:
        """As in :class:`FIFOScheduler`, and what scripts need to know to write checkpoints at levels only."""
        return {
            **super().metadata(),
            "resource_attr": self.resource_attr,
            "max_resource_level": self.max_resource_level,
            "rung_levels": self.rung_levels,
        }

    def _extend_search_options(self, search_options: dict[str, Any]) -> dict[str, Any]:
        return {**search_options, "scheduler": "hyperband_synchronous", "resource_attr": self.resource_attr}

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        suggestion = super()._suggest(trial_id)
        if suggestion is not None:
            return suggestion
        return self._without_new_configuration()

    def _without_new_configuration(self) -> TrialSuggestion | None:
        """Slots for new trials count as failed; paused trials may still be worth going on with."""
        assert self._next_job is not None, "set by _promote_trial"
        self._fill(self._next_job, None, math.nan)
        while (job := self.bracket_manager.next_open_job()) is not None:
            if job[1].trial_id is not None and self.does_pause_resume():
                promoted, details = self._resume(job)
                return TrialSuggestion.resume_suggestion(int(promoted), **details)
            self._fill(job, None, math.nan)
        return None

    def _promote_trial(self, new_trial_id: str) -> tuple[str | None, dict[str, Any]]:
        bracket_id, slot = self._next_job = self.bracket_manager.next_job()
        if slot.trial_id is not None:
            return self._resume(self._next_job)
        return None, {"bracket": self.bracket_manager.offset(bracket_id), "milestone": slot.level}

    def _resume(self, job: Job) -> tuple[str, dict[str, Any]]:
        bracket_id, slot = job
        trial_id, resource = str(slot.trial_id), self._resources[str(slot.trial_id)]
        config = self._configs[trial_id]
        self._begin(trial_id, job, config, resource)
        reached = self.bracket_manager.level_to_prev_level(bracket_id, slot.level)
        reason = f"among the best at {self.resource_attr} {reached} of bracket {bracket_id}: goes on to {slot.level}"
        told = None if self.max_resource_attr is None else {**config, self.max_resource_attr: slot.level}
        return trial_id, {"config": told, "reason": reason, **self._facts(job)}

    def _on_config_suggest(self, config: dict[str, Any], trial_id: str, **kwargs: Any) -> dict[str, Any]:
        assert self._next_job is not None, "set by _promote_trial"
        self._configs[trial_id] = config
        self._begin(trial_id, self._next_job, config, 0)
        if self.max_resource_attr is None:
            return config
        return {**config, self.max_resource_attr: kwargs["milestone"]}

    def _begin(self, trial_id: str, job: Job, config: Config, resource: int) -> None:
        self._running[trial_id] = _Running(job, config, resource)
        self._feed.start(trial_id, config, resource, job[1].level)

    def _suggestion_facts(self, trial_id: str) -> dict[str, Any]:
        return self._facts(self._running[trial_id].job)

    @staticmethod
    def _facts(job: Job) -> dict[str, Any]:
        return {"bracket": job[0], "rung": job[1].rung_index, "slot": job[1].slot_index, "level": job[1].level}

    # -- callbacks -----------------------------------------------------------------------------------------------

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Pauses at the level of the rung; what is not as it should be is answered as the class description says."""
        trial_id = str(trial.trial_id)
        running = self._running.get(trial_id)
        resource = required_resource(trial, result, self.resource_attr)
        if running is None:
            self._check_known(trial)
            return Decision(SchedulerDecision.PAUSE, "a report after the trial was paused is not used")
        problem = not_finite(trial, result, self._metrics)
        if problem is not None:
            return self._give_up(trial, problem)
        if resource <= running.resource:
            reason = f"{self.resource_attr} {resource} was reported before (up to {running.resource}): not used"
            return Decision(SchedulerDecision.CONTINUE, reason, **self._facts(running.job))
        running.resource = resource
        return self._decide(trial_id, running, result)

    def continuation(self, trial: Trial) -> Continuation | None:
        """Reports below the level, if the searcher need not see them."""
        if self.searcher.sees_every_report or self.searcher_data != "rungs":
            return None
        running = self._running[str(trial.trial_id)]
        facts = self._facts(running.job)
        return Continuation(self._on_the_way(running), facts, self.resource_attr, running.resource, running.level)

    def _on_the_way(self, running: _Running) -> str:
        return f"the next rung is at {self.resource_attr} {running.level}"

    def _decide(self, trial_id: str, running: _Running, result: Result) -> Decision:
        level = running.level
        if running.resource < level:
            self._feed.report(trial_id, running.config, result, None, level)
            return Decision(SchedulerDecision.CONTINUE, self._on_the_way(running), **self._facts(running.job))
        self._feed.report(trial_id, running.config, result, level, None)
        self._end(trial_id, float(result[self._metrics[0]]))
        reason = f"fills its slot of the rung at {self.resource_attr} {level}"
        if level >= (self.max_resource_level or level):
            return Decision(SchedulerDecision.STOP, f"{reason}, the highest one", **self._facts(running.job))
        return Decision(SchedulerDecision.PAUSE, reason, **self._facts(running.job))

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """If the trial ended before its level, its slot is filled by a failure; the searcher learns its last report."""
        trial_id = str(trial.trial_id)
        self._check_known(trial)
        if trial_id in self._running:
            self._feed.complete(trial_id, trial.config, result)
            self._end(trial_id, math.nan)

    def on_trial_error(self, trial: Trial) -> None:
        """The slot is filled by a failure; the configuration is not suggested again."""
        trial_id = str(trial.trial_id)
        self._check_known(trial)
        self._feed.fail(trial_id)
        if trial_id in self._running:
            self._end(trial_id, math.nan)

    def on_trial_remove(self, trial: Trial) -> None:
        """Nothing more to do if this scheduler decided so; if something else did, the slot is filled by a failure."""
        trial_id = str(trial.trial_id)
        if trial_id in self._running:
            self._feed.stop(trial_id, trial.config)
            self._end(trial_id, math.nan)

    def _end(self, trial_id: str, value: float) -> None:
        running = self._running.pop(trial_id)
        self._resources[trial_id] = running.resource
        self._fill(running.job, int(trial_id), value)

    def _fill(self, job: Job, trial_id: int | None, value: float) -> None:
        bracket_id, slot = job
        filled = replace(slot, trial_id=trial_id, metric_val=value)
        self._removable.extend(self.bracket_manager.on_result((bracket_id, filled)) or ())

    def _check_known(self, trial: Trial) -> None:
        if str(trial.trial_id) not in self._configs:
            raise SchedulerError(f"Trial {trial.trial_id} is not known: this scheduler has never suggested it")


class SynchronousGeometricHyperbandScheduler(SynchronousHyperbandScheduler):
    """Synchronous Hyperband whose levels and sizes of rungs form geometric sequences, as published.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        grace_period: The lowest level.
        reduction_factor: Ratio of neighbouring levels, and of neighbouring sizes.
        brackets: Number of brackets. Default: as many as there are levels; 1 is successive halving.
        max_resource_level: The largest resource. Default: the constant ``max_resource_attr``, or else the first integer
            constant among ``epochs``, ``max_t``, ``max_epochs`` of the space.
        max_resource_attr: Name of the constant of the space that tells the script how far to train.
        **kwargs: Other arguments of :class:`SynchronousHyperbandScheduler`, except ``bracket_rungs``.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If the largest resource is not known, or another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        *,
        grace_period: int = 1,
        reduction_factor: float = 3,
        brackets: int | None = None,
        max_resource_level: int | None = None,
        max_resource_attr: str | None = None,
        **kwargs: Any,
    ) -> None:
        largest = required_max_resource(Space.of(config_space), max_resource_attr, max_resource_level)
        super().__init__(
            config_space,
            geometric_rungs(grace_period, largest, reduction_factor, brackets),
            metric,
            max_resource_level=largest,
            max_resource_attr=max_resource_attr,
            **kwargs,
        )
