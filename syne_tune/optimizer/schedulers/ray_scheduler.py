"""Schedulers and searchers of Ray Tune behind our contract: :class:`RayTuneScheduler`; needs the extra ``ray``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers.metrics import check_metrics, not_finite
from syne_tune.optimizer.schedulers.ray_space import ray_space
from syne_tune.optimizer.schedulers.searchers.initial_configs import impute_points_to_evaluate
from syne_tune.optimizer.schedulers.searchers.random_search import RandomSearcher
from syne_tune.trial import Config, Result, Trial

_FINISHED = "FINISHED"
_NEED_THEIR_RUNNER = {"PopulationBasedTraining", "HyperBandScheduler", "ResourceChangingScheduler"}


@dataclass(eq=False)
class _RayTrial:
    """As much of a trial of Ray as schedulers look at.

    Args:
        trial_id: Its id, as a string.
        config: Its configuration.
        num_reports: Number of its reports.
        last_result: The last one.
    """

    trial_id: str
    config: Config
    num_reports: int = 0
    last_result: dict[str, Any] | None = None


class RayTuneScheduler(TrialScheduler):
    """Lets Ray Tune decide what is tried and what is stopped, while trials run in our backends.

    Reports get what schedulers of Ray look at, unless they have it: ``training_iteration``, their number, and
    ``time_total_s``. Methods that pause trials or need Ray's own runner (population-based training, synchronous
    Hyperband) do not work, and are refused. Whether a resumed experiment is exact depends on Ray's objects: their
    answers must depend on their seed and the calls alone.

    Args:
        config_space: Name of parameter to domain or constant; no conditions or constraints.
        ray_scheduler: Scheduler of Ray; default: every trial runs to its end.
        ray_searcher: Searcher of Ray (``ray.tune.search.Searcher``); default: random search of ours. One that has no
            space yet is given this one.
        points_to_evaluate: First configurations, possibly partial; a searcher of Ray does not learn of them. Default:
            for random search one in the middle of all ranges, none for searchers of Ray, which have their own.
        metric: Name of the metric to optimise. Default: the one that scheduler or searcher of Ray have.
        mode: ``"min"`` or ``"max"``. Default: likewise, else ``"min"``.
        random_seed: Of random search.

    Raises:
        MissingExtraError: If Ray is needed and not installed.
        OptionError: If there is no metric, or Ray cannot do it.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        ray_scheduler: Any = None,
        ray_searcher: Any = None,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        *,
        metric: str | None = None,
        mode: str | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(config_space)
        self._scheduler, self._searcher = ray_scheduler, ray_searcher
        known = [metric, *(getattr(it, "metric", None) for it in (ray_scheduler, ray_searcher))]
        modes = [mode, *(getattr(it, "mode", None) for it in (ray_scheduler, ray_searcher)), "min"]
        if not any(known):
            raise OptionError("RayTuneScheduler: pass metric, or a scheduler or searcher of Ray that has one")
        (self._metric,), (self._mode,) = check_metrics(next(filter(None, known)), next(filter(None, modes)))
        self._check_scheduler()
        self._random_search: RandomSearcher | None = None
        self._first: list[dict[str, Any]] = []
        if ray_searcher is None:
            self._random_search = RandomSearcher(
                self.space, self._metric, points_to_evaluate, random_seed=random_seed, mode=self._mode
            )
        else:
            self._first = impute_points_to_evaluate(points_to_evaluate or [], self.space)
            ray_searcher.set_search_properties(self._metric, self._mode, ray_space(self.space))
        self._trials: dict[int, _RayTrial] = {}
        self._asked: set[int] = set()
        self._is_finished = False

    def _check_scheduler(self) -> None:
        if self._scheduler is None:
            return
        for base in type(self._scheduler).__mro__:
            if base.__name__ in _NEED_THEIR_RUNNER:
                raise OptionError(
                    f"RayTuneScheduler: {base.__name__} needs the runner of Ray Tune, and cannot run here"
                )
        if getattr(self._scheduler, "metric", None) is None:
            self._scheduler.set_search_properties(self._metric, self._mode)

    @staticmethod
    def convert_config_space(config_space: Mapping[str, Any]) -> dict[str, Any]:
        """The same space in the terms of Ray Tune, see :func:`~syne_tune.optimizer.schedulers.ray_space.ray_space`."""
        return ray_space(config_space)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        config, reason = self._next_config(trial_id)
        if config is None:
            return None
        return TrialSuggestion.start_suggestion(config, reason=reason)

    def _next_config(self, trial_id: int) -> tuple[Config | None, str]:
        if self._random_search is not None:
            return self._random_search.get_config(trial_id=str(trial_id)), "random draw, or initial configuration"
        if self._first:
            return self._first.pop(0), "initial configuration"
        name = type(self._searcher).__name__
        config = None if self._is_finished else self._searcher.suggest(str(trial_id))
        if config is None or config == _FINISHED:
            self._is_finished |= config == _FINISHED
            return None, ""
        self._asked.add(trial_id)
        return {name: value for name, value in config.items() if name in self.space}, f"suggested by {name} of Ray Tune"

    # -- callbacks -----------------------------------------------------------------------------------------------

    def on_trial_add(self, trial: Trial) -> None:
        """Handed on."""
        self._trials[trial.trial_id] = _RayTrial(str(trial.trial_id), dict(trial.config))
        if self._scheduler is not None:
            self._scheduler.on_trial_add(None, self._trials[trial.trial_id])

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """The decision of Ray's scheduler."""
        problem = not_finite(trial, result, [self._metric])
        if problem is not None:
            return problem.decision()
        ray_trial = self._trials.get(trial.trial_id)
        if ray_trial is None:
            return Decision(SchedulerDecision.STOP, "a report after the trial has ended is not used")
        ray_trial.num_reports += 1
        ray_trial.last_result = self._ray_result(ray_trial, result)
        if trial.trial_id in self._asked:
            self._searcher.on_trial_result(ray_trial.trial_id, ray_trial.last_result)
        if self._scheduler is None:
            return Decision(SchedulerDecision.CONTINUE, "every trial runs to its end")
        name = type(self._scheduler).__name__
        decision = self._scheduler.on_trial_result(None, ray_trial, ray_trial.last_result)
        if decision not in (SchedulerDecision.CONTINUE, SchedulerDecision.STOP):
            raise SchedulerError(f"{name} of Ray Tune answered {decision!r} to a report of trial {trial.trial_id}")
        return Decision(decision, f"{name} of Ray Tune said so")

    @staticmethod
    def _ray_result(ray_trial: _RayTrial, result: Result) -> dict[str, Any]:
        defaults = {
            "training_iteration": ray_trial.num_reports,
            "time_total_s": result.get("st_worker_time", float(ray_trial.num_reports)),
            "trial_id": ray_trial.trial_id,
            "config": ray_trial.config,
            "done": False,
        }
        return {**defaults, **result}

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """Handed on to both."""
        ray_trial = self._trials.pop(trial.trial_id)
        final = {**self._ray_result(ray_trial, result), "done": True}
        if self._scheduler is not None:
            self._scheduler.on_trial_complete(None, ray_trial, final)
        self._tell_searcher(trial, final)

    def on_trial_remove(self, trial: Trial) -> None:
        """A trial was stopped, or lost: its last report is its final one."""
        ray_trial = self._trials.pop(trial.trial_id)
        if self._scheduler is not None:
            self._scheduler.on_trial_remove(None, ray_trial)
        self._tell_searcher(trial, ray_trial.last_result)

    def on_trial_error(self, trial: Trial) -> None:
        """Handed on to both."""
        ray_trial = self._trials.pop(trial.trial_id, None)
        if ray_trial is not None and self._scheduler is not None:
            self._scheduler.on_trial_error(None, ray_trial)
        self._tell_searcher(trial, None)

    def _tell_searcher(self, trial: Trial, final: dict[str, Any] | None) -> None:
        """Tells the searcher of the end of a trial that it suggested; ``None``: it failed."""
        trial_id = str(trial.trial_id)
        if self._random_search is not None and final is None:
            self._random_search.evaluation_failed(trial_id)
        elif trial.trial_id in self._asked:
            self._asked.discard(trial.trial_id)
            self._searcher.on_trial_complete(trial_id, final, error=final is None)

    # -- description ---------------------------------------------------------------------------------------------

    def metric_names(self) -> list[str]:
        """The metric."""
        return [self._metric]

    def metric_mode(self) -> str:
        """The mode."""
        return self._mode
