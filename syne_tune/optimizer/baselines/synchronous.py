"""Named methods that decide a rung when all of its slots are filled. They never stop a trial before its level.

All of them need to know the largest resource: by ``max_resource_attr``, ``max_resource_level``, or a constant of the
space, see
:class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousGeometricHyperbandScheduler`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune.optimizer.baselines.options import DEHBOptions, SynchronousHyperbandOptions, check_options
from syne_tune.optimizer.baselines.with_searcher import SynchronousMethod
from syne_tune.optimizer.schedulers.synchronous import (
    GeometricDifferentialEvolutionHyperbandScheduler,
    SynchronousGeometricHyperbandScheduler,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack


class SyncHyperband(SynchronousGeometricHyperbandScheduler):
    """Synchronous Hyperband of random configurations (Li et al., *Hyperband*, JMLR 2018).

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousGeometricHyperbandScheduler`. The
            default of ``searcher`` is ``"random"``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str,
        **kwargs: Unpack[SynchronousHyperbandOptions],
    ) -> None:
        check_options(self, kwargs, SynchronousHyperbandOptions, fixed="bracket_rungs")
        super().__init__(config_space, metric, resource_attr=resource_attr, **kwargs)


class SyncBOHB(SynchronousMethod):
    """Synchronous Hyperband of configurations drawn by a density ratio.

    Falkner, Klein, Hutter, *BOHB: Robust and Efficient Hyperparameter Optimization at Scale*, ICML 2018.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousGeometricHyperbandScheduler`,
            except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "kde"


class SyncMOBSTER(SynchronousMethod):
    """Synchronous Hyperband of configurations suggested by a Gaussian process over all levels.

    The model of Klein, Tiao, Lienart, Archambeau, Seeger, *Model-based Asynchronous Hyperparameter and Neural
    Architecture Search*, 2020, in synchronous Hyperband.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousGeometricHyperbandScheduler`,
            except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "bayesopt"


class DEHB(GeometricDifferentialEvolutionHyperbandScheduler):
    """Differential evolution and Hyperband (Awad, Mallik, Hutter, *DEHB*, IJCAI 2021).

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.synchronous.dehb.GeometricDifferentialEvolutionHyperbandScheduler`.
            The default of ``searcher`` is ``"random_encoded"``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    def __init__(
        self, config_space: Mapping[str, Any], metric: str, resource_attr: str, **kwargs: Unpack[DEHBOptions]
    ) -> None:
        check_options(self, kwargs, DEHBOptions, fixed="rungs_first_bracket")
        super().__init__(config_space, metric, resource_attr=resource_attr, **kwargs)
