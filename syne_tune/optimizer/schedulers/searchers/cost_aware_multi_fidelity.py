"""Improvement per cost where trials are compared before their end: :class:`CostAwareMultiFidelitySearcher`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.cost.cost_model import CostModel
from syne_tune.optimizer.schedulers.searchers.cost_aspect import CostCurveAspect
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher
from syne_tune.optimizer.schedulers.searchers.option_checks import check_number
from syne_tune.trial import Config, Result


class CostAwareMultiFidelitySearcher(MultiFidelitySearcher):
    """As :class:`~.multi_fidelity_searcher.MultiFidelitySearcher`, per predicted cost of the whole trial.

    Every report must hold the cost since the start of the trial. Where trials pause and resume, hand ``cost_attr`` to
    the scheduler, which adds up the runs, and use ``total_<cost_attr>`` here.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        cost_attr: Name of the reported cost, positive.
        cost_model: From configuration and resource to cost, see :mod:`syne_tune.optimizer.models.cost`.
        exponent_cost: In (0, 1]: improvement is divided by cost to this power.
        resource_attr: Name of the reported resource.
        max_epochs: The largest resource.
        **kwargs: As for :class:`~.multi_fidelity_searcher.MultiFidelitySearcher`.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        cost_attr: str,
        cost_model: CostModel,
        exponent_cost: float = 1.0,
        resource_attr: str = "epoch",
        max_epochs: int | None = None,
        **kwargs: Any,
    ) -> None:
        check_number("exponent_cost", exponent_cost, 0.0, 1.0, above=True)
        if max_epochs is None:
            raise OptionError(
                "max_epochs: the largest resource is not known; pass it, or use a scheduler that knows it"
            )
        aspect = partial(CostCurveAspect, cost_attr, exponent_cost, cost_model, resource_attr, max_epochs)
        super().__init__(
            config_space, metric, resource_attr=resource_attr, max_epochs=max_epochs, aspects=[aspect], **kwargs
        )
        self._options.base.check_improvement("a cost")

    def on_trial_result(self, trial_id: str, config: Config, result: Result, update: bool) -> None:
        """Learns the cost of every report, and the metric if ``update`` says so.

        Raises:
            SchedulerError: If something is missing in the report, or not a number.
        """
        if update:
            self._update(trial_id, config, result)
        else:
            self._overhear(trial_id, config, result)
