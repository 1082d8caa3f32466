"""Named methods that compare trials while they run and choose configurations by a model that is no Gaussian process.

All of them need to know the largest resource, see :mod:`syne_tune.optimizer.baselines.multi_fidelity`.
"""

from __future__ import annotations

from syne_tune.optimizer.baselines.with_searcher import HyperbandMethod


class BOHB(HyperbandMethod):
    """Asynchronous successive halving whose configurations come from a density ratio.

    Falkner, Klein, Hutter, *BOHB: Robust and Efficient Hyperparameter Optimization at Scale*, ICML 2018, with the
    asynchronous rungs of ``ASHA``; see :class:`~syne_tune.optimizer.schedulers.searchers.kde.KernelDensityEstimator`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "kde"


class ASHABORE(HyperbandMethod):
    """Asynchronous successive halving whose configurations come from a classifier.

    Tiao et al., *BORE: Bayesian Optimization by Density-Ratio Estimation*, ICML 2021, with the rungs of ``ASHA``; see
    :class:`~syne_tune.optimizer.schedulers.searchers.bore.Bore`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "bore"


class ASHACQR(HyperbandMethod):
    """Asynchronous successive halving whose configurations come from conformal quantile regression.

    Salinas et al., *Optimizing Hyperparameters with Conformal Quantile Regression*, ICML 2023, with the rungs of
    ``ASHA``; the model sees the latest value of each trial. See
    :class:`~syne_tune.optimizer.schedulers.searchers.conformal.surrogate_searcher.SurrogateSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "cqr"
