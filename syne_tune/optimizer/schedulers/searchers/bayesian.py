"""Bayesian optimisation of one metric, every trial run to its end: :class:`BayesianOptimizationSearcher`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.aspect import AspectFactory
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.gaussian_process_searcher import GaussianProcessSearcher
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal, Proposer, Ranks
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.trial import Config, Result

_IN_BATCH = "in batch "
"""Beginning of what stands for the ids of trials while a batch is put together."""

_LOOKS_AROUND_AT = frozenset({5, 9})
"""These suggestions, counted from 1, are random draws even if there is a model. One that has seen nothing but equally
bad values takes their small differences for signals, and follows them for long; draws in between end that."""


class BayesianOptimizationSearcher(GaussianProcessSearcher):
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

    _history: History

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
            options,
            aspects,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        self._num_asked = 0
        self._history = History(self._inputs.layout.num_columns)
        self._options = options
        self._proposer = self._make_proposer()

    @staticmethod
    def _check_search_options(options: BayesianOptions) -> None:
        """Subclasses refuse options that do not fit what they do."""

    def _make_proposer(self) -> Ranks:
        return Proposer(self._inputs, self._options, self._model_random_state, self._aspects)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        self._num_asked += 1
        return super()._get_config(**kwargs)

    def _why_no_model(self) -> str | None:
        why = super()._why_no_model()
        if why is None and self._num_initial + self._num_asked in _LOOKS_AROUND_AT:
            return "a look around, while the model knows little"
        return why

    def _from_model(self, num_candidates: int | None = None, **kwargs: Any) -> dict[str, Any] | None:
        proposal = self._first_new(self._proposals(num_candidates))
        if proposal is None:
            return None
        self._explain_proposal(proposal)
        return proposal.config

    def _proposals(self, num_candidates: int | None) -> Iterator[Proposal]:
        configs = self._not_yet_suggested()
        if configs is None:
            return self._proposer.search(self._history, num_candidates)
        return self._proposer.rank(self._history, configs)

    def _explain_proposal(self, proposal: Proposal) -> None:
        self._explain_prediction(proposal, "here")

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

    def on_trial_result(self, trial_id: str, config: Config, result: Result, update: bool) -> None:
        """Learns the metric if ``update`` says so; every report must hold what the models need.

        Raises:
            SchedulerError: If something is missing in the report, or not a number.
        """
        if update:
            self._update(trial_id, config, result)
        else:
            self._overhear(trial_id, config, result)

    def _observe(self, trial_id: str, x: FloatArray, cost: float | FloatArray, result: Result) -> None:
        self._history.observe(trial_id, x, cost)

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
    return BayesianOptimizationSearcher(**arguments)
