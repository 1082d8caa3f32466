"""Copula Thompson sampling over earlier tasks: :class:`QuantileBasedSurrogateSearcher`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.random_features import RandomFeatureRegression
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer, check_name
from syne_tune.optimizer.schedulers.searchers.ranking_searcher import Ranking, RankingSearcher, Reason
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TaskEvaluations
from syne_tune.optimizer.schedulers.transfer_learning.task_data import NORMALIZATIONS, read_tasks


@dataclass(frozen=True)
class _SampledRanking:
    """Random candidates, each with a draw from the normal distribution that earlier tasks predict for it."""

    model: RandomFeatureRegression
    num_candidates: int
    num_tasks: int

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """See :class:`~syne_tune.optimizer.schedulers.searchers.ranking_searcher.Ranking`."""
        return domain.sample(self.num_candidates, random_state)

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """The opposite of the draws."""
        mean, std = self.model.predict(x)
        return np.asarray(-(mean + std * random_state.standard_normal(len(x))))

    def reason(self, x: FloatArray) -> Reason:
        """Says the predicted normalised value."""
        mean, std = self.model.predict(x[None])
        sentence = (
            f"a draw from what {self.num_tasks} earlier tasks predict, {mean[0]:.3g} ± {std[0]:.2g} in normalised "
            "units where less is better, was the best of all candidates"
        )
        facts = {"predicted_mean": float(mean[0]), "predicted_std": float(std[0]), "num_tasks": self.num_tasks}
        return Reason(sentence, facts)


class QuantileBasedSurrogateSearcher(RankingSearcher):
    """Draws a value for each candidate from what earlier tasks predict, and evaluates the one with the best draw.

    Salinas, Shen, Perrone, *A Quantile-based Approach for Hyperparameter Transfer Learning*, ICML 2020, section 4.1
    (copula Thompson sampling): ranks of each task are turned into normal quantiles, so that tasks of any scale can be
    put together; one model predicts them, and its errors are the deviation. Values of the present task are not used, so
    that the searcher suits schedulers that stop most trials early.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        transfer_learning_evaluations: Name of task to what was measured there.
        mode: ``"min"`` or ``"max"``; ``None``: ``"min"``.
        max_fit_samples: The model sees so many evaluations, a random choice of more.
        normalization: ``"gaussian"``: normal quantiles of ranks; ``"standard"``: mean 0, variance 1.
        points_to_evaluate: First suggestions. ``None`` means none here.
        num_candidates: Number of random candidates per suggestion.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If an argument is not allowed, or no evaluation lies in the space.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: str,
        transfer_learning_evaluations: TaskEvaluations,
        mode: str | None = None,
        max_fit_samples: int = 100000,
        normalization: str = "gaussian",
        points_to_evaluate: list[dict[str, Any]] | None = None,
        num_candidates: int = 2000,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(
            config_space,
            metric,
            num_init_random=0,
            points_to_evaluate=points_to_evaluate or [],
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode="min" if mode is None else mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        check_integer("max_fit_samples", max_fit_samples, 2)
        check_integer("num_candidates", num_candidates, 1)
        check_name("normalization", normalization, NORMALIZATIONS)
        self._ranking = self._fit(transfer_learning_evaluations, normalization, max_fit_samples, num_candidates)

    def _fit(
        self, evaluations: TaskEvaluations, normalization: str, max_fit_samples: int, num_candidates: int
    ) -> _SampledRanking:
        rows = max(2, max_fit_samples // max(1, len(evaluations)))
        tasks = read_tasks(
            evaluations, str(self._metric), str(self._mode), self._inputs, self.space, normalization, rows
        )
        x, z = np.concatenate([task.x for task in tasks]), np.concatenate([task.z for task in tasks])
        model = RandomFeatureRegression(self._inputs.layout, x, z, self._model_random_state)
        return _SampledRanking(model, num_candidates, len(tasks))

    def _learn(self) -> Ranking:
        return self._ranking
