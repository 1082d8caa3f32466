"""SMAC3 behind our contract: :class:`SMACScheduler`; needs the extra ``smac``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from syne_tune.errors import OptionError
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers.metrics import check_metrics, not_finite, sign_of
from syne_tune.optimizer.schedulers.searchers.initial_configs import impute_points_to_evaluate
from syne_tune.optimizer.schedulers.smac_space import smac_space
from syne_tune.optional import require, throwaway_folder
from syne_tune.seeds import check_random_seed, generate_random_seed
from syne_tune.trial import Config, Result, Trial

_EXTRA = "smac"
_MOST_TRIALS = 100_000
"""SMAC wants to know how many trials there will be; it suggests no more."""


class _Call(NamedTuple):
    """A call of SMAC: asks for the configuration of a trial, or tells its cost.

    Attributes:
        trial_id: The trial.
        cost: To be minimised; ``None``: asks.
        given: The configuration, if it is not one of SMAC.
    """

    trial_id: int
    cost: float | None = None
    given: Config | None = None


class SMACScheduler(TrialScheduler):
    """Lets SMAC3 suggest configurations by random forests; every trial runs to its end.

    Lindauer, Eggensperger, Feurer, Biedenkapp, Deng, Benjamins, Ruhkopf, Sass, Hutter, *SMAC3: A Versatile Bayesian
    Optimization Package for Hyperparameter Optimization*, JMLR 2022; its facade for hyperparameter optimisation, with
    defaults. SMAC learns the last report of each trial; of trials that failed, it learns nothing. A copy of this
    scheduler repeats all calls of SMAC before its first suggestion.

    Args:
        config_space: Name of parameter to domain or constant; no conditions or constraints.
        metric: Name of the metric to optimise.
        mode: ``"min"`` or ``"max"``. Default: ``"min"``.
        points_to_evaluate: First configurations, possibly partial. ``None`` means one in the middle of all ranges,
            ``[]`` none.
        random_seed: Of SMAC; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        MissingExtraError: If SMAC3 is not installed.
        OptionError: If another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        mode: str | None = None,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(config_space)
        names, modes = check_metrics(metric, mode or "min")
        if len(names) > 1:
            raise OptionError(f"metric = {metric!r}: SMAC takes one metric, the name of it")
        require("smac", _EXTRA)
        (self._metric,), (self._mode,) = names, modes
        self.random_seed = generate_random_seed() if random_seed is None else check_random_seed(random_seed)
        smac_space(self.space, self.random_seed)
        self._first = impute_points_to_evaluate(points_to_evaluate, self.space)
        self._given: dict[int, Config] = {}
        self._initial: list[Config] = []
        self._results: dict[int, Result] = {}
        self._calls: list[_Call] = []
        self._optimizer: Any = None
        self._asked: dict[int, Any] = {}

    # -- SMAC ----------------------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Without the objects of SMAC, which know files; they are made anew from the calls."""
        return {**self.__dict__, "_optimizer": None, "_asked": {}}

    def _call(self, call: _Call) -> None:
        if self._optimizer is None:
            self._optimizer = self._new_optimizer()
            for earlier in self._calls:
                self._carry_out(earlier)
        self._calls.append(call)
        self._carry_out(call)

    def _new_optimizer(self) -> Any:
        smac = require("smac", _EXTRA)
        with throwaway_folder() as folder:
            scenario = smac.Scenario(
                smac_space(self.space, self.random_seed),
                n_trials=_MOST_TRIALS,
                seed=self.random_seed,
                deterministic=True,
                output_directory=folder,
            )
            return smac.HyperparameterOptimizationFacade(scenario, _never_called, overwrite=True, logging_level=50)

    def _carry_out(self, call: _Call) -> None:
        if call.cost is None:
            self._asked[call.trial_id] = self._next()
            return
        records = require("smac.runhistory.dataclasses", _EXTRA)
        info = self._asked.pop(call.trial_id, None)
        if call.given is not None:
            space = self._optimizer.scenario.configspace
            config = require("ConfigSpace", _EXTRA).Configuration(space, values=dict(call.given))
            info = records.TrialInfo(config=config, seed=0)
        self._optimizer.tell(info, records.TrialValue(cost=call.cost), save=False)

    def _next(self) -> Any:
        """What SMAC wants to be tried; ``None`` if nothing."""
        exceptions = require("smac.main.exceptions", _EXTRA)
        try:
            return self._optimizer.ask()
        except (StopIteration, exceptions.ConfigurationSpaceExhaustedException):
            return None

    # -- suggestions and callbacks -------------------------------------------------------------------------------

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        if self._first:
            config = self._first.pop(0)
            self._given[trial_id] = {name: config[name] for name in self.space.free}
            self._initial.append(self._given[trial_id])
            return TrialSuggestion.start_suggestion(config, reason="initial configuration")
        while True:
            self._call(_Call(trial_id))
            info = self._asked[trial_id]
            if info is None:
                return None
            config = {
                name: getattr(value, "tolist", lambda value=value: value)() for name, value in info.config.items()
            }
            if config not in self._initial:  # of which SMAC does not know before the first of them has ended
                return TrialSuggestion.start_suggestion(config, reason="suggested by SMAC")

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Every trial runs to its end."""
        problem = not_finite(trial, result, [self._metric])
        if problem is not None:
            self._results.pop(trial.trial_id, None)
            return problem.decision()
        self._results[trial.trial_id] = result
        return Decision(SchedulerDecision.CONTINUE, "every trial runs to its end")

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """SMAC learns the last report."""
        self._tell(trial)

    def on_trial_remove(self, trial: Trial) -> None:
        """A trial was lost or stopped: SMAC learns the last report, if there is one."""
        self._tell(trial)

    def on_trial_error(self, trial: Trial) -> None:
        """SMAC learns nothing."""
        self._results.pop(trial.trial_id, None)

    def _tell(self, trial: Trial) -> None:
        result = self._results.pop(trial.trial_id, None)
        if result is not None:
            cost = sign_of(self._mode) * float(result[self._metric])
            self._call(_Call(trial.trial_id, cost, self._given.pop(trial.trial_id, None)))

    # -- description ---------------------------------------------------------------------------------------------

    def metric_names(self) -> list[str]:
        """The metric."""
        return [self._metric]

    def metric_mode(self) -> str:
        """The mode."""
        return self._mode


def _never_called(config: Any, seed: int = 0) -> float:  # noqa: ARG001  # SMAC looks at the names
    """What SMAC would optimise if it ran trials itself."""
    raise AssertionError("trials run in a backend, not here")
