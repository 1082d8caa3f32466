"""Named methods that run every trial to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune.optimizer.baselines.options import FIFOOptions, check_options
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler

if TYPE_CHECKING:
    from typing_extensions import Unpack


class RandomSearch(FIFOScheduler):
    """Random search (Bergstra and Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 2012).

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(self, config_space: Mapping[str, Any], metric: str | list[str], **kwargs: Unpack[FIFOOptions]) -> None:
        check_options(self, kwargs, FIFOOptions, fixed="searcher")
        super().__init__(config_space, metric, searcher="random", **kwargs)


class GridSearch(FIFOScheduler):
    """Grid search: every combination of finitely many values per parameter, in random order.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.
            The number of values per parameter is set by ``search_options={"num_samples": {"lr": 10}}``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(self, config_space: Mapping[str, Any], metric: str | list[str], **kwargs: Unpack[FIFOOptions]) -> None:
        check_options(self, kwargs, FIFOOptions, fixed="searcher")
        super().__init__(config_space, metric, searcher="grid", **kwargs)


class BayesianOptimization(FIFOScheduler):
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

    def __init__(self, config_space: Mapping[str, Any], metric: str, **kwargs: Unpack[FIFOOptions]) -> None:
        check_options(self, kwargs, FIFOOptions, fixed="searcher")
        super().__init__(config_space, metric, searcher="bayesopt", **kwargs)
