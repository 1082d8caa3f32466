"""Named methods that compare trials while they run, and spend more only on the better ones.

All of them need to know the largest resource: by ``max_resource_attr``, ``max_t``, or a constant of the space, see
:class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune.optimizer.baselines.options import PASHAOptions, check_options
from syne_tune.optimizer.baselines.with_searcher import HyperbandMethod
from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler

if TYPE_CHECKING:
    from typing_extensions import Unpack


class ASHA(HyperbandMethod):
    """Asynchronous successive halving of random configurations.

    Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht, Talwalkar, *A System for Massively Parallel Hyperparameter
    Tuning*, MLSys 2020. The default ``type="stopping"`` needs no checkpoints; ``type="promotion"`` is as published.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "random"


class PASHA(HyperbandScheduler):
    """Successive halving whose largest resource grows only while the ranking of the trials still changes.

    Bohdal, Balles, Wistuba, Ermis, Archambeau, Zappella, *PASHA: Efficient HPO and NAS with Progressive Resource
    Allocation*, ICLR 2023.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``type``. The default of ``searcher`` is ``"random"``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str,
        **kwargs: Unpack[PASHAOptions],
    ) -> None:
        check_options(self, kwargs, PASHAOptions, fixed="type")
        super().__init__(config_space, metric, type="pasha", resource_attr=resource_attr, **kwargs)
