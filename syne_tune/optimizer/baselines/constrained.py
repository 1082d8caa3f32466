"""Named methods that look at more than the metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines.options import FIFOOptions
from syne_tune.optimizer.baselines.with_searcher import FIFOMethod

if TYPE_CHECKING:
    from typing_extensions import Unpack


class ConstrainedBayesianOptimization(FIFOMethod):
    """Bayesian optimisation of a metric while other reported values must be zero or less.

    Gardner, Kusner, Xu, Weinberger, Cunningham, *Bayesian Optimization with Inequality Constraints*, ICML 2014; see
    :class:`~syne_tune.optimizer.schedulers.searchers.constrained.ConstrainedBayesianOptimizationSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        constraint_attr: Name of the reported constraint, or several; a trial is feasible if all are zero or less.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "bayesopt_constrained"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        constraint_attr: str | Sequence[str],
        **kwargs: Unpack[FIFOOptions],
    ) -> None:
        given = kwargs.get("search_options") or {}
        if given.get("constraint_attr", constraint_attr) != constraint_attr:
            raise OptionError(
                f"search_options['constraint_attr'] = {given['constraint_attr']!r} contradicts "
                f"constraint_attr = {constraint_attr!r}; give one of them"
            )
        kwargs["search_options"] = {**given, "constraint_attr": constraint_attr}
        super().__init__(config_space, metric, **kwargs)
