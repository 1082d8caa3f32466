"""Named methods that run every trial to its end."""

from __future__ import annotations

from syne_tune.optimizer.baselines.with_searcher import FIFOMethod


class RandomSearch(FIFOMethod):
    """Random search (Bergstra and Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 2012).

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "random"


class GridSearch(FIFOMethod):
    """Grid search: every combination of finitely many values per parameter, in random order.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.
            The number of values per parameter is set by ``search_options={"num_samples": {"lr": 10}}``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "grid"


class BayesianOptimization(FIFOMethod):
    """Bayesian optimisation: a Gaussian process predicts the metric, expected improvement chooses what to try next.

    Jones, Schonlau, Welch, *Efficient Global Optimization of Expensive Black-Box Functions*, 1998; see
    :class:`~syne_tune.optimizer.schedulers.searchers.bayesian.BayesianOptimizationSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "bayesopt"
