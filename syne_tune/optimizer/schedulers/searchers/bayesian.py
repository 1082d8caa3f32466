"""Bayesian optimisation of one metric, every trial run to its end: :class:`BayesianOptimizationSearcher`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from numbers import Real
from typing import Any

import numpy as np

from syne_tune.errors import OptionError, SchedulerError, nearest
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal, Proposer
from syne_tune.trial import Config, Result

_FEW = 1000
"""Spaces of so many configurations are ranked as a whole; from longer lists, so many are drawn."""

_LARGEST = 1e30
"""Values of diverged trials are cut off here, so that the models of all others can be computed."""

_MODEL_STREAM = 1
"""The model draws from a stream of its own, so that random configurations are those of random search."""


class BayesianOptimizationSearcher(StochasticAndFilterDuplicatesSearcher):
    """Evaluates next what a Gaussian process, fitted to all finished trials, expects to improve most.

    Jones, Schonlau, Welch, *Efficient Global Optimization of Expensive Black-Box Functions*, 1998, eq. (15), in the
    logarithmic form of Ament et al., *Unexpected Improvements to Expected Improvement*, 2023; pending evaluations as in
    Ginsbourger et al. 2010 (default) or Snoek et al. 2012.

    First come ``points_to_evaluate`` and random configurations, the same as those of random search with the same seed;
    then the model decides. Failed evaluations, and those that are not finite, are no data; their configurations are not
    suggested again. What is suggested does not depend on the units of the metric.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.
        **search_options: Fields of :class:`~.bayesian_options.BayesianOptions`.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If there are several metrics, or an option is unknown or has a value that is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
        **search_options: Any,
    ) -> None:
        options = BayesianOptions.of(search_options)
        super().__init__(
            config_space,
            metric,
            points_to_evaluate,
            allow_duplicates,
            restrict_configurations,
            mode,
            random_seed_generator,
            random_seed,
        )
        self._check_metric()
        self._num_random = max(0, options.num_init_random - self._num_initial)
        self._num_drawn = 0
        self._inputs = ModelInputs(HyperparameterRanges(self.space))
        self._history = History(self._inputs.layout.num_columns)
        self._model_random_state = np.random.RandomState([self.random_seed, _MODEL_STREAM])
        self._proposer = Proposer(self._inputs, options, self._model_random_state)
        self._candidates = self._all_if_few() if self._pool is None else self._pool

    def _all_if_few(self) -> list[dict[str, Any]] | None:
        return None if self.space.size(_FEW) is None else list(self.space.configurations())

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metric and mode.

        Raises:
            OptionError: If there are several metrics.
        """
        super().configure_scheduler(scheduler)
        self._check_metric()

    def _check_metric(self) -> None:
        if not isinstance(self._metric, str):
            raise OptionError(f"metric = {self._metric!r}: Bayesian optimisation takes one metric, the name of it")
        if self._mode not in ("min", "max"):
            raise OptionError(f"mode = {self._mode!r}: {nearest(str(self._mode), ('min', 'max'))}")

    @property
    def _sign(self) -> float:
        """What the metric is multiplied by to be minimised."""
        return 1.0 if self._mode == "min" else -1.0

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        if self._num_drawn < self._num_random:
            self._num_drawn += 1
            return self._at_random(f"number {self._num_drawn} of {self._num_random} before the model decides")
        if not len(self._history):
            return self._at_random("no evaluation has finished yet")
        if not self.space.free:
            return self._at_random("there is nothing to choose")
        proposal = next((it for it in self._proposals() if not self.should_not_suggest(it.config)), None)
        if proposal is None:
            return self._at_random("the model found nothing new")
        self._explain_proposal(proposal)
        return proposal.config

    def _at_random(self, why: str) -> dict[str, Any] | None:
        config = self._get_random_config()
        reason, facts = self._explanation
        self._explain_as(f"{reason}: {why}", source="random", **facts)
        return config

    def _proposals(self) -> Iterator[Proposal]:
        if self._candidates is None:
            return self._proposer.search(self._history)
        left = [config for config in self._candidates if not self.should_not_suggest(config)]
        if len(left) > _FEW:
            places = self._model_random_state.choice(len(left), _FEW, replace=False)
            left = [left[place] for place in places]
        return self._proposer.rank(self._history, left)

    def _explain_proposal(self, proposal: Proposal) -> None:
        mean = self._sign * proposal.mean
        self._explain_as(
            f"the model expects {self._metric} = {mean:.4g} ± {proposal.std:.2g} here, the most promising it found",
            source="model",
            predicted_mean=mean,
            predicted_std=proposal.std,
            acquisition=proposal.acquisition,
            observations=len(self._history),
            pending=len(self._history.pending()),
        )

    # -- what is known -------------------------------------------------------------------------------------------

    def _encode(self, config: Config) -> FloatArray:
        code: FloatArray = self._inputs.encode([config])[0]
        return code

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        value = self._value(trial_id, result)
        if not math.isfinite(value):
            self.evaluation_failed(trial_id)
            return
        self._remember(trial_id, config)
        value = min(max(self._sign * value, -_LARGEST), _LARGEST)
        self._history.observe(trial_id, self._encode(config), value)

    def _value(self, trial_id: str, result: Result) -> float:
        name = str(self._metric)
        value = result.get(name)
        if not isinstance(value, Real):
            reported = nearest(name, [key for key in result if key != name])
            raise SchedulerError(f"Trial {trial_id} reported {name} = {value!r}: must be a number; {reported}")
        return float(value)

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation is under way; without ``config``, of a trial that has reported before."""
        super().register_pending(trial_id, config, milestone)
        if config is not None:
            self._history.begin(trial_id, self._encode(config))

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """Forgets the value of a trial."""
        self._history.forget(trial_id)

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: it is no data, and its configuration is never suggested again."""
        super().evaluation_failed(trial_id)
        self._history.fail(trial_id)

    def cleanup_pending(self, trial_id: str) -> None:
        """Nothing of this trial is pending any more."""
        super().cleanup_pending(trial_id)
        self._history.end(trial_id)

    def dataset_size(self) -> int:
        """Number of observations learned from."""
        return len(self._history)


def bayesian_searcher(scheduler: str = "fifo", **arguments: Any) -> BayesianOptimizationSearcher:
    """What the name ``"bayesopt"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks.
        **arguments: Of :class:`BayesianOptimizationSearcher`.

    Raises:
        OptionError: If the scheduler compares trials before their end, or an argument is not allowed.
    """
    if scheduler != "fifo":
        raise OptionError(
            f"searcher = 'bayesopt': its model knows values of trials that ran to their end only, which a scheduler of "
            f"type {scheduler!r} does not wait for; use FIFOScheduler or BayesianOptimization, or searcher='random'"
        )
    return BayesianOptimizationSearcher(**arguments)
