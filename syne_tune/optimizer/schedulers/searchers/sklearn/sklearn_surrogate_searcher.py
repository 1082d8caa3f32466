"""Bayesian optimisation with a regression model that the user brings: :class:`SKLearnSurrogateSearcher`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement, ScoreFunction
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.gp.target_transforms import Affine, standardize
from syne_tune.optimizer.models.predictor import FloatArray, Prediction
from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator, SKLearnPredictor
from syne_tune.optimizer.schedulers.searchers.level_history import SINGLE_LEVEL
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.ranking_searcher import Ranking, RankingSearcher, Reason

ScoringClass: TypeAlias = Callable[..., ScoreFunction]
"""Makes a score function; is given ``incumbent``, the lowest mean so far, if it has such an argument."""

_SMALLEST_STD = 1e-9
"""In terms of the spread of values: models that are sure of themselves would otherwise divide by zero."""


@dataclass(frozen=True)
class _ScoreRanking:
    """Random candidates, ranked by an acquisition function.

    Args:
        predictor: Of the user.
        score_function: The acquisition function.
        domain: Fills in inactive hyperparameters.
        num_candidates: Number of candidates.
        transform: From signed values to targets.
        sign: Of the metric.
    """

    predictor: SKLearnPredictor
    score_function: ScoreFunction
    domain: SearchDomain
    num_candidates: int
    transform: Affine
    sign: float

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """See :class:`~..ranking_searcher.Ranking`."""
        return domain.sample(self.num_candidates, random_state)

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """Value of the acquisition function."""
        mean, std = checked_prediction(self.predictor, self.domain.fill(x))
        return self.score_function(Prediction(mean, np.maximum(std, _SMALLEST_STD))).value

    def reason(self, x: FloatArray) -> Reason:
        """Says what the model predicts."""
        mean, std = checked_prediction(self.predictor, self.domain.fill(x[None]))
        expected = self.sign * float(self.transform.inverse(mean)[0])
        deviation = self.transform.scale * float(std[0])
        sentence = f"the model expects {expected:.4g} ± {deviation:.2g} here, the most promising of all candidates"
        return Reason(sentence, {"predicted_mean": expected, "predicted_std": deviation})


class SKLearnSurrogateSearcher(RankingSearcher):
    """Evaluates next what an acquisition function makes of the predictions of a given model.

    Running trials are assumed to give what the model expects of them.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        estimator: Fits a model, see :class:`~syne_tune.optimizer.models.sklearn_model.SKLearnEstimator`.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        scoring_class: Makes the acquisition function. Default: expected improvement.
        num_initial_candidates: Number of random candidates.
        num_initial_random_choices: So many configurations, ``points_to_evaluate`` included, come before the first one
            that the model suggests.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        mode: ``"min"`` or ``"max"``.
        debug_log: Accepted for existing scripts; each suggestion carries its reason in any case.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If an argument is not allowed.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: str,
        estimator: SKLearnEstimator,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        scoring_class: ScoringClass | None = None,
        num_initial_candidates: int = 250,
        num_initial_random_choices: int = 3,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str = "min",
        debug_log: bool = False,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        if not isinstance(estimator, SKLearnEstimator):
            raise OptionError(f"estimator = {estimator!r}: must be derived from SKLearnEstimator, which has an example")
        check_integer("num_initial_candidates", num_initial_candidates, 1)
        check_integer("num_initial_random_choices", num_initial_random_choices, 0)
        super().__init__(
            config_space,
            metric,
            num_init_random=num_initial_random_choices,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        self._estimator = estimator
        self._scoring_class = scoring_class or LogExpectedImprovement
        self._num_candidates = num_initial_candidates

    def _learn(self) -> Ranking | None:
        masked, y = self._history.latest()
        if not len(y):
            return None
        domain = self._inputs.domain
        pending = domain.fill(self._history.pending_without(SINGLE_LEVEL))
        predictor, transform, x = fit_and_believe(self._estimator, domain.fill(masked), y, pending)
        score = _score_function(self._scoring_class, float(np.min(checked_prediction(predictor, x).mean)))
        return _ScoreRanking(predictor, score, domain, self._num_candidates, transform, self._goal.sign)


def _score_function(scoring_class: ScoringClass, incumbent: float) -> ScoreFunction:
    if "incumbent" in inspect.signature(scoring_class).parameters:
        return scoring_class(incumbent=incumbent)
    return scoring_class()


class Fitted(NamedTuple):
    """A model of the user, given what is known and what is expected of pending evaluations.

    Attributes:
        predictor: The model.
        transform: From values to its targets.
        x: Inputs ``(n + q, d)``.
    """

    predictor: SKLearnPredictor
    transform: Affine
    x: FloatArray


def fit_and_believe(estimator: SKLearnEstimator, x: FloatArray, y: FloatArray, pending: FloatArray) -> Fitted:
    """Fits a model of the user, and assumes that pending evaluations give what it expects of them.

    Args:
        estimator: Makes the model.
        x: Encoded configurations ``(n, d)``, no ``nan``.
        y: Values ``(n,)``, to be minimised.
        pending: Encoded configurations ``(q, d)``, no ``nan``; q may be 0.

    Raises:
        OptionError: If predictions of the model have wrong shapes.
    """
    transform = standardize(y) if estimator.normalize_targets else Affine(0.0, 1.0)
    targets = transform.forward(y)
    predictor = estimator.fit(x, targets, update_params=True)
    if not len(pending):
        return Fitted(predictor, transform, x)
    x, targets = np.vstack([x, pending]), np.append(targets, checked_prediction(predictor, pending).mean)
    return Fitted(estimator.fit(x, targets, update_params=False), transform, x)


def checked_prediction(predictor: SKLearnPredictor, x: FloatArray) -> Prediction:
    """Predictions of the user's model, if they are as they must be.

    Args:
        predictor: The model.
        x: Inputs ``(m, d)``, no ``nan``.

    Raises:
        OptionError: If means or deviations have wrong shapes.
    """
    mean, std = (np.asarray(part, dtype=np.float64) for part in predictor.predict(x))
    if mean.shape != (len(x),) or std.shape != (len(x),):
        raise OptionError(
            f"{type(predictor).__name__}.predict: means of shape {mean.shape} and deviations of shape {std.shape}; "
            f"both must have shape {(len(x),)}"
        )
    return Prediction(mean, std)
