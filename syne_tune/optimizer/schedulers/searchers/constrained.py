"""Bayesian optimisation under constraints that are reported: :class:`ConstrainedBayesianOptimizationSearcher`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.constraint_aspect import ConstraintAspect


class ConstrainedBayesianOptimizationSearcher(BayesianOptimizationSearcher):
    """Expected improvement over the best feasible configuration, times the probability of being feasible.

    Gardner, Kusner, Xu, Weinberger, Cunningham, *Bayesian Optimization with Inequality Constraints*, ICML 2014. Each
    constraint has a Gaussian process of its own. A trial is feasible if what it reports under every ``constraint_attr``
    is zero or less. As long as nothing is feasible, the probability of being so decides alone.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        constraint_attr: Name of the reported constraint, or several; every report must hold them.
        **kwargs: As for :class:`~.bayesian.BayesianOptimizationSearcher`; ``acq_function`` is ``"ei"`` or ``"nei"``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self, config_space: Mapping[str, Any], metric: str, constraint_attr: str | Sequence[str], **kwargs: Any
    ) -> None:
        names = [constraint_attr] if isinstance(constraint_attr, str) else list(constraint_attr)
        if not names or not all(isinstance(name, str) and name for name in names) or len(set(names)) < len(names):
            raise OptionError(
                f"constraint_attr = {constraint_attr!r}: must be the name of a reported value, or several"
            )
        if metric in names:
            raise OptionError(f"constraint_attr = {constraint_attr!r}: {metric!r} is the metric; report another value")
        super().__init__(config_space, metric, aspects=[partial(ConstraintAspect, name) for name in names], **kwargs)
        self.constraint_attrs = tuple(names)

    @staticmethod
    def _check_search_options(options: BayesianOptions) -> None:
        options.check_improvement("constraints")


def constrained_searcher(
    scheduler: str = "fifo",
    constraint_attr: str | Sequence[str] | None = None,
    **arguments: Any,
) -> ConstrainedBayesianOptimizationSearcher:
    """What the name ``"bayesopt_constrained"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks.
        constraint_attr: Must be given.
        **arguments: Of :class:`ConstrainedBayesianOptimizationSearcher`.

    Raises:
        OptionError: If the scheduler compares trials before their end, or an argument is missing or not allowed.
    """
    if scheduler != "fifo":
        raise OptionError(
            "searcher = 'bayesopt_constrained': its models know values of trials that ran to their end only, which a "
            f"scheduler of type {scheduler!r} does not wait for; use FIFOScheduler, or searcher='bayesopt'"
        )
    if constraint_attr is None:
        raise OptionError(
            "search_options['constraint_attr'] is missing: the name of a reported value that must be zero or less"
        )
    return ConstrainedBayesianOptimizationSearcher(constraint_attr=constraint_attr, **arguments)


ConstrainedGPFIFOSearcher = ConstrainedBayesianOptimizationSearcher
"""The name existing scripts use."""
