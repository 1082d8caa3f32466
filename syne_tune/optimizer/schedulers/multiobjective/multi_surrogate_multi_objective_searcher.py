"""Several objectives, each with a model of its own: :class:`MultiObjectiveMultiSurrogateSearcher`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives
from syne_tune.optimizer.schedulers.multiobjective.random_scalarization import (
    MultiObjectiveLCBRandomLinearScalarization,
)
from syne_tune.optimizer.schedulers.searchers.gaussian_process_estimator import create_gaussian_process_estimator
from syne_tune.optimizer.schedulers.searchers.level_history import SINGLE_LEVEL
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.ranking_searcher import Ranking, RankingSearcher, Reason
from syne_tune.optimizer.schedulers.searchers.sklearn.sklearn_surrogate_searcher import (
    Fitted,
    checked_prediction,
    fit_and_believe,
)
from syne_tune.trial import Result

Estimator: TypeAlias = SKLearnEstimator
"""Makes the model of one metric."""

_LARGEST_SEED = 2**31 - 1


class Scoring(Protocol):
    """Scores candidates by the models of all metrics."""

    def score(self, candidates: FloatArray) -> FloatArray:
        """Scores ``(m,)`` of encoded configurations ``(m, d)``, the lower the better."""
        ...


@dataclass(frozen=True)
class _JointRanking:
    """Random candidates, ranked by what all models say together."""

    models: Mapping[str, Fitted]
    scoring: Scoring
    domain: SearchDomain
    num_candidates: int
    objectives: Objectives

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """See :class:`~..searchers.ranking_searcher.Ranking`."""
        return domain.sample(self.num_candidates, random_state)

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """The largest is best."""
        return -np.asarray(self.scoring.score(self.domain.fill(x)), dtype=np.float64) if len(x) else np.empty(0)

    def reason(self, x: FloatArray) -> Reason:
        """Says what the models predict."""
        facts: dict[str, Any] = {}
        for (name, fitted), sign in zip(self.models.items(), self.objectives.signs, strict=True):
            mean, std = checked_prediction(fitted.predictor, self.domain.fill(x[None]))
            facts[f"predicted_{name}"] = float(sign * fitted.transform.inverse(mean)[0])
            facts[f"predicted_{name}_std"] = float(fitted.transform.scale * std[0])
        expected = " and ".join(f"{name} = {facts[f'predicted_{name}']:.4g}" for name in self.models)
        facts["weights"] = dict(getattr(self.scoring, "weights", {}))
        return Reason(f"the models expect {expected} here, the best of all candidates by a random weighting", facts)


class MultiObjectiveMultiSurrogateSearcher(RankingSearcher):
    """Evaluates next what a score of the predictions of one model per metric says is best.

    Running trials are assumed to give what the models expect of them. By default, every suggestion has other random
    weights of the metrics, so that suggestions spread over the front.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        estimators: Metric to what makes its model, see
            :class:`~syne_tune.optimizer.models.sklearn_model.SKLearnEstimator`. A metric without one gets a Gaussian
            process.
        mode: ``"min"`` or ``"max"``, or one per objective.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        scoring_class: Called for each suggestion with ``predictor`` (metric to model) and ``random_seed`` (a new one).
            Default: :class:`~.random_scalarization.MultiObjectiveLCBRandomLinearScalarization`.
        num_initial_candidates: Number of random candidates.
        num_initial_random_choices: So many configurations, ``points_to_evaluate`` included, come before the first one
            that the models suggest.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        estimators: Mapping[str, Estimator] | None = None,
        mode: str | Sequence[str] = "min",
        points_to_evaluate: list[dict[str, Any]] | None = None,
        scoring_class: Callable[..., Scoring] | None = None,
        num_initial_candidates: int = 250,
        num_initial_random_choices: int = 3,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        self._objectives = Objectives(metric, mode)
        check_integer("num_initial_candidates", num_initial_candidates, 1)
        check_integer("num_initial_random_choices", num_initial_random_choices, 0)
        super().__init__(
            config_space,
            self._objectives.names,
            num_init_random=num_initial_random_choices,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=self._objectives.modes,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        self._estimators = self._completed(estimators or {})
        self._scoring_class = scoring_class or MultiObjectiveLCBRandomLinearScalarization
        self._num_candidates = num_initial_candidates

    def _completed(self, given: Mapping[str, Estimator]) -> dict[str, Estimator]:
        """One estimator per metric; the seeds of those that are missing follow from that of the searcher."""
        for name, estimator in given.items():
            if name not in self._objectives.names:
                raise OptionError(f"estimators[{name!r}]: no such metric; {nearest(name, self._objectives.names)}")
            if not isinstance(estimator, SKLearnEstimator):
                raise OptionError(f"estimators[{name!r}] = {estimator!r}: must be derived from SKLearnEstimator")
        seeds = {name: self._new_seed() for name in self._objectives.names}
        return {
            name: given[name] if name in given else create_gaussian_process_estimator(self.space, name, seeds[name])
            for name in self._objectives.names
        }

    def _new_seed(self) -> int:
        return int(self._model_random_state.randint(_LARGEST_SEED))

    def _check_metric(self) -> None:
        self._objectives = Objectives(self._metric, self._mode)

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its modes.

        Raises:
            OptionError: If its metrics are not those that have models here.
        """
        super().configure_scheduler(scheduler)
        if set(self._objectives.names) != set(self._estimators):
            raise OptionError(
                f"metric = {self._objectives.names}: the searcher has models of {list(self._estimators)}; "
                "pass the same metrics to both"
            )

    def _learn(self) -> Ranking | None:
        masked, costs = self._history.latest()
        if not len(costs):
            return None
        domain = self._inputs.domain
        x, pending = domain.fill(masked), domain.fill(self._history.pending_without(SINGLE_LEVEL))
        models = {
            name: fit_and_believe(self._estimators[name], x, costs[:, i], pending)
            for i, name in enumerate(self._objectives.names)
        }
        predictors = {name: fitted.predictor for name, fitted in models.items()}
        scoring = self._scoring_class(predictor=predictors, random_seed=self._new_seed())
        return _JointRanking(models, scoring, domain, self._num_candidates, self._objectives)

    def _costs_of(self, trial_id: str, result: Result) -> FloatArray:
        return self._objectives.costs(trial_id, result)


def multi_surrogate_searcher(scheduler: str = "fifo", **arguments: Any) -> MultiObjectiveMultiSurrogateSearcher:
    """What the name ``"mo_multi_surrogate"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks.
        **arguments: Of :class:`MultiObjectiveMultiSurrogateSearcher`.

    Raises:
        OptionError: If the scheduler compares trials before their end, or an argument is not allowed.
    """
    if scheduler != "fifo":
        raise OptionError(
            "searcher = 'mo_multi_surrogate': its models know values of trials that ran to their end only, which a "
            f"scheduler of type {scheduler!r} does not wait for; use FIFOScheduler, or searcher='ehvi'"
        )
    for name in ("resource_attr", "max_epochs"):
        arguments.pop(name, None)
    return MultiObjectiveMultiSurrogateSearcher(**arguments)
