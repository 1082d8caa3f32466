"""One suggestion per free worker, run to its end: :class:`FIFOScheduler`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers.max_resource import infer_max_resource
from syne_tune.optimizer.schedulers.metrics import Unusable, check_metrics, not_finite
from syne_tune.optimizer.schedulers.new_trials import NewTrials
from syne_tune.optimizer.schedulers.running_to_the_end import TO_THE_END, RunningToTheEnd
from syne_tune.optimizer.schedulers.searchers.registry import searcher_factory
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.report_block import Continuation
from syne_tune.seeds import RandomSeedGenerator, generate_random_seed
from syne_tune.shorthand import Shorthand
from syne_tune.trial import Result, Trial

_IN_SHORTHAND = (
    *("suggest", "_suggest", "_new_trial", "_promote_trial", "_on_config_suggest", "_suggestion_facts", "on_trial_add"),
    *("on_trial_result", "continuation", "on_trial_complete", "on_trial_remove"),
)
"""What is not asked in shorthand, so that nobody must have overridden it."""


class FIFOScheduler(TrialScheduler):
    """Starts what its searcher suggests, and lets every trial run to its end.

    The searcher learns the last report of each completed trial. A report with a NaN or infinite metric stops its trial:
    the evaluation counts as failed and its configuration is not suggested again. A report without the metric, or with
    something that is not a number, is a :class:`~syne_tune.errors.SchedulerError`.

    Subclasses may override :meth:`_promote_trial` (resume a paused trial in place of starting a new one),
    :meth:`_on_config_suggest`, :meth:`_extend_search_options` and the callbacks.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise, or several for a searcher that optimises several.
        mode: ``"min"`` or ``"max"``; for several metrics, one for all or one each.
        searcher: Name of a searcher, or a searcher.
        search_options: Constructor arguments of a searcher given by name.
        points_to_evaluate: First suggestions of a searcher given by name. Missing values are imputed by the middle of
            the range; ``None`` means one default configuration, ``[]`` none.
        random_seed: Integer in ``[0, 2**31 - 1]``. Methods with equal seed, space and ``points_to_evaluate`` begin with
            the same random configurations. By default drawn, and then found in the attribute and in the metadata.
        max_resource_attr: Name of the constant of the space that tells the script how far to train.
        max_t: How far to train; only some searchers use it here.
        time_keeper: Accepted for existing scripts; schedulers read no clock.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed; the message lists what is.

    Attributes:
        searcher: The searcher.
        random_seed: The seed in use.
        max_resource_level: The largest resource, if ``max_t`` or the space tell.
    """

    def __init__(
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
    ) -> None:
        super().__init__(config_space)
        self._metrics, self._modes = check_metrics(metric, mode)
        self.random_seed = generate_random_seed() if random_seed is None else random_seed
        self.max_resource_attr = max_resource_attr
        self.max_resource_level = infer_max_resource(self.space, max_resource_attr, max_t)
        self.time_keeper = time_keeper
        self._is_configured = False
        self._searcher = self._make_searcher(searcher, dict(search_options or {}), points_to_evaluate)

    @property
    def searcher(self) -> BaseSearcher:
        """The searcher."""
        return self._searcher

    @property
    def max_t(self) -> int | None:
        """The same as ``max_resource_level``."""
        return self.max_resource_level

    def set_time_keeper(self, time_keeper: object) -> None:
        """Accepted for existing scripts; schedulers read no clock."""
        self.time_keeper = time_keeper

    # -- construction --------------------------------------------------------------------------------------------

    def _make_searcher(
        self,
        searcher: str | BaseSearcher,
        search_options: dict[str, Any],
        points_to_evaluate: list[dict[str, Any]] | None,
    ) -> BaseSearcher:
        seeds = RandomSeedGenerator(self.random_seed)
        if isinstance(searcher, BaseSearcher):
            if search_options:
                raise OptionError(
                    f"search_options = {search_options}: have no effect if searcher is an object; "
                    "pass them to its constructor"
                )
            return searcher
        context = {
            "config_space": self.space,
            "metric": self._metrics[0] if len(self._metrics) == 1 else self._metrics,
            "mode": self._modes[0] if len(self._modes) == 1 else self._modes,
            "points_to_evaluate": points_to_evaluate,
            "random_seed_generator": seeds,
            "max_epochs": self.max_resource_level,
        }
        for name in search_options.keys() & context.keys():
            raise OptionError(f"search_options[{name!r}]: pass it to the scheduler itself, if at all")
        return searcher_factory(searcher, **self._extend_search_options(search_options), **context)

    def _extend_search_options(self, search_options: dict[str, Any]) -> dict[str, Any]:
        """Adds what this kind of scheduler tells a searcher that is created by name."""
        return {**search_options, "scheduler": "fifo"}

    def _configure(self) -> None:
        """Called before the first suggestion."""
        self.searcher.configure_scheduler(self)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        if not self._is_configured:
            self._configure()
            self._is_configured = True
        promoted, details = self._promote_trial(str(trial_id))
        if promoted is not None:
            return TrialSuggestion.resume_suggestion(int(promoted), **details)
        config, reason, facts = self._new_trial(str(trial_id), details)
        return None if config is None else TrialSuggestion(True, None, config, reason, facts)

    def _new_trial(
        self, trial_id: str, details: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, str, dict[str, Any]]:
        """Lets the searcher suggest a configuration.

        Args:
            trial_id: Id of the new trial.
            details: Keyword arguments for ``searcher.get_config``.

        Returns:
            The configuration, which may lack constants, or ``None`` if nothing is left to suggest; reason and facts.
        """
        config = self.searcher.get_config(trial_id=trial_id, **details)
        if config is None:
            return None, "", {}
        reason, facts = self.searcher.explain(config)
        reason = reason or f"suggested by {type(self.searcher).__name__}"
        config = self._on_config_suggest(config, trial_id, **details)
        return config, reason, {**facts, **self._suggestion_facts(trial_id)}

    def _promote_trial(self, new_trial_id: str) -> tuple[str | None, dict[str, Any]]:
        """Whether a paused trial shall be resumed in place of starting a new one; by default never.

        Args:
            new_trial_id: Id that a new trial would get.

        Returns:
            Either the id of the paused trial and ``config`` (if it changes), ``reason`` and facts of the suggestion;
            or ``None`` and additional keyword arguments for ``searcher.get_config``.
        """
        return None, {}

    def _on_config_suggest(self, config: dict[str, Any], trial_id: str, **kwargs: Any) -> dict[str, Any]:
        """A new trial is about to be suggested; registers it as pending.

        Args:
            config: From the searcher.
            trial_id: Id of the new trial.
            **kwargs: What :meth:`_promote_trial` had returned.

        Returns:
            The configuration to suggest, by default the same.
        """
        self.searcher.register_pending(trial_id, config)
        return config

    def _suggestion_facts(self, trial_id: str) -> dict[str, Any]:
        """Facts to be added to the suggestion of a new trial."""
        return {}

    # -- callbacks -----------------------------------------------------------------------------------------------

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Goes on, unless a metric is not finite."""
        problem = not_finite(trial, result, self._metrics)
        if problem is not None:
            return self._give_up(trial, problem)
        self.searcher.on_trial_result(str(trial.trial_id), trial.config, result, update=False)
        return Decision(SchedulerDecision.CONTINUE, TO_THE_END.reason)

    def continuation(self, trial: Trial) -> Continuation | None:
        """All reports, unless a subclass decides otherwise, or the searcher looks at reports it does not learn."""
        decides_itself = type(self).on_trial_result is not FIFOScheduler.on_trial_result
        return None if decides_itself or self.searcher.sees_every_report else TO_THE_END

    def shorthand(self) -> Shorthand | None:
        """If the searcher does not learn, and no method is overridden that would have to be asked."""
        if not self._answers_in_shorthand(FIFOScheduler):
            return None
        return RunningToTheEnd(self._metrics[0], self.searcher, NewTrials(self.searcher, self.space))

    def _answers_in_shorthand(self, owner: type[FIFOScheduler]) -> bool:
        """Whether new trials and decisions are those of ``owner``, and the searcher does not learn."""
        is_plain = all(getattr(type(self), name) is getattr(owner, name) for name in _IN_SHORTHAND)
        return is_plain and self._is_configured and self.searcher.ignores_reports

    @property
    def is_quick(self) -> bool:
        """Whether its searcher is."""
        return self.searcher.is_quick

    def _give_up(self, trial: Trial, problem: Unusable) -> Decision:
        """The evaluation counts as failed."""
        self.on_trial_error(trial)
        return problem.decision()

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """The searcher learns the last report."""
        trial_id = str(trial.trial_id)
        if not_finite(trial, result, self._metrics) is not None:
            self.searcher.evaluation_failed(trial_id)
            return
        self.searcher.on_trial_result(trial_id, trial.config, result, update=True)
        self.searcher.cleanup_pending(trial_id)

    def on_trial_error(self, trial: Trial) -> None:
        """The searcher does not suggest the configuration again."""
        self.searcher.evaluation_failed(str(trial.trial_id))

    def on_trial_remove(self, trial: Trial) -> None:
        """Something else stopped the trial: nothing of it is pending any more."""
        self.searcher.cleanup_pending(str(trial.trial_id))

    # -- metrics -------------------------------------------------------------------------------------------------

    def metric_names(self) -> list[str]:
        """Names of the metrics."""
        return list(self._metrics)

    def metric_mode(self) -> str | list[str]:
        """The mode of the metric, or the list of modes if there are several metrics."""
        return self._modes[0] if len(self._modes) == 1 else list(self._modes)

    def is_multiobjective_scheduler(self) -> bool:
        """Whether there are several metrics."""
        return len(self._metrics) > 1

    def metadata(self) -> dict[str, Any]:
        """As in :class:`TrialScheduler`, and the random seed in use."""
        return {**super().metadata(), "random_seed": self.random_seed}
