"""Searchers that rank candidates by what they have learned: :class:`RankingSearcher`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.duplicates import SearcherArguments, StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.level_history import AT_ITS_END, SINGLE_LEVEL, LevelHistory
from syne_tune.optimizer.schedulers.searchers.listed_candidates import ListedCandidates
from syne_tune.optimizer.schedulers.searchers.metric_values import SingleMetric, number_reported
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.option_checks import check_number
from syne_tune.trial import Config, Result

if TYPE_CHECKING:
    from typing_extensions import Unpack

_MODEL_STREAM = 1
"""Models draw from a stream of their own, so that random configurations are those of random search."""


class Reason(NamedTuple):
    """Why a candidate was chosen.

    Attributes:
        sentence: For a person.
        facts: The numbers behind it, JSON-ready.
    """

    sentence: str
    facts: dict[str, Any]


class Ranking(Protocol):
    """What a model thinks of candidates."""

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """Full points ``(m, d)`` worth ranking; points that are not legal may be among them."""
        ...

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """Scores ``(m,)`` of inputs ``(m, d)`` with ``nan`` where inactive; the largest is best."""
        ...

    def reason(self, x: FloatArray) -> Reason:
        """Why the input ``(d,)`` is a good choice."""
        ...


class RankingSearcher(StochasticAndFilterDuplicatesSearcher):
    """Base class of searchers of one metric that learn from values, and rank candidates by a model.

    First come ``points_to_evaluate`` and random configurations, the same as those of random search with the same seed;
    then the candidate ranked highest that may be suggested. Failed evaluations, and those that are not finite, are no
    data; their configurations are not suggested again.

    Subclasses implement :meth:`_learn`.

    Args:
        config_space: As in :class:`StochasticAndFilterDuplicatesSearcher`.
        metric: Name of the metric.
        num_init_random: So many configurations, ``points_to_evaluate`` included, come before the first one that the
            model suggests.
        random_fraction: Probability with which a configuration is drawn at random later on.
        resource_attr: Name of the reported resource, if values at different resources are to be told apart.
        **kwargs: Other arguments of :class:`StochasticAndFilterDuplicatesSearcher`.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If there are several metrics, or the mode is unknown.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        *,
        num_init_random: int,
        random_fraction: float = 0.0,
        resource_attr: str | None = None,
        **kwargs: Unpack[SearcherArguments],
    ) -> None:
        super().__init__(config_space, metric, **kwargs)
        self._check_metric()
        check_number("random_fraction", random_fraction, 0, 1)
        self._resource_attr = resource_attr
        self._random_fraction = random_fraction
        self._num_random = max(0, num_init_random - self._num_initial)
        self._num_drawn = 0
        self._inputs = ModelInputs(HyperparameterRanges(self.space))
        self._history = LevelHistory(self._inputs.layout.num_columns)
        self._model_random_state = np.random.RandomState([self.random_seed, _MODEL_STREAM])
        self._candidates = ListedCandidates(self.space, self._pool, self._model_random_state)

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metric and mode.

        Raises:
            OptionError: If there are several metrics.
        """
        super().configure_scheduler(scheduler)
        self._check_metric()

    def _check_metric(self) -> None:
        self._goal = SingleMetric.of(self._metric, self._mode, type(self).__name__)

    # -- suggestions ---------------------------------------------------------------------------------------------

    @abstractmethod
    def _learn(self) -> Ranking | None:
        """A model of :attr:`_history`, or ``None`` as long as there are too few values."""

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        if self._num_drawn < self._num_random:
            self._num_drawn += 1
            return self._at_random(f"number {self._num_drawn} of {self._num_random} before the model decides")
        if not self.space.free:
            return self._at_random("there is nothing to choose")
        if self._random_fraction and self._model_random_state.random_sample() < self._random_fraction:
            return self._at_random(f"as in a share of {self._random_fraction:g} of all cases")
        ranking = self._learn()
        if ranking is None:
            return self._at_random("too few evaluations have finished")
        for x, config in self._ranked(ranking):
            if not self.should_not_suggest(config):
                sentence, facts = ranking.reason(x)
                self._explain_as(sentence, source="model", observations=len(self._history), **facts)
                return config
        return self._at_random("the model found nothing new")

    def _ranked(self, ranking: Ranking) -> Iterator[tuple[FloatArray, dict[str, Any]]]:
        """Candidates as inputs ``(d,)`` and configurations, best first."""
        listed = self._candidates.left(self.should_not_suggest)
        x = self._found(ranking) if listed is None else self._inputs.encode(listed)
        scores = ranking.score(x, self._model_random_state)
        for place in np.argsort(-scores, kind="stable").tolist():
            yield x[place], self._inputs.decode(x[place, None])[0] if listed is None else dict(listed[place])

    def _found(self, ranking: Ranking) -> FloatArray:
        """Legal candidates ``(m, d)``, ``nan`` where inactive."""
        domain = self._inputs.domain
        x = domain.round(ranking.candidates(domain, self._model_random_state))
        return domain.mask(x[domain.is_legal(x)])

    # -- what is known -------------------------------------------------------------------------------------------

    def _encode(self, config: Config) -> FloatArray:
        code: FloatArray = self._inputs.encode([config])[0]
        return code

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        cost = self._costs_of(trial_id, result)
        if not np.all(np.isfinite(cost)):
            self.evaluation_failed(trial_id)
            return
        self._remember(trial_id, config)
        self._history.observe(trial_id, self._encode(config), cost, self._level(trial_id, result))

    def _costs_of(self, trial_id: str, result: Result) -> float | FloatArray:
        """What was reported, to be minimised; not finite if it was not."""
        return self._goal.cost(trial_id, result)

    def _level(self, trial_id: str, result: Result) -> int:
        if self._resource_attr is None:
            return SINGLE_LEVEL
        return int(number_reported(trial_id, result, self._resource_attr))

    def _level_facts(self, level: int) -> dict[str, Any]:
        """Tells at which resource values were compared, if that plays a role."""
        return {} if self._resource_attr is None else {self._resource_attr: level}

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation is under way."""
        super().register_pending(trial_id, config, milestone)
        if config is not None:
            level = SINGLE_LEVEL if self._resource_attr is None else milestone or AT_ITS_END
            self._history.begin(trial_id, self._encode(config), level)

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """Forgets the value of a trial; with ``resource_attr``, that at the resource given under this name."""
        level = SINGLE_LEVEL if self._resource_attr is None else int(kwargs[self._resource_attr])
        self._history.forget(trial_id, level)

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: it is no data, and its configuration is never suggested again."""
        super().evaluation_failed(trial_id)
        self._history.fail(trial_id)

    def cleanup_pending(self, trial_id: str) -> None:
        """Nothing of this trial is pending any more."""
        super().cleanup_pending(trial_id)
        self._history.end(trial_id)

    def dataset_size(self) -> int:
        """Number of values learned from."""
        return len(self._history)
