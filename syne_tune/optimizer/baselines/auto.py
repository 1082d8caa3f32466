"""The method that makes its own choices: :class:`AutoScheduler`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from syne_tune.optimizer.baselines.options import check_options
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision
from syne_tune.optimizer.schedulers.auto.early_stopping import GuardedHalving
from syne_tune.optimizer.schedulers.auto.pace import DEFAULT_OVERHEAD
from syne_tune.optimizer.schedulers.auto.paced_searcher import PacedSearcher
from syne_tune.optimizer.schedulers.auto.resource import Resource
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
from syne_tune.optimizer.schedulers.metrics import not_finite, positive_integer
from syne_tune.seeds import RandomSeedGenerator, generate_random_seed
from syne_tune.trial import Config, Result, Trial

if TYPE_CHECKING:
    from typing_extensions import Unpack


class AutoOptions(TypedDict, total=False):
    """Optional arguments of :class:`AutoScheduler`, where all are described."""

    mode: str
    points_to_evaluate: list[dict[str, Any]] | None
    random_seed: int | None
    max_resource_attr: str | None
    max_t: int | None
    max_overhead: float
    n_workers: int | None
    max_num_trials: int | None


class Report(NamedTuple):
    """One report, as far as it is compared.

    Attributes:
        config: Of the trial.
        resource: What the trial has reached.
        value: Metric.
    """

    config: Config
    resource: int
    value: float


class AutoScheduler(FIFOScheduler):
    """Chooses model, effort and early stopping by what it sees; name and mode of the metric are all it needs.

    ==========================  ======================================================================================
    seen                        choice
    ==========================  ======================================================================================
    the space has no more       random order without repetition: every configuration will be tried anyway
    configurations than trials
    long trials                 each suggestion comes from a Gaussian process that knows everything known so far
    short trials, many workers  one model for a batch of suggestions, made while trials run; then a lighter model; then
                                random draws: workers do not wait longer than ``max_overhead`` allows
    reports count 1, 2, 3, ...  successive halving by stopping, and a model over configurations and resources; begins as
                                soon as the largest resource is known, with all that was reported before
    rankings at a low level do  nobody is stopped there
    not agree with final ones
    ==========================  ======================================================================================

    Which of them holds, and why, stands in the reason of each suggestion and decision. Choices depend on reports only,
    not on the clock of the tuner, so that a resumed experiment makes the same ones.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource. By default the first of ``epoch``, ``step``, ``iteration`` and the
            like in the first report.
        mode: ``"min"`` (default) or ``"max"``.
        points_to_evaluate: First suggestions. Missing values are imputed by the middle of the range; ``None`` means one
            default configuration, ``[]`` none.
        random_seed: Integer in ``[0, 2**31 - 1]``; by default drawn.
        max_resource_attr: Name of the constant of the space that tells the script how far to train.
        max_t: How far trials are trained. By default a constant ``epochs``, ``max_t`` or ``max_epochs`` of the space,
            or else what the first two trials that ran to their end have reached.
        max_overhead: Share of the time of workers that may be lost by waiting for suggestions, by a table of what
            suggestions cost on usual hardware; default 0.05. Half a minute of one worker is free in any case.
        n_workers: Number of workers; by default as many as were seen.
        max_num_trials: Number of trials that will be started, if there is such a limit.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed; the message lists what is.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str | None = None,
        **kwargs: Unpack[AutoOptions],
    ) -> None:
        check_options(self, kwargs, AutoOptions, fixed="searcher")
        random_seed = kwargs.get("random_seed")
        seed = generate_random_seed() if random_seed is None else random_seed
        mode, max_resource_attr, max_t = kwargs.get("mode", "min"), kwargs.get("max_resource_attr"), kwargs.get("max_t")
        searcher = PacedSearcher(
            config_space,
            metric,
            kwargs.get("points_to_evaluate"),
            mode,
            random_seed_generator=RandomSeedGenerator(seed),
            max_overhead=kwargs.get("max_overhead", DEFAULT_OVERHEAD),
            n_workers=kwargs.get("n_workers"),
            max_num_trials=kwargs.get("max_num_trials"),
        )
        super().__init__(
            config_space,
            metric,
            mode=mode,
            searcher=searcher,
            random_seed=seed,
            max_resource_attr=max_resource_attr,
            max_t=max_t,
        )
        self.resource_attr = resource_attr
        self._paced = searcher
        self._resource = Resource(self.space, resource_attr, max_resource_attr, max_t)
        self._ends_at_max_t = max_t is not None
        self._halving: GuardedHalving | None = None
        self._curves: dict[str, list[Report]] = {}
        self._ended: set[str] = set()

    def prepare(self) -> None:
        """Makes the suggestions that are wanted next, as far as that can be done before they are wanted."""
        self._paced.prepare()

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _on_config_suggest(self, config: dict[str, Any], trial_id: str, **kwargs: Any) -> dict[str, Any]:
        milestone = None if self._halving is None else self._halving.next_level(0)
        self._paced.register_pending(trial_id, config, milestone)
        return config

    # -- reports -------------------------------------------------------------------------------------------------

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Stops a trial that is worse than others at the same resource, if that says anything; otherwise goes on."""
        problem = not_finite(trial, result, self._metrics)
        resource = self._resource.of(trial, result)
        if problem is not None:
            return self._give_up(trial, problem)
        report = Report(trial.config, resource or 0, float(result[self._metrics[0]]))
        trial_id = str(trial.trial_id)
        self._paced.on_trial_result(trial_id, trial.config, result, update=False)
        if resource is None:
            self._end_halving()
            return Decision(SchedulerDecision.CONTINUE, "every trial runs to its end: reports count no common resource")
        if self._halving is None and self._resource.is_known:
            self._begin_halving()
        if self._halving is not None:
            return self._judge(self._halving, trial_id, report)
        if self._resource.maximum is None:
            self._curves.setdefault(trial_id, []).append(report)
        return Decision(SchedulerDecision.CONTINUE, self._why_to_the_end(), resource=resource)

    def _why_to_the_end(self) -> str:
        maximum, name = self._resource.maximum, self._resource.name
        if maximum is None:
            return f"every trial runs to its end, as long as it is not known at which {name} that is"
        return f"every trial runs to its end, which is at {name} {maximum} already"

    def _judge(self, halving: GuardedHalving, trial_id: str, report: Report) -> Decision:
        level, decision = halving.report(trial_id, report.resource, report.value)
        if level is None:
            return decision
        self._paced.learn(trial_id, report.config, report.value, level)
        if level < halving.max_resource and decision == SchedulerDecision.CONTINUE:
            self._paced.register_pending(trial_id, report.config, halving.next_level(report.resource))
        elif level == halving.max_resource and self._ends_at_max_t:
            reason = f"{self._resource.name} {level} is max_t: the trial is done"
            return Decision(SchedulerDecision.STOP, reason, rung=level, metric_value=report.value)
        return decision

    # -- the beginning and the end of early stopping ---------------------------------------------------------------

    def _begin_halving(self) -> None:
        """The largest resource is known: what has been reported so far is compared as if it always had been."""
        name, maximum = self._resource.name, self._resource.maximum
        assert name is not None, "called once the resource is known"
        assert maximum is not None, "called once the resource is known"
        self._halving = GuardedHalving(maximum, str(self.metric_mode()), name)
        self._paced.use_levels(name, maximum)
        for trial_id, curve in self._curves.items():
            for report in curve:
                self._replay(self._halving, trial_id, report)
            if trial_id in self._ended:
                self._halving.end(trial_id)
            else:
                self._paced.register_pending(trial_id, curve[-1].config, self._halving.next_level(curve[-1].resource))
        self._forget_curves()

    def _replay(self, halving: GuardedHalving, trial_id: str, report: Report) -> None:
        level, _ = halving.report(trial_id, report.resource, report.value)
        is_known = level == halving.max_resource and trial_id in self._ended
        if level is not None and not is_known:
            self._paced.learn(trial_id, report.config, report.value, level)

    def _end_halving(self) -> None:
        self._halving = None
        self._forget_curves()

    def _forget_curves(self) -> None:
        self._curves.clear()
        self._ended.clear()

    # -- ends of trials ------------------------------------------------------------------------------------------

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """The last report is the final value."""
        trial_id, value = str(trial.trial_id), float(result[self._metrics[0]])
        if not_finite(trial, result, self._metrics) is not None:
            self.on_trial_error(trial)
            return
        if self._halving is None:
            self._paced.learn_final(trial_id, trial.config, value)
        elif not self._halving.is_complete(trial_id):
            self._halving.complete(trial_id, value)
            self._paced.learn_final(trial_id, trial.config, value)
        self._end(trial_id)
        self._paced.cleanup_pending(trial_id)
        self._look_at_the_end(result)

    def _look_at_the_end(self, result: Result) -> None:
        reached = None if self._resource.name is None else positive_integer(result.get(self._resource.name))
        if reached is None:
            return
        self._resource.complete(reached)
        if self._resource.is_given_up:
            self._end_halving()
        elif self._halving is None and self._resource.is_known:
            self._begin_halving()

    def on_trial_error(self, trial: Trial) -> None:
        """The configuration is not suggested again; what was reported still counts at the levels it reached."""
        self._end(str(trial.trial_id))
        super().on_trial_error(trial)

    def on_trial_remove(self, trial: Trial) -> None:
        """The trial was stopped."""
        self._end(str(trial.trial_id))
        super().on_trial_remove(trial)

    def _end(self, trial_id: str) -> None:
        if self._halving is not None:
            self._halving.end(trial_id)
        elif trial_id in self._curves:
            self._ended.add(trial_id)
