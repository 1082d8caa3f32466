"""Named methods that run every trial to its end and choose configurations by a model that is no Gaussian process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune.optimizer.baselines.options import FIFOOptions, add_search_options
from syne_tune.optimizer.baselines.with_searcher import FIFOMethod

if TYPE_CHECKING:
    from typing_extensions import Unpack


class KDE(FIFOMethod):
    """Density ratio search, the tree-structured Parzen estimator (TPE) with multivariate densities.

    Bergstra, Bardenet, Bengio, Kégl, *Algorithms for Hyper-Parameter Optimization*, NeurIPS 2011; see
    :class:`~syne_tune.optimizer.schedulers.searchers.kde.KernelDensityEstimator`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "kde"


class BORE(FIFOMethod):
    """A classifier tells good configurations from others; the next one is most probably good.

    Tiao et al., *BORE: Bayesian Optimization by Density-Ratio Estimation*, ICML 2021; see
    :class:`~syne_tune.optimizer.schedulers.searchers.bore.Bore`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "bore"


class CQR(FIFOMethod):
    """Thompson sampling from conformal quantile regression.

    Salinas et al., *Optimizing Hyperparameters with Conformal Quantile Regression*, ICML 2023; see
    :class:`~syne_tune.optimizer.schedulers.searchers.conformal.surrogate_searcher.SurrogateSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "cqr"


class BoTorch(FIFOMethod):
    """Bayesian optimisation with BoTorch: ``pip install 'syne_tune[botorch]'``.

    Balandat et al., *BoTorch: A Framework for Efficient Monte-Carlo Bayesian Optimization*, NeurIPS 2020; see
    :class:`~syne_tune.optimizer.schedulers.searchers.botorch.BoTorchSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        MissingExtraError: If BoTorch is not installed.
        OptionError: If an argument is not allowed.
    """

    searcher_name = "botorch"


class REA(FIFOMethod):
    """Regularized evolution.

    Real, Aggarwal, Huang, Le, *Regularized Evolution for Image Classifier Architecture Search*, AAAI 2019; see
    :class:`~syne_tune.optimizer.schedulers.searchers.regularized_evolution.RegularizedEvolution`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        population_size: Number of members of the population.
        sample_size: Number of members that compete for being the parent.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "regularized_evolution"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        population_size: int = 100,
        sample_size: int = 10,
        **kwargs: Unpack[FIFOOptions],
    ) -> None:
        add_search_options(kwargs, population_size=population_size, sample_size=sample_size)
        super().__init__(config_space, metric, **kwargs)
