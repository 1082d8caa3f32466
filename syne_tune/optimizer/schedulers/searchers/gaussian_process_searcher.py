"""What searchers with Gaussian processes have in common: :class:`GaussianProcessSearcher`."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect, AspectFactory
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.duplicates import SearcherArguments, StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.listed_candidates import ListedCandidates
from syne_tune.optimizer.schedulers.searchers.metric_values import SingleMetric
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal
from syne_tune.optimizer.schedulers.searchers.success_aspect import SuccessAspect
from syne_tune.trial import Config, Result

if TYPE_CHECKING:
    from typing_extensions import Unpack

_MODEL_STREAM = 1
"""The model draws from a stream of its own, so that random configurations are those of random search."""


class Memory(Protocol):
    """Values and pending evaluations, as far as it plays no role at which resource."""

    def __len__(self) -> int:
        """Number of values."""
        ...

    def num_pending(self) -> int:
        """Number of values that are on their way."""
        ...

    def code(self, trial_id: str) -> FloatArray | None:
        """Encoded configuration ``(d,)`` of a trial, if it is known."""
        ...

    def end(self, trial_id: str) -> None:
        """Nothing of this trial is on its way any more."""
        ...

    def fail(self, trial_id: str) -> None:
        """The trial failed."""
        ...


class GaussianProcessSearcher(StochasticAndFilterDuplicatesSearcher):
    """Base class: the first configurations are drawn at random, then a model of one metric and of aspects decides.

    The random ones are those of random search with the same seed. Failed evaluations, and those that are not finite,
    are no data of the model of the metric; their configurations are not suggested again, and a model of its own learns
    where evaluations fail.

    Subclasses make :attr:`_history`, and implement :meth:`_from_model` and :meth:`_observe`.

    Args:
        config_space: As in :class:`~.duplicates.StochasticAndFilterDuplicatesSearcher`.
        metric: Name of the metric.
        options: Choices of the user.
        aspects: What counts besides the metric and success, see :mod:`~.aspect`.
        **kwargs: Other arguments of :class:`~.duplicates.StochasticAndFilterDuplicatesSearcher`.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If there are several metrics, or the mode is unknown.
    """

    _history: Memory
    _nothing_known = "no evaluation has finished yet"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        options: BayesianOptions,
        aspects: Sequence[AspectFactory],
        **kwargs: Unpack[SearcherArguments],
    ) -> None:
        super().__init__(config_space, metric, **kwargs)
        self._check_metric()
        self._num_random = max(0, options.num_init_random - self._num_initial)
        self._num_drawn = 0
        self._inputs = ModelInputs(HyperparameterRanges(self.space))
        self._model_random_state = np.random.RandomState([self.random_seed, _MODEL_STREAM])
        self._model_options, self._other_aspects = options, tuple(aspects)
        self._aspects = self._make_aspects()
        self._candidates = ListedCandidates(self.space, self._pool, self._model_random_state)

    def _make_aspects(self) -> list[Aspect]:
        factories = [*([SuccessAspect] if self._model_options.model_failures else []), *self._other_aspects]
        return [make(self._inputs, self._model_options, self._model_random_state) for make in factories]

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metric and mode.

        Raises:
            OptionError: If there are several metrics.
        """
        super().configure_scheduler(scheduler)
        self._check_metric()

    def _check_metric(self) -> None:
        self._goal = SingleMetric.of(self._metric, self._mode, "Bayesian optimisation")

    # -- suggestions ---------------------------------------------------------------------------------------------

    @single_blas_thread()
    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        why_no_model = self._why_no_model()
        if why_no_model is not None:
            self._num_drawn += 1
            return self._at_random(why_no_model)
        config = self._from_model(**kwargs)
        return self._at_random("the model found nothing new") if config is None else config

    def _why_no_model(self) -> str | None:
        """Why the next configuration does not come from the model; ``None`` if it does."""
        if self._num_drawn < self._num_random:
            return f"number {self._num_drawn + 1} of {self._num_random} before the model decides"
        if not len(self._history):
            return self._nothing_known
        return None if self.space.free else "there is nothing to choose"

    @abstractmethod
    def _from_model(self, **kwargs: Any) -> dict[str, Any] | None:
        """As :meth:`get_config`, when the model decides; ``None`` if it finds nothing that may be suggested."""

    def _not_yet_suggested(self) -> list[dict[str, Any]] | None:
        """Candidates of a finite space or of a given list; ``None`` if the space is to be searched."""
        return self._candidates.left(self.should_not_suggest)

    def _first_new(self, proposals: Iterator[Proposal]) -> Proposal | None:
        return next((proposal for proposal in proposals if not self.should_not_suggest(proposal.config)), None)

    def _explain_prediction(self, proposal: Proposal, where: str, **facts: Any) -> None:
        """Says what the model expects ``where``, and why that is the choice."""
        mean = self._goal.sign * proposal.mean
        if proposal.seeks_improvement:
            chosen_for = "the most promising it found"
        else:
            chosen_for = "chosen because it is the most likely to be feasible: nothing feasible is known yet"
        self._explain_as(
            f"the model expects {self._goal.name} = {mean:.4g} ± {proposal.std:.2g} {where}, {chosen_for}",
            source="model",
            **facts,
            predicted_mean=mean,
            predicted_std=proposal.std,
            acquisition=proposal.acquisition,
            observations=len(self._history),
            pending=self._history.num_pending(),
            **proposal.facts,
        )

    # -- what is known -------------------------------------------------------------------------------------------

    def _encode(self, config: Config) -> FloatArray:
        code: FloatArray = self._inputs.encode([config])[0]
        return code

    def _aspects_are_finite(self, trial_id: str, result: Result) -> bool:
        """Whether no aspect says that the evaluation failed; each refuses a report that it cannot use."""
        values = [aspect.read(trial_id, result) for aspect in self._aspects]
        return all(map(math.isfinite, values))

    def _overhear(self, trial_id: str, config: Config, result: Result) -> None:
        """A report from which the metric is not learned: the aspects that want to hear of every report do."""
        if self._aspects_are_finite(trial_id, result):
            for aspect in self._aspects:
                if aspect.every_report:
                    aspect.observe(trial_id, self._encode(config), result)

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        cost, x = self._costs_of(trial_id, result), self._encode(config)
        if not (np.all(np.isfinite(cost)) and self._aspects_are_finite(trial_id, result)):
            self._fail(trial_id, x)
            return
        self._observe(trial_id, x, cost, result)
        self._remember(trial_id, config)
        for aspect in self._aspects:
            aspect.observe(trial_id, x, result)

    def _costs_of(self, trial_id: str, result: Result) -> float | FloatArray:
        """What was reported, to be minimised; not finite if it was not."""
        return self._goal.cost(trial_id, result)

    @abstractmethod
    def _observe(self, trial_id: str, x: FloatArray, cost: float | FloatArray, result: Result) -> None:
        """Adds a finite ``cost`` to the history."""

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: its configuration is never suggested again, and others like it less often."""
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
        """Number of values learned from."""
        return len(self._history)
