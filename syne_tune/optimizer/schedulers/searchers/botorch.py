"""Bayesian optimisation with the models of BoTorch: :class:`BoTorchSearcher`; needs the extra ``botorch``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.botorch_model import BoTorchModel, fit_botorch_model, require_botorch
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.subsample import select_observations
from syne_tune.optimizer.schedulers.searchers.level_history import SINGLE_LEVEL
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.ranking_searcher import Ranking, RankingSearcher, Reason

_NUM_RANDOM = 100
_TOP_FRACTION = 0.5
_FEWEST = 2


@dataclass(frozen=True)
class _AcquisitionRanking:
    """The point that BoTorch finds, and random ones in case it may not be suggested.

    Args:
        model: Knows the data and what is pending.
        domain: Fills in inactive hyperparameters.
        sign: Of the metric.
    """

    model: BoTorchModel
    domain: SearchDomain
    sign: float

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """See :class:`~.ranking_searcher.Ranking`."""
        found = self.model.maximise(domain.layout.num_columns, random_state)
        return np.vstack([found, domain.sample(_NUM_RANDOM, random_state)])

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """Expected improvement."""
        return self.model.acquisition(self.domain.fill(x))

    def reason(self, x: FloatArray) -> Reason:
        """Says what the model predicts."""
        mean, std = self.model.predict(self.domain.fill(x[None]))
        expected, deviation = self.sign * float(mean[0]), float(std[0])
        facts = {"predicted_mean": expected, "predicted_std": deviation}
        return Reason(f"BoTorch expects {expected:.4g} ± {deviation:.2g} here, the most promising it found", facts)


class BoTorchSearcher(RankingSearcher):
    """Evaluates next what maximises expected improvement under a Gaussian process of BoTorch.

    Balandat, Karrer, Jiang, Daulton, Letham, Wilson, Bakshy, *BoTorch: A Framework for Efficient Monte-Carlo Bayesian
    Optimization*, NeurIPS 2020. Values and configurations are kept together by trial, so that neither the order in
    which trials end nor failed ones matter; running trials are taken into account. For a faster method without PyTorch
    see :class:`~.bayesian.BayesianOptimizationSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        num_init_random: So many configurations, ``points_to_evaluate`` included, come before the first one that the
            model suggests; at least 2.
        no_fantasizing: Whether the model ignores evaluations that are under way.
        max_num_observations: With more values, the model sees the best and some of the others.
        input_warping: Whether axes are bent.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        mode: ``"min"`` or ``"max"``.
        debug_log: Accepted for existing scripts; each suggestion carries its reason in any case.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        MissingExtraError: If BoTorch is not installed.
        OptionError: If an argument is not allowed.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: str,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        num_init_random: int = 3,
        no_fantasizing: bool = False,
        max_num_observations: int | None = 200,
        input_warping: bool = True,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str = "min",
        debug_log: bool = False,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        require_botorch()
        check_integer("num_init_random", num_init_random, 2)
        super().__init__(
            config_space,
            metric,
            num_init_random=num_init_random,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        if max_num_observations is not None:
            check_integer("max_num_observations", max_num_observations, 2)
        self._no_fantasizing = no_fantasizing
        self._max_num_observations = max_num_observations
        self._input_warping = input_warping

    def _learn(self) -> Ranking | None:
        x, y = self._history.latest()
        if len(y) < _FEWEST:
            return None
        if self._max_num_observations is not None:
            chosen = select_observations(y, self._max_num_observations, _TOP_FRACTION)
            x, y = x[chosen], y[chosen]
        domain = self._inputs.domain
        pending = self._history.pending_without(SINGLE_LEVEL)
        pending = pending[:0] if self._no_fantasizing else pending
        model = fit_botorch_model(
            domain.fill(x), y, domain.fill(pending), self._input_warping, self._model_random_state
        )
        return _AcquisitionRanking(model, domain, self._goal.sign)
