"""Density ratio search: :class:`KernelDensityEstimator` (TPE) and its multi-fidelity variant (BOHB)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.config_space import Space
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.density.density_ratio import DensityRatio, DensityRatioOptions, fit_density_ratio
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer, check_number
from syne_tune.optimizer.schedulers.searchers.ranking_searcher import Ranking, RankingSearcher, Reason

_LARGEST_EXPONENT = 700.0


@dataclass(frozen=True)
class _RatioRanking:
    """Candidates drawn from the good density, ranked by the ratio.

    Args:
        ratio: The two densities.
        num_candidates: Number of draws.
        threshold: The worst good value in units of the metric.
        counts: Numbers of good and of bad observations.
        facts: To be added to those of each reason.
    """

    ratio: DensityRatio
    num_candidates: int
    threshold: float
    counts: tuple[int, int]
    facts: Mapping[str, Any]

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """See :class:`~.ranking_searcher.Ranking`."""
        return self.ratio.good.sample(self.num_candidates, random_state)

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """Logarithm of the ratio."""
        return self.ratio.log_ratio(x)

    def reason(self, x: FloatArray) -> Reason:
        """Says the ratio and of how many configurations it is."""
        ratio = math.exp(min(_LARGEST_EXPONENT, float(self.ratio.log_ratio(x[None])[0])))
        good, bad = self.counts
        sentence = f"{ratio:.3g} times as dense among the {good} good configurations as among the {bad} others"
        facts = {"density_ratio": ratio, "good": good, "bad": bad, "threshold": self.threshold}
        return Reason(sentence, {**facts, **self.facts})


class KernelDensityEstimator(RankingSearcher):
    """Evaluates next what is dense among good configurations and rare among the others.

    Bergstra, Bardenet, Bengio, Kégl, *Algorithms for Hyper-Parameter Optimization*, NeurIPS 2011, with multivariate
    densities as in Falkner, Klein, Hutter, *BOHB*, ICML 2018; see
    :mod:`syne_tune.optimizer.models.density.density_ratio`. Running trials count as "others", as do those that
    were stopped before they had a value to be compared. Only the order of values
    matters, and among the good ones by how much they are better; the units of the metric play no role.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        num_min_data_points: Number of values from which on the densities decide, at least 2. Default: the number of
            parameters.
        top_n_percent: Share of the configurations that are good, in percent; at least two are.
        min_bandwidth: Bandwidths are not smaller; parameters have length 1.
        num_candidates: Number of draws from the density of the good ones, of which the best is suggested.
        bandwidth_factor: Bandwidth of a single observation; it shrinks as their number grows.
        random_fraction: Probability with which a configuration is drawn at random instead.
        prior_weight: Weight of the uniform distribution in both densities, in terms of observations.
        weigh_good: Whether good configurations count the more, the better they are.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        resource_attr: Name of the reported resource. If given, the densities are those of values at the highest
            resource with ``num_min_data_points`` of them. Schedulers that compare trials pass it.
        debug_log: Accepted for existing scripts; each suggestion carries its reason in any case.
        mode: ``"min"`` or ``"max"``.
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
        points_to_evaluate: list[dict[str, Any]] | None = None,
        num_min_data_points: int | None = None,
        top_n_percent: float = 15,
        min_bandwidth: float = 1e-3,
        num_candidates: int = 256,
        bandwidth_factor: float = 0.2,
        random_fraction: float = 0.0,
        prior_weight: float = 0.1,
        weigh_good: bool = True,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        resource_attr: str | None = None,
        debug_log: bool = True,
        mode: str = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        self._num_min = _default_minimum(config_space) if num_min_data_points is None else num_min_data_points
        check_integer("num_min_data_points", self._num_min, 2)
        check_integer("num_candidates", num_candidates, 1)
        super().__init__(
            config_space,
            metric,
            num_init_random=self._num_min,
            random_fraction=random_fraction,
            resource_attr=resource_attr,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        check_number("top_n_percent", top_n_percent, 0, 100, above=True)
        check_number("min_bandwidth", min_bandwidth, 0, above=True)
        check_number("bandwidth_factor", bandwidth_factor, 0, above=True)
        check_number("prior_weight", prior_weight, 0, above=True)
        self._num_candidates = num_candidates
        self._density_options = DensityRatioOptions(
            good_fraction=top_n_percent / 100,
            bandwidth=bandwidth_factor,
            min_bandwidth=min_bandwidth,
            uniform_weight=prior_weight,
            weigh_good=weigh_good,
        )

    def _learn(self) -> Ranking | None:
        level = self._history.highest_level_with(self._num_min)
        if level is None:
            return None
        x, y = self._history.at_level(level)
        others = self._history.others_without(level)
        ratio = fit_density_ratio(self._inputs.layout, x, y, self._density_options, others)
        counts = len(ratio.good.centres), len(ratio.bad.centres)
        threshold = self._goal.sign * ratio.threshold
        return _RatioRanking(ratio, self._num_candidates, threshold, counts, self._level_facts(level))


class MultiFidelityKernelDensityEstimator(KernelDensityEstimator):
    """The same for values at several resources: the densities are those at the highest one with enough values.

    Falkner, Klein, Hutter, *BOHB: Robust and Efficient Hyperparameter Optimization at Scale*, ICML 2018, algorithm 2.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        min_bandwidth: Bandwidths are not smaller.
        resource_attr: Name of the reported resource.
        **options: Other arguments of :class:`KernelDensityEstimator`.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        min_bandwidth: float = 0.1,
        resource_attr: str = "epoch",
        **options: Any,
    ) -> None:
        super().__init__(
            config_space,
            metric,
            points_to_evaluate,
            min_bandwidth=min_bandwidth,
            resource_attr=resource_attr,
            **options,
        )


def _default_minimum(config_space: Mapping[str, Any]) -> int:
    return max(2, len(Space.of(config_space).free))
