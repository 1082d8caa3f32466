"""Named methods that train a population: bad members are replaced by varied copies of good ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune.optimizer.baselines.options import PopulationOptions, check_options
from syne_tune.optimizer.schedulers import pb2, pbt

if TYPE_CHECKING:
    from typing_extensions import Unpack


class PBT(pbt.PopulationBasedTraining):
    """Population-based training (Jaderberg et al., *Population Based Training of Neural Networks*, 2017).

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, any growing number.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.pbt.PopulationBasedTraining`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str = "time_total_s",
        **kwargs: Unpack[PopulationOptions],
    ) -> None:
        check_options(self, kwargs, PopulationOptions, fixed="searcher")
        super().__init__(config_space, metric, resource_attr, **kwargs)


class PB2(pb2.PB2):
    """Population-based bandits (Parker-Holder, Nguyen, Roberts, NeurIPS 2020): a model chooses the variations.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, any growing number.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.pb2.PB2`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str = "time_total_s",
        **kwargs: Unpack[PopulationOptions],
    ) -> None:
        check_options(self, kwargs, PopulationOptions, fixed="searcher")
        super().__init__(config_space, metric, resource_attr, **kwargs)
