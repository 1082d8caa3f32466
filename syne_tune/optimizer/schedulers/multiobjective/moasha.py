"""Successive halving for several objectives: :class:`MOASHA`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
from syne_tune.optimizer.schedulers.metrics import not_finite, positive_integer, required_number, sign_of
from syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority import MOPriority, NonDominatedPriority
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.report_block import Continuation
from syne_tune.seeds import RandomSeedGenerator
from syne_tune.trial import Result, Trial


@dataclass
class _Rung:
    """What trials reported at one level."""

    level: float
    costs: list[FloatArray] = field(default_factory=list)


@dataclass
class _Running:
    """Where a trial stands: rungs it has to pass yet, lowest first."""

    bracket: int
    rungs: list[_Rung]
    is_running: bool = True


class MOASHA(FIFOScheduler):
    """Stops trials whose objectives are behind those of others at the same level.

    Schmucker, Donini, Zafar, Salinas, Archambeau, *Multi-objective Asynchronous Successive Halving*, 2021
    (arXiv:2106.12639). At a rung, all points seen there are put into one order by a priority, by default layers of
    non-dominated points; a trial goes on if it is among the best ``1 / reduction_factor`` of them.

    Reports that are not as they should be: a metric NaN or infinite: stop, counts as failed; metric or resource missing
    or not a number: ``SchedulerError``; a level skipped: the report counts for the highest level passed; after a stop:
    stop again, not used.

    Args:
        config_space: Name of parameter to domain or constant.
        metrics: Names of the objectives, at least two.
        mode: ``"min"`` or ``"max"``, or one per objective. Default: ``"min"``.
        time_attr: Name of the reported resource, any growing number.
        multiobjective_priority: Puts points into one order. Default: non-dominated sorting.
        max_t: Trials stop at this resource.
        grace_period: The lowest level.
        reduction_factor: Ratio of neighbouring levels, larger than 1; one in so many trials goes on.
        brackets: Number of brackets; a trial of bracket s skips the s lowest levels.
        searcher: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        search_options: Likewise.
        points_to_evaluate: Likewise.
        random_seed: Likewise.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metrics: Sequence[str],
        mode: str | Sequence[str] | None = None,
        time_attr: str = "training_iteration",
        multiobjective_priority: MOPriority | None = None,
        max_t: float = 100,
        grace_period: float = 1,
        reduction_factor: float = 3,
        brackets: int = 1,
        *,
        searcher: str | BaseSearcher = "random",
        search_options: Mapping[str, Any] | None = None,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        random_seed: int | None = None,
    ) -> None:
        modes = "min" if mode is None else mode if isinstance(mode, str) else list(mode)
        super().__init__(
            config_space,
            list(metrics),
            mode=modes,
            searcher=searcher,
            search_options=search_options,
            points_to_evaluate=points_to_evaluate,
            random_seed=random_seed,
        )
        if len(self._metrics) < 2 or isinstance(metrics, str):
            raise OptionError(f"metrics = {metrics!r}: name at least two objectives")
        self.time_attr, self._largest, self._reduction_factor = time_attr, max_t, reduction_factor
        self._signs = np.array([sign_of(mode) for mode in self._modes])
        self._priority = NonDominatedPriority() if multiobjective_priority is None else multiobjective_priority
        self._brackets = _brackets(max_t, grace_period, reduction_factor, brackets)
        seeds = RandomSeedGenerator(self.random_seed)
        self._random_state = np.random.RandomState([seeds() for _ in range(3)][-1])
        self._running: dict[int, _Running] = {}

    @property
    def rung_levels(self) -> list[float]:
        """Levels of the first bracket, lowest first."""
        return [rung.level for rung in self._brackets[0]]

    @property
    def num_brackets(self) -> int:
        """Number of brackets."""
        return len(self._brackets)

    def _promote_trial(self, new_trial_id: str) -> tuple[str | None, dict[str, Any]]:
        sizes = np.exp([len(rungs) for rungs in self._brackets])
        bracket = int(self._random_state.choice(len(sizes), p=sizes / sizes.sum())) if len(sizes) > 1 else 0
        self._running[int(new_trial_id)] = _Running(bracket, list(self._brackets[bracket]))
        return None, {"bracket": bracket}

    def _suggestion_facts(self, trial_id: str) -> dict[str, Any]:
        return {"bracket": self._running[int(trial_id)].bracket}

    # -- callbacks -----------------------------------------------------------------------------------------------

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Decides at levels; what is not as it should be is answered as the class description says."""
        running = self._known(trial)
        resource = required_number(trial, result, self.time_attr)
        problem = not_finite(trial, result, [*self._metrics, self.time_attr])
        if not running.is_running:
            return Decision(SchedulerDecision.STOP, "a report after the trial was stopped is not used")
        if problem is not None:
            return self._give_up(trial, problem)
        self.searcher.on_trial_result(str(trial.trial_id), trial.config, result, update=False)
        passed = [rung for rung in running.rungs if rung.level <= resource]
        running.rungs = [rung for rung in running.rungs if rung.level > resource]
        if resource >= self._largest:
            return self._done(trial, result, f"{self.time_attr} {resource:g} is the maximum: the trial is done")
        if not passed:
            return Decision(SchedulerDecision.CONTINUE, self._on_the_way(running), bracket=running.bracket)
        return self._decide(trial, running, passed[-1], result)

    def _decide(self, trial: Trial, running: _Running, rung: _Rung, result: Result) -> Decision:
        rung.costs.append(self._signs * np.array([float(result[name]) for name in self._metrics]))
        priorities = self._priority(np.array(rung.costs))
        rank, count = int(np.sum(priorities < priorities[-1])), len(priorities)
        facts = {"rung": rung.level, "rank": rank + 1, "trials": count, "bracket": running.bracket}
        allowed = count / self._reduction_factor
        reason = f"priority {rank + 1} of {count} at {self.time_attr} {rung.level:g}"
        if count == 1 or rank < allowed:
            return Decision(SchedulerDecision.CONTINUE, f"{reason}: goes on", **facts)
        return self._done(trial, result, f"{reason}, the best 1/{self._reduction_factor:g} go on", **facts)

    def _done(self, trial: Trial, result: Result, reason: str, **facts: Any) -> Decision:
        self._known(trial).is_running = False
        self.searcher.on_trial_result(str(trial.trial_id), trial.config, result, update=True)
        return Decision(SchedulerDecision.STOP, reason, **facts)

    def continuation(self, trial: Trial) -> Continuation | None:
        """Reports between levels."""
        running = self._running[trial.trial_id]
        below = min([self._largest, *(rung.level for rung in running.rungs)])
        facts = {"bracket": running.bracket}
        return (
            None
            if self.searcher.sees_every_report
            else Continuation(self._on_the_way(running), facts, self.time_attr, below=below)
        )

    def _on_the_way(self, running: _Running) -> str:
        if not running.rungs:
            return f"no more levels before {self.time_attr} {self._largest:g}"
        return f"the next level is {self.time_attr} {running.rungs[0].level:g}"

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """The searcher learns the last report."""
        self._known(trial).is_running = False
        super().on_trial_complete(trial, result)

    def on_trial_error(self, trial: Trial) -> None:
        """The searcher does not suggest the configuration again."""
        self._known(trial).is_running = False
        super().on_trial_error(trial)

    def on_trial_remove(self, trial: Trial) -> None:
        """The trial was stopped."""
        self._known(trial).is_running = False
        super().on_trial_remove(trial)

    def _known(self, trial: Trial) -> _Running:
        running = self._running.get(trial.trial_id)
        if running is None:
            raise SchedulerError(f"Trial {trial.trial_id} is not known: this scheduler has never suggested it")
        return running


def _brackets(max_t: float, grace_period: float, factor: float, count: int) -> list[list[_Rung]]:
    """Rungs of each bracket: levels ``grace_period * factor^(k + s)`` below ``max_t`` for bracket s."""
    if not 0 < grace_period < max_t:
        raise OptionError(f"grace_period = {grace_period!r}: must be larger than 0 and below max_t = {max_t!r}")
    if not factor > 1:
        raise OptionError(f"reduction_factor = {factor!r}: must be larger than 1")
    if positive_integer(count) is None:
        raise OptionError(f"brackets = {count!r}: must be an integer of at least 1")
    levels, level = [], grace_period
    while level < max_t:
        levels.append(level)
        level *= factor
    return [[_Rung(level) for level in levels[skipped:]] for skipped in range(min(count, len(levels)))]
