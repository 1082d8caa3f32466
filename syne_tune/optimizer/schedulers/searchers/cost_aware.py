"""Bayesian optimisation that asks what an evaluation costs: :class:`CostAwareBayesianOptimizationSearcher`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.cost.cost_model import CostModel
from syne_tune.optimizer.schedulers.searchers.aspect import AspectFactory
from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.cost_aspect import CostAspect, CostCurveAspect
from syne_tune.optimizer.schedulers.searchers.cost_aware_multi_fidelity import CostAwareMultiFidelitySearcher
from syne_tune.optimizer.schedulers.searchers.option_checks import check_number
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher


class CostAwareBayesianOptimizationSearcher(BayesianOptimizationSearcher):
    """Expected improvement per cost.

    Snoek, Larochelle, Adams, *Practical Bayesian Optimization of Machine Learning Algorithms*, NeurIPS 2012, section
    3.2. Coarse-grained, without ``cost_model``: a Gaussian process of the logarithm of the final cost. Fine-grained,
    with ``cost_model``: costs of all reports, as a function of configuration and resource.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        cost_attr: Name of the reported cost since the start of the trial, positive; every report must hold it.
        exponent_cost: In (0, 1]: improvement is divided by cost to this power.
        cost_model: One of :mod:`syne_tune.optimizer.models.cost`, or of your own.
        resource_attr: Name of the reported resource; with ``cost_model``.
        max_epochs: The largest resource; with ``cost_model``.
        **kwargs: As for :class:`~.bayesian.BayesianOptimizationSearcher`; ``acq_function`` is ``"ei"`` or ``"nei"``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        cost_attr: str,
        exponent_cost: float = 1.0,
        cost_model: CostModel | None = None,
        resource_attr: str | None = None,
        max_epochs: int | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(cost_attr, str) or not cost_attr:
            raise OptionError(f"cost_attr = {cost_attr!r}: must be the name of a reported value")
        check_number("exponent_cost", exponent_cost, 0.0, 1.0, above=True)
        aspect: AspectFactory = partial(CostAspect, cost_attr, exponent_cost)
        if cost_model is not None:
            name, largest = _resource(resource_attr, max_epochs)
            aspect = partial(CostCurveAspect, cost_attr, exponent_cost, cost_model, name, largest)
        super().__init__(config_space, metric, aspects=[aspect], **kwargs)

    @staticmethod
    def _check_search_options(options: BayesianOptions) -> None:
        options.check_improvement("a cost")


def _resource(resource_attr: str | None, max_epochs: int | None) -> tuple[str, int]:
    if resource_attr is None:
        raise OptionError("cost_model is given: resource_attr is missing, the name of the reported resource")
    if max_epochs is None:
        raise OptionError(
            "cost_model is given, but the largest resource is not known: pass max_t to the scheduler, or "
            "max_resource_attr, the name of an integer constant of the configuration space"
        )
    return resource_attr, max_epochs


def cost_aware_searcher(
    scheduler: str = "fifo",
    cost_attr: str | None = None,
    cost_model: CostModel | None = None,
    resource_attr: str | None = None,
    max_epochs: int | None = None,
    **arguments: Any,
) -> BaseSearcher:
    """What the name ``"bayesopt_cost"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks. If it compares trials before their end, ``cost_model`` must be given.
        cost_attr: Must be given.
        cost_model: Makes it fine-grained.
        resource_attr: With ``cost_model``; known to schedulers that compare trials before their end.
        max_epochs: Largest resource, as the scheduler knows it.
        **arguments: Of :class:`CostAwareBayesianOptimizationSearcher` or
            :class:`~.cost_aware_multi_fidelity.CostAwareMultiFidelitySearcher`.

    Raises:
        OptionError: If an argument is missing or not allowed.
    """
    if cost_attr is None:
        raise OptionError(
            "search_options['cost_attr'] is missing: the name of the reported cost, such as 'elapsed_time'"
        )
    known: dict[str, Any] = {"cost_attr": cost_attr, "max_epochs": max_epochs, **arguments}
    if scheduler == "fifo":
        return CostAwareBayesianOptimizationSearcher(cost_model=cost_model, resource_attr=resource_attr, **known)
    if cost_model is None:
        raise OptionError(
            "search_options['cost_model'] is missing: with a scheduler that compares trials before their end, most "
            "final costs are never known; use a model of syne_tune.optimizer.models.cost"
        )
    return CostAwareMultiFidelitySearcher(cost_model=cost_model, resource_attr=resource_attr or "epoch", **known)


CostAwareGPFIFOSearcher = CostAwareBayesianOptimizationSearcher
CostAwareGPMultiFidelitySearcher = CostAwareMultiFidelitySearcher
"""The names existing scripts use."""
