"""Asynchronous successive halving and Hyperband: :class:`HyperbandScheduler`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval, PausedCheckpoint
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialSuggestion
from syne_tune.optimizer.schedulers.compared_trials import ComparedTrials
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
from syne_tune.optimizer.schedulers.hyperband_arguments import (
    check_type,
    checked_removal,
    known_max_resource,
    warn_of_unused_spacing,
)
from syne_tune.optimizer.schedulers.metrics import not_finite, required_resource
from syne_tune.optimizer.schedulers.new_trials import NewTrials
from syne_tune.optimizer.schedulers.rungs.brackets import (
    BracketDistribution,
    DefaultHyperbandBracketDistribution,
    draw_bracket,
)
from syne_tune.optimizer.schedulers.rungs.levels import compute_rung_levels
from syne_tune.optimizer.schedulers.rungs.registry import (
    RUNG_SYSTEMS,
    make_bracket_manager,
    priority_of,
    probability_of_halving,
    rung_system_class,
    threshold_configs,
)
from syne_tune.optimizer.schedulers.rungs.rung_system import Promotion, RungOptions
from syne_tune.optimizer.schedulers.rungs.stopping import StoppingRungSystem
from syne_tune.optimizer.schedulers.searcher_feed import SearcherFeed
from syne_tune.optimizer.schedulers.searchers.duplicates import ConfigSet
from syne_tune.optimizer.schedulers.searchers.resume_or_start import Advisor
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.stopping_shorthand import StoppingShorthand
from syne_tune.optimizer.schedulers.trial_progress import TrialProgress
from syne_tune.report_block import Continuation
from syne_tune.seeds import RandomSeedGenerator
from syne_tune.shorthand import Shorthand
from syne_tune.trial import Result, Status, Trial

__all__ = ["RUNG_SYSTEMS", "HyperbandScheduler"]


class HyperbandScheduler(FIFOScheduler):
    """Compares trials at rung levels of their resource, and spends more only on the better ones.

    What happens at a level is the rule of ``type``, one file each in :mod:`syne_tune.optimizer.schedulers.rungs`:

    * ``"stopping"``: the worse part is stopped;
    * ``"promotion"``: every trial pauses, the better part is resumed;
    * ``"cost_promotion"``: likewise, but a share of the cost is promoted (needs ``cost_attr``);
    * ``"pasha"``: likewise, but the largest level grows only while rankings still change;
    * ``"rush_stopping"``, ``"rush_promotion"``: in addition, trials must keep up with configurations known to be good;
    * ``"dyhpo"``: every trial pauses, a model decides which one is resumed (needs ``searcher="dyhpo"``);
    * ``"pareto_stopping"``, ``"pareto_promotion"``: several metrics at once, ranked by non-domination.

    Reports that are not as they should be:

    ======================================  ==================================================================
    report                                  answer
    ======================================  ==================================================================
    metric NaN or infinite                  stop; counts as failed, enters no rung and no model
    metric missing or not a number          ``SchedulerError`` naming trial, metric and what was reported (*)
    resource missing, below 1, no integer   the same (*)
    resource not above the last one         continue; not used (the script started again from scratch)
    rung level skipped                      counts for the highest level passed; those below get no entry
    resource above ``max_t``                counts as ``max_t``; the trial is done
    after pause or stop                     the same decision again; not used
    ======================================  ==================================================================

    (*) Nothing has changed by then; the tuner counts the trial as failed.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise; several with the types that compare several.
        mode: ``"min"`` or ``"max"``; for several metrics, one for all or one each.
        searcher: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        search_options: Likewise.
        points_to_evaluate: Likewise. If ``searcher`` is an object, they only name the configurations known to be good.
        random_seed: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        max_resource_attr: Name of the constant of the space that tells the script how far to train. With types that
            pause, each suggestion says there how far to train until the next decision, so that scripts end by
            themselves instead of being stopped from outside.
        max_t: The largest resource. Default: the constant ``max_resource_attr``, or else the first integer constant
            among ``epochs``, ``max_t``, ``max_epochs`` of the space.
        time_keeper: Accepted for existing scripts; schedulers read no clock.
        resource_attr: Name of the reported resource: units done so far, an integer counted from 1.
        type: The rule, see above.
        grace_period: The lowest rung level.
        reduction_factor: Ratio of neighbouring levels, at least 2. Default: 3, unless ``rung_increment`` is given.
        rung_increment: Difference of neighbouring levels, if ``reduction_factor`` is not given.
        rung_levels: The levels themselves; the three arguments above are then not used.
        brackets: Number of brackets; a trial of bracket ``s`` skips the ``s`` lowest levels.
        searcher_data: Which reports the searcher learns: ``"rungs"``, ``"all"`` or ``"rungs_and_last"``, see
            :mod:`~syne_tune.optimizer.schedulers.searcher_feed`.
        cost_attr: Name of a reported cost since the start of the present run of a trial; must be reported if given.
            Types that pause add it up over the runs; rung rule and searcher see the sum as ``total_<cost_attr>``.
        register_pending_myopic: Whether only the very next report of a trial is pending, rather than all up to its next
            rung level; only for ``searcher_data != "rungs"``.
        rung_system_per_bracket: Whether each bracket has rungs of its own. By default brackets share them.
        do_snapshots: Whether the searcher is told the state of the rungs (``snapshot``) at each suggestion; only for
            types that stop.
        rung_system_kwargs: ``{"num_threshold_candidates": n}`` for the rush types: the first ``n`` of
            ``points_to_evaluate`` are the configurations known to be good. ``{"probability_sh": p}`` for ``"dyhpo"``:
            how often successive halving decides in place of the model; default: 0.25.
            ``{"multiobjective_priority": p}`` for the pareto types: an
            :class:`~syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority.MOPriority`.
        early_checkpoint_removal_kwargs: Arguments of
            :class:`~syne_tune.optimizer.checkpoints.early_removal.EarlyCheckpointRemoval`, of which
            ``max_num_checkpoints`` is mandatory. For types that promote, if the backend has ``delete_checkpoints``.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed; the message lists what is.

    Attributes:
        scheduler_type: The ``type``.
        terminator: Knows the rungs.
        bracket_distribution: How brackets are drawn; a searcher may replace it in ``configure_scheduler``.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        *,
        mode: str | list[str] = "min",
        searcher: str | BaseSearcher = "random",
        search_options: Mapping[str, Any] | None = None,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        random_seed: int | None = None,
        max_resource_attr: str | None = None,
        max_t: int | None = None,
        time_keeper: object = None,
        resource_attr: str = "epoch",
        type: str = "stopping",
        grace_period: int = 1,
        reduction_factor: float | None = None,
        rung_increment: int | None = None,
        rung_levels: Sequence[int] | None = None,
        brackets: int = 1,
        searcher_data: str = "rungs",
        cost_attr: str | None = None,
        register_pending_myopic: bool = False,
        rung_system_per_bracket: bool = False,
        do_snapshots: bool = False,
        rung_system_kwargs: Mapping[str, Any] | None = None,
        early_checkpoint_removal_kwargs: EarlyCheckpointRemoval | Mapping[str, Any] | None = None,
    ) -> None:
        self._rung_system = rung_system_class(type)
        self.scheduler_type = type
        self.resource_attr, self.searcher_data = resource_attr, searcher_data
        super().__init__(
            config_space,
            metric,
            mode=mode,
            searcher=searcher,
            search_options=search_options,
            points_to_evaluate=points_to_evaluate,
            random_seed=random_seed,
            max_resource_attr=max_resource_attr,
            max_t=max_t,
            time_keeper=time_keeper,
        )
        check_type(type, self._metrics, do_snapshots)
        max_resource = known_max_resource(self.max_resource_level)
        warn_of_unused_spacing(rung_levels, grace_period, reduction_factor, rung_increment)
        levels = compute_rung_levels(max_resource, grace_period, reduction_factor, rung_increment, rung_levels)
        self._cost_attr, self._do_snapshots = cost_attr, do_snapshots
        options = self._rung_options(rung_system_kwargs or {}, points_to_evaluate)
        compared_by = (self._metrics[0], self._modes[0], resource_attr)
        self.terminator = make_bracket_manager(
            self._rung_system, levels, *compared_by, max_resource, brackets, rung_system_per_bracket, options
        )
        self.bracket_distribution: BracketDistribution = DefaultHyperbandBracketDistribution()
        self._bracket_random_state = np.random.RandomState(_seed_number(3, self.random_seed))
        self._early_removal = checked_removal(type, early_checkpoint_removal_kwargs)
        feed = SearcherFeed(self.searcher, searcher_data, register_pending_myopic, resource_attr, max_resource)
        self._trials = ComparedTrials(self.terminator, feed)

    def _rung_options(self, kwargs: Mapping[str, Any], points: list[dict[str, Any]] | None) -> RungOptions:
        """What only some rung rules need to know."""
        return RungOptions(
            cost_attr=None if self._cost_attr is None else _total(self._cost_attr),
            threshold_configs=ConfigSet(self.space, threshold_configs(kwargs, points, self.space)),
            advisor=self.searcher if isinstance(self.searcher, Advisor) else None,
            probability_sh=probability_of_halving(kwargs),
            random_seed=_seed_number(4, self.random_seed),
            modes=dict(zip(self._metrics, self._modes, strict=True)),
            priority=priority_of(kwargs) if self._rung_system.ranks_several_metrics() else None,
        )

    # -- properties ----------------------------------------------------------------------------------------------

    @property
    def rung_levels(self) -> list[int]:
        """The levels below ``max_t`` at which trials are compared."""
        return list(self.terminator.rung_levels)

    @property
    def num_brackets(self) -> int:
        """Number of brackets."""
        return self.terminator.num_brackets

    def does_pause_resume(self) -> bool:
        """Whether trials are paused and resumed (as opposed to stopped)."""
        return self._rung_system.does_pause_resume()

    @property
    def early_checkpoint_removal(self) -> EarlyCheckpointRemoval | None:
        """As asked for."""
        return self._early_removal

    def paused_checkpoints(self) -> list[PausedCheckpoint]:
        """Trials that wait to be promoted."""
        return self.terminator.paused_checkpoints()

    def metadata(self) -> dict[str, Any]:
        """As in :class:`FIFOScheduler`, and what scripts need to know to write checkpoints at rung levels only."""
        return {
            **super().metadata(),
            "scheduler_type": self.scheduler_type,
            "resource_attr": self.resource_attr,
            "max_resource_level": self.max_resource_level,
            "rung_levels": self.rung_levels,
        }

    def _extend_search_options(self, search_options: dict[str, Any]) -> dict[str, Any]:
        scheduler = f"hyperband_{self.scheduler_type}"
        return {**search_options, "scheduler": scheduler, "resource_attr": self.resource_attr}

    def _configure(self) -> None:
        super()._configure()
        self.bracket_distribution.configure(self)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        suggestion = super()._suggest(trial_id)
        if suggestion is not None:
            return suggestion
        return self._resume_in_any_bracket(str(trial_id))

    def _resume_in_any_bracket(self, new_trial_id: str) -> TrialSuggestion | None:
        """There are no new configurations: a paused trial of another bracket is still worth going on with."""
        for bracket in range(self.num_brackets):
            promotion = self.terminator.on_task_schedule(new_trial_id, bracket)
            if promotion is not None:
                promoted, details = self._resume(promotion)
                return TrialSuggestion.resume_suggestion(int(promoted), **details)
        return None

    def _promote_trial(self, new_trial_id: str) -> tuple[str | None, dict[str, Any]]:
        bracket = self._draw_bracket()
        promotion = self.terminator.on_task_schedule(new_trial_id, bracket)
        if promotion is not None:
            return self._resume(promotion)
        details = {"bracket": bracket, "milestone": self.terminator.first_milestone(bracket)}
        return None, {**details, "snapshot": self._snapshot(bracket)} if self._do_snapshots else details

    def _draw_bracket(self) -> int:
        return draw_bracket(self.bracket_distribution(), self._bracket_random_state)

    def _resume(self, promotion: Promotion) -> tuple[str, dict[str, Any]]:
        progress = self._trials.resume(promotion)
        config = None
        if self.max_resource_attr is not None:
            config = {**progress.config, self.max_resource_attr: promotion.milestone}
        facts = {**promotion.facts, "bracket": progress.bracket}
        return promotion.trial_id, {"config": config, "reason": promotion.reason, **facts}

    def _on_config_suggest(self, config: dict[str, Any], trial_id: str, **kwargs: Any) -> dict[str, Any]:
        bracket, milestone = kwargs["bracket"], kwargs["milestone"]
        self._trials.start(trial_id, config, bracket, milestone)
        if self.max_resource_attr is None or not self.does_pause_resume():
            return config
        return {**config, self.max_resource_attr: milestone}

    def _suggestion_facts(self, trial_id: str) -> dict[str, Any]:
        bracket = self._trials.progress[trial_id].bracket
        return {"bracket": bracket, "next_milestone": self.terminator.first_milestone(bracket)}

    def _snapshot(self, bracket: int) -> dict[str, Any]:
        rungs = self.terminator.snapshot_rungs(bracket)
        return {"tasks": self._trials.running(), "rungs": rungs, "max_resource": self.max_resource_level}

    # -- callbacks -----------------------------------------------------------------------------------------------

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Decides by the rule of ``type``; what is not as it should be is answered as the class description says."""
        progress = self._trials.of(trial)
        if progress.status != Status.in_progress:
            decision = SchedulerDecision.PAUSE if progress.status == Status.paused else SchedulerDecision.STOP
            return Decision(decision, f"a report after the trial was {progress.status.lower()} is not used")
        required = self._metrics if self._cost_attr is None else [*self._metrics, self._cost_attr]
        resource = required_resource(trial, result, self.resource_attr)
        problem = not_finite(trial, result, required)
        if problem is not None:
            return self._give_up(trial, problem)
        if self._cost_attr is not None:
            result = {**result, **self._total_cost(progress, result, resource)}
        if resource <= progress.resource:
            reason = f"{self.resource_attr} {resource} was reported before (up to {progress.resource}): not used"
            return Decision(SchedulerDecision.CONTINUE, reason, resource=resource)
        progress.resource = resource
        return self._trials.report(trial, result)

    def _total_cost(self, progress: TrialProgress, result: Result, resource: int) -> dict[str, float]:
        """The cost over all runs of a trial, for types that pause."""
        if self._cost_attr is None or not self.does_pause_resume():
            return {}
        return {_total(self._cost_attr): progress.cost.add(resource, float(result[self._cost_attr]))}

    def continuation(self, trial: Trial) -> Continuation | None:
        """Reports between levels, if neither searcher nor snapshots nor costs need them."""
        decides_itself = type(self).on_trial_result is not HyperbandScheduler.on_trial_result
        sees_every_report = self.searcher.sees_every_report or self.searcher_data != "rungs"
        if decides_itself or sees_every_report or self._cost_attr is not None or self._do_snapshots:
            return None
        return self._trials.continuation(trial)

    def shorthand(self) -> Shorthand | None:
        """For ``type="stopping"`` with a searcher that does not learn, if nothing needs every report."""
        looks_at_all = self.searcher_data != "rungs" or self._cost_attr is not None or self._do_snapshots
        if looks_at_all or not self._answers_in_shorthand(HyperbandScheduler):
            return None
        if not self.terminator.is_of_type(StoppingRungSystem):
            return None
        assert self.max_resource_level is not None, "checked by the constructor"
        numbers = (self._metrics[0], self.resource_attr, self.max_resource_level)
        new_trials = NewTrials(self.searcher, self.space)
        draw = self._draw_bracket if self.num_brackets > 1 else int
        return StoppingShorthand(*numbers, self.terminator, self._trials.progress, new_trials, draw)

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """The searcher learns the last report, if it has not before."""
        self._trials.complete(trial, result)

    def on_trial_error(self, trial: Trial) -> None:
        """The trial is never resumed, and its configuration not suggested again."""
        self._trials.fail(trial)

    def on_trial_remove(self, trial: Trial) -> None:
        """Nothing more to do if this scheduler decided so; if something else did, the trial is never resumed."""
        self._trials.stop(trial)


def _total(cost_attr: str) -> str:
    return f"total_{cost_attr}"


def _seed_number(number: int, random_seed: int) -> int:
    """The third seed draws brackets, the fourth is for rung rules; the first two belong to searcher and model."""
    seeds = RandomSeedGenerator(random_seed)
    return [seeds() for _ in range(number)][-1]
