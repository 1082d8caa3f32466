"""Thompson sampling from conformal quantiles: :class:`SurrogateSearcher`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.conformal.quantile_regression import (
    ConformalQuantiles,
    QuantileOptions,
    fit_conformal_quantiles,
)
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.subsample import select_observations
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.ranking_searcher import Ranking, RankingSearcher, Reason
from syne_tune.trial import Config, Result

_FEWEST = 3
_TOP_FRACTION = 0.5


@dataclass(frozen=True)
class _SampledRanking:
    """Random candidates, each ranked by one of its quantiles, drawn at random.

    Args:
        quantiles: The model.
        num_candidates: Number of candidates.
        sign: Of the metric.
    """

    quantiles: ConformalQuantiles
    num_candidates: int
    sign: float

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """See :class:`~..ranking_searcher.Ranking`."""
        return domain.sample(self.num_candidates, random_state)

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """The opposite of the drawn quantiles."""
        predicted = self.quantiles.predict(x)
        drawn = random_state.randint(predicted.shape[1], size=len(x))
        return np.asarray(-predicted[np.arange(len(x)), drawn])

    def reason(self, x: FloatArray) -> Reason:
        """Says the predicted quantiles, in units of the metric."""
        quantiles = np.sort(self.sign * self.quantiles.predict(x[None])[0])
        middle = float(np.median(quantiles))
        sentence = (
            f"a draw from the predicted distribution, {middle:.4g} with quantiles from {quantiles[0]:.4g} to "
            f"{quantiles[-1]:.4g}, was the best of all candidates"
        )
        return Reason(sentence, {"quantiles": quantiles.tolist(), "predicted_median": middle})


class SurrogateSearcher(RankingSearcher):
    """Draws a value for each candidate from its predicted distribution, and evaluates the one with the best draw.

    Salinas, Golebiowski, Klein, Seeger, Archambeau, *Optimizing Hyperparameters with Conformal Quantile Regression*,
    ICML 2023, algorithm 1; see :mod:`syne_tune.optimizer.models.conformal.quantile_regression`. The distribution is
    given by quantiles, so that it may be skewed, and its width may differ from place to place. Of each trial the latest
    value counts, so that the searcher also serves schedulers that compare trials while they run. The units of the
    metric play no role.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        num_init_random_draws: So many configurations, ``points_to_evaluate`` included, come before the first one that
            the model suggests.
        update_frequency: The model is fitted again each time so many values have arrived.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        max_fit_samples: With more values, the model sees the best and some of the others.
        num_candidates: Number of random candidates.
        num_quantiles: Number of predicted quantiles.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        resource_attr: Name of the reported resource. If given, of each trial the value at its highest resource counts.
            Schedulers that compare trials pass it.
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
        mode: str = "min",
        num_init_random_draws: int = 5,
        update_frequency: int = 1,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        max_fit_samples: int | None = 200,
        num_candidates: int = 2000,
        num_quantiles: int = 9,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        resource_attr: str | None = None,
        debug_log: bool = False,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        check_integer("num_init_random_draws", num_init_random_draws, 0)
        super().__init__(
            config_space,
            metric,
            num_init_random=num_init_random_draws,
            resource_attr=resource_attr,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        check_integer("update_frequency", update_frequency, 1)
        check_integer("num_candidates", num_candidates, 1)
        check_integer("num_quantiles", num_quantiles, 1)
        if max_fit_samples is not None:
            check_integer("max_fit_samples", max_fit_samples, 2)
        self._update_frequency = update_frequency
        self._max_fit_samples = max_fit_samples
        self._num_candidates = num_candidates
        self._quantile_options = QuantileOptions(num_quantiles)
        self._num_learned = 0
        self._fitted_at = 0
        self._quantiles: ConformalQuantiles | None = None

    def _learn(self) -> Ranking | None:
        x, y = self._history.latest()
        if len(y) < _FEWEST:
            return None
        if self._quantiles is None or self._num_learned >= self._fitted_at + self._update_frequency:
            self._quantiles = self._fit(x, y)
            self._fitted_at = self._num_learned
        return _SampledRanking(self._quantiles, self._num_candidates, self._goal.sign)

    def _fit(self, x: FloatArray, y: FloatArray) -> ConformalQuantiles:
        if self._max_fit_samples is not None:
            chosen = select_observations(y, self._max_fit_samples, _TOP_FRACTION)
            x, y = x[chosen], y[chosen]
        return fit_conformal_quantiles(self._inputs.layout, x, y, self._quantile_options, self._model_random_state)

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        super()._update(trial_id, config, result)
        self._num_learned += 1
