"""Bayesian optimisation of one metric, every trial run to its end: :class:`BayesianOptimizationSearcher`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.aspect import AspectFactory
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.metric_values import cost_reported
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal, Proposer, Ranks
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.searchers.success_aspect import SuccessAspect
from syne_tune.trial import Config, Result

_FEW = 1000
"""Spaces of so many configurations are ranked as a whole; from longer lists, so many are drawn."""

_IN_BATCH = "in batch "
"""Beginning of what stands for the ids of trials while a batch is put together."""

_LOOKS_AROUND_AT = frozenset({5, 9})
"""These suggestions, counted from 1, are random draws even if there is a model. One that has seen nothing but equally
bad values takes their small differences for signals, and follows them for long; draws in between end that."""

_MODEL_STREAM = 1
"""The model draws from a stream of its own, so that random configurations are those of random search."""


class BayesianOptimizationSearcher(StochasticAndFilterDuplicatesSearcher):
    """Evaluates next what a Gaussian process, fitted to all finished trials, expects to improve most.

    Jones, Schonlau, Welch, *Efficient Global Optimization of Expensive Black-Box Functions*, 1998, eq. (15), in the
    logarithmic form of Ament et al., *Unexpected Improvements to Expected Improvement*, 2023; pending evaluations as in
    Ginsbourger et al. 2010 (default) or Snoek et al. 2012.

    First come ``points_to_evaluate`` and random configurations, the same as those of random search with the same seed;
    then the model decides, but for a few random draws among its first suggestions. Failed evaluations, and those that
    are not finite, are no data of that model; their configurations are not suggested again, and a model of its own
    learns where evaluations fail. What is suggested does not depend on the units of the metric.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.
        aspects: What counts besides the metric and success, see :mod:`~.aspect`.
        **search_options: Fields of :class:`~.bayesian_options.BayesianOptions`.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If there are several metrics, or an option is unknown or has a value that is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str | list[str] = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
        aspects: Sequence[AspectFactory] = (),
        **search_options: Any,
    ) -> None:
        options = BayesianOptions.of(search_options)
        self._check_search_options(options)
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
        self._num_asked = 0
        self._inputs = ModelInputs(HyperparameterRanges(self.space))
        self._history = History(self._inputs.layout.num_columns)
        self._model_random_state = np.random.RandomState([self.random_seed, _MODEL_STREAM])
        factories = [*([SuccessAspect] if options.model_failures else []), *aspects]
        self._aspects = [make(self._inputs, options, self._model_random_state) for make in factories]
        self._options = options
        self._proposer = self._make_proposer()
        self._candidates = self._all_if_few() if self._pool is None else self._pool

    @staticmethod
    def _check_search_options(options: BayesianOptions) -> None:
        """Subclasses refuse options that do not fit what they do."""

    def _make_proposer(self) -> Ranks:
        return Proposer(self._inputs, self._options, self._model_random_state, self._aspects)

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

    @single_blas_thread()
    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        self._num_asked += 1
        if self._num_drawn < self._num_random:
            self._num_drawn += 1
            return self._at_random(f"number {self._num_drawn} of {self._num_random} before the model decides")
        if not len(self._history):
            return self._at_random("no evaluation has finished yet")
        if not self.space.free:
            return self._at_random("there is nothing to choose")
        if self._num_initial + self._num_asked in _LOOKS_AROUND_AT:
            return self._at_random("a look around, while the model knows little")
        proposals = self._proposals(kwargs.get("num_candidates"))
        proposal = next((it for it in proposals if not self.should_not_suggest(it.config)), None)
        if proposal is None:
            return self._at_random("the model found nothing new")
        self._explain_proposal(proposal)
        return proposal.config

    def _at_random(self, why: str) -> dict[str, Any] | None:
        config = self._get_random_config()
        reason, facts = self._explanation
        self._explain_as(f"{reason}: {why}", source="random", **facts)
        return config

    def _proposals(self, num_candidates: int | None) -> Iterator[Proposal]:
        if self._candidates is None:
            return self._proposer.search(self._history, num_candidates)
        left = [config for config in self._candidates if not self.should_not_suggest(config)]
        if len(left) > _FEW:
            places = self._model_random_state.choice(len(left), _FEW, replace=False)
            left = [left[place] for place in places]
        return self._proposer.rank(self._history, left)

    def _explain_proposal(self, proposal: Proposal) -> None:
        mean = self._sign * proposal.mean
        if proposal.seeks_improvement:
            chosen_for = "the most promising it found"
        else:
            chosen_for = "chosen because it is the most likely to be feasible: nothing feasible is known yet"
        self._explain_as(
            f"the model expects {self._metric} = {mean:.4g} ± {proposal.std:.2g} here, {chosen_for}",
            source="model",
            predicted_mean=mean,
            predicted_std=proposal.std,
            acquisition=proposal.acquisition,
            observations=len(self._history),
            pending=len(self._history.pending()),
            **proposal.facts,
        )

    def get_batch_configs(
        self, batch_size: int, num_init_candidates_for_batch: int | None = None, **kwargs: Any
    ) -> list[dict[str, Any]]:
        """Several configurations to be evaluated side by side, one after the other: each knows of those before it.

        They count as suggested, but are pending only once :meth:`register_pending` says so, with their trials.

        Args:
            batch_size: How many, at least 1.
            num_init_candidates_for_batch: Number of candidates that are ranked for all but the first. Default: as for
                the first.
            **kwargs: As for :meth:`get_config`.

        Returns:
            Fewer than ``batch_size`` if nothing else is left to suggest.

        Raises:
            OptionError: If a number is not allowed.
        """
        check_integer("batch_size", batch_size, 1)
        if num_init_candidates_for_batch is not None:
            check_integer("num_init_candidates_for_batch", num_init_candidates_for_batch, 2)
        batch: list[dict[str, Any]] = []
        while len(batch) < batch_size:
            others = {"num_candidates": num_init_candidates_for_batch} if batch else {}
            config = self.get_config(**kwargs, **others)
            if config is None:
                break
            self._history.begin(f"{_IN_BATCH}{len(batch)}", self._encode(config))
            batch.append(config)
        for number in range(len(batch)):
            self._history.end(f"{_IN_BATCH}{number}")
        return batch

    # -- what is known -------------------------------------------------------------------------------------------

    def _encode(self, config: Config) -> FloatArray:
        code: FloatArray = self._inputs.encode([config])[0]
        return code

    def on_trial_result(self, trial_id: str, config: Config, result: Result, update: bool) -> None:
        """Learns the metric if ``update`` says so; every report must hold what the models need.

        Raises:
            SchedulerError: If something is missing in the report, or not a number.
        """
        values = [aspect.read(trial_id, result) for aspect in self._aspects]
        if not update and all(map(math.isfinite, values)):
            for aspect in self._aspects:
                if aspect.every_report:
                    aspect.observe(trial_id, self._encode(config), result)
        super().on_trial_result(trial_id, config, result, update)

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        cost, x = self._costs_of(trial_id, result), self._encode(config)
        aspects_are_finite = all(math.isfinite(aspect.read(trial_id, result)) for aspect in self._aspects)
        if not (np.all(np.isfinite(cost)) and aspects_are_finite):
            self._fail(trial_id, x)
            return
        self._remember(trial_id, config)
        self._history.observe(trial_id, x, cost)
        for aspect in self._aspects:
            aspect.observe(trial_id, x, result)

    def _costs_of(self, trial_id: str, result: Result) -> float | FloatArray:
        """What was reported, to be minimised; not finite if it was not."""
        return cost_reported(trial_id, result, str(self._metric), self._sign)

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation is under way; without ``config``, of a trial that has reported before."""
        super().register_pending(trial_id, config, milestone)
        if config is not None:
            self._history.begin(trial_id, self._encode(config))

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """Forgets the value of a trial."""
        self._history.forget(trial_id)
        for aspect in self._aspects:
            aspect.forget(trial_id)

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: it has no value, its configuration is never suggested again, and others like it less."""
        self._fail(trial_id, self._history.code(trial_id))

    def _fail(self, trial_id: str, x: FloatArray | None) -> None:
        super().evaluation_failed(trial_id)
        self._history.fail(trial_id)
        if x is not None:
            for aspect in self._aspects:
                aspect.fail(trial_id, x)

    def cleanup_pending(self, trial_id: str) -> None:
        """Nothing of this trial is pending any more."""
        super().cleanup_pending(trial_id)
        self._history.end(trial_id)

    def dataset_size(self) -> int:
        """Number of observations learned from."""
        return len(self._history)


def bayesian_searcher(scheduler: str = "fifo", **arguments: Any) -> BaseSearcher:
    """What the name ``"bayesopt"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks. If it compares trials before their end, the model is one over
            configurations and resources.
        **arguments: Of :class:`BayesianOptimizationSearcher` or
            :class:`~.multi_fidelity_searcher.MultiFidelitySearcher`.

    Raises:
        OptionError: If an argument is not allowed.
    """
    if scheduler != "fifo":
        return MultiFidelitySearcher(**arguments)
    for name in ("resource_attr", "max_epochs"):
        arguments.pop(name, None)
    return BayesianOptimizationSearcher(**arguments)
