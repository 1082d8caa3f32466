"""Schedulers with a searcher of their own: bases of named methods that are no more than that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from syne_tune.optimizer.baselines.options import FIFOOptions, HyperbandOptions, SynchronousOptions, check_options
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler
from syne_tune.optimizer.schedulers.synchronous import SynchronousGeometricHyperbandScheduler

if TYPE_CHECKING:
    from typing_extensions import Unpack


class FIFOMethod(FIFOScheduler):
    """Base class of methods that run every trial to its end.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Attributes:
        searcher_name: Subclasses set it to a name that
            :func:`~syne_tune.optimizer.schedulers.searchers.registry.searcher_factory` knows.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name: ClassVar[str]

    def __init__(self, config_space: Mapping[str, Any], metric: str | list[str], **kwargs: Unpack[FIFOOptions]) -> None:
        check_options(self, kwargs, FIFOOptions, fixed="searcher")
        super().__init__(config_space, metric, searcher=self.searcher_name, **kwargs)


class HyperbandMethod(HyperbandScheduler):
    """Base class of methods that compare trials while they run.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Attributes:
        searcher_name: As in :class:`FIFOMethod`.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name: ClassVar[str]

    def __init__(
        self, config_space: Mapping[str, Any], metric: str, resource_attr: str, **kwargs: Unpack[HyperbandOptions]
    ) -> None:
        check_options(self, kwargs, HyperbandOptions, fixed="searcher")
        super().__init__(config_space, metric, searcher=self.searcher_name, resource_attr=resource_attr, **kwargs)


class SynchronousMethod(SynchronousGeometricHyperbandScheduler):
    """Base class of methods that compare all trials of a rung at once.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousGeometricHyperbandScheduler`,
            except ``searcher``.

    Attributes:
        searcher_name: As in :class:`FIFOMethod`.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name: ClassVar[str]

    def __init__(
        self, config_space: Mapping[str, Any], metric: str, resource_attr: str, **kwargs: Unpack[SynchronousOptions]
    ) -> None:
        check_options(self, kwargs, SynchronousOptions, fixed="searcher")
        super().__init__(config_space, metric, searcher=self.searcher_name, resource_attr=resource_attr, **kwargs)
