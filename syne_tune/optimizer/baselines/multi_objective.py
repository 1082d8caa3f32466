"""Named methods for several objectives; every one takes a list of metrics, and one mode for all or one each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.baselines.options import (
    FIFOOptions,
    GeneralOptions,
    ParetoHalvingOptions,
    add_search_options,
    check_options,
)
from syne_tune.optimizer.baselines.with_searcher import FIFOMethod
from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler
from syne_tune.optimizer.schedulers.multiobjective import LinearScalarizedScheduler, MOPriority, RankVolumePriority
from syne_tune.optimizer.schedulers.multiobjective.multi_surrogate_multi_objective_searcher import Estimator

if TYPE_CHECKING:
    from typing_extensions import Unpack

_TYPES = ("stopping", "promotion")


class NSGA2(FIFOMethod):
    """The genetic algorithm NSGA-II.

    Deb, Pratap, Agarwal, Meyarivan, *A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II*, IEEE TEC 2002; see
    :class:`~syne_tune.optimizer.schedulers.multiobjective.nsga2_searcher.NSGA2Searcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        mode: ``"min"`` or ``"max"``, or one per objective.
        population_size: Number of members of the population.
        random_seed: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        **kwargs: Other arguments of that class, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "nsga2"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        mode: str | Sequence[str] = "min",
        population_size: int = 20,
        random_seed: int | None = None,
        **kwargs: Unpack[GeneralOptions],
    ) -> None:
        add_search_options(kwargs, population_size=population_size)
        names, modes = _checked(metric, mode)
        super().__init__(config_space, names, mode=modes, random_seed=random_seed, **kwargs)


class MOREA(FIFOMethod):
    """Regularized evolution, with non-dominated sorting of the population.

    Real, Aggarwal, Huang, Le, *Regularized Evolution for Image Classifier Architecture Search*, AAAI 2019; see
    :class:`~syne_tune.optimizer.schedulers.multiobjective.regularized_evolution.MultiObjectiveRegularizedEvolution`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        mode: ``"min"`` or ``"max"``, or one per objective.
        population_size: Number of members of the population.
        sample_size: Number of members that compete for being the parent.
        random_seed: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        **kwargs: Other arguments of that class, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "mo_regularized_evolution"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        mode: str | Sequence[str] = "min",
        population_size: int = 100,
        sample_size: int = 10,
        random_seed: int | None = None,
        **kwargs: Unpack[GeneralOptions],
    ) -> None:
        add_search_options(kwargs, population_size=population_size, sample_size=sample_size)
        names, modes = _checked(metric, mode)
        super().__init__(config_space, names, mode=modes, random_seed=random_seed, **kwargs)


class EHVI(FIFOMethod):
    """Bayesian optimisation by expected hypervolume improvement, with one Gaussian process per objective.

    Emmerich, Deutz, Klinkenberg, *Hypervolume-based expected improvement*, CEC 2011; Daulton, Balandat, Bakshy,
    *Differentiable Expected Hypervolume Improvement for Parallel Multi-Objective Bayesian Optimization*, NeurIPS 2020;
    see :class:`~syne_tune.optimizer.schedulers.multiobjective.ehvi_searcher.ExpectedHypervolumeSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        mode: ``"min"`` or ``"max"``, or one per objective.
        reference_point: One value per objective, in its units: what is worse is worth nothing. Default: the upper
            quartile of what the models expect of random configurations.
        constraint_attr: Name of a reported value that must be zero or less, or several.
        random_seed: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        **kwargs: Other arguments of that class, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "ehvi"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        mode: str | Sequence[str] = "min",
        reference_point: Sequence[float] | None = None,
        constraint_attr: str | Sequence[str] = (),
        random_seed: int | None = None,
        **kwargs: Unpack[GeneralOptions],
    ) -> None:
        add_search_options(kwargs, reference_point=reference_point, constraint_attr=constraint_attr)
        names, modes = _checked(metric, mode)
        super().__init__(config_space, names, mode=modes, random_seed=random_seed, **kwargs)


class MORandomScalarizationBayesOpt(FIFOMethod):
    """Bayesian optimisation by lower confidence bounds, summed with other random weights for every suggestion.

    Paria, Kandasamy, Póczos, *A Flexible Framework for Multi-Objective Bayesian Optimization using Random
    Scalarizations*, UAI 2019; see
    :mod:`~syne_tune.optimizer.schedulers.multiobjective.multi_surrogate_multi_objective_searcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        mode: ``"min"`` or ``"max"``, or one per objective.
        random_seed: As in :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        estimators: Metric to a model of your own. Default: a Gaussian process for each metric that has none.
        **kwargs: Other arguments of that class, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "mo_multi_surrogate"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        mode: str | Sequence[str] = "min",
        random_seed: int | None = None,
        estimators: Mapping[str, Estimator] | None = None,
        **kwargs: Unpack[GeneralOptions],
    ) -> None:
        add_search_options(kwargs, estimators=estimators)
        names, modes = _checked(metric, mode)
        super().__init__(config_space, names, mode=modes, random_seed=random_seed, **kwargs)


class MOLinearScalarizationBayesOpt(LinearScalarizedScheduler):
    """Bayesian optimisation of a weighted sum of the metrics.

    See :class:`~syne_tune.optimizer.schedulers.multiobjective.linear_scalarizer.LinearScalarizedScheduler`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        scalarization_weights: One per metric. Default: ones.
        **kwargs: ``mode``, the same for all, and other arguments of
            :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        scalarization_weights: Sequence[float] | None = None,
        **kwargs: Unpack[FIFOOptions],
    ) -> None:
        check_options(self, kwargs, FIFOOptions, fixed="searcher")
        super().__init__(
            config_space, metric, scalarization_weights=scalarization_weights, searcher="bayesopt", **kwargs
        )


class ParetoMOBSTER(HyperbandScheduler):
    """Compares trials by all objectives at rung levels, and chooses them by models over all resources.

    Rungs as in Schmucker et al., *Multi-objective Asynchronous Successive Halving*, 2021, here with pausing, too;
    models as in Klein et al., *Model-based Asynchronous Hyperparameter and Neural Architecture Search*, 2020, one per
    objective; the next configuration is the one with the largest expected improvement of the hypervolume (Emmerich,
    Deutz, Klinkenberg 2011) at the largest resource, unless ``search_options["resource_acq"]`` says otherwise; a share
    of ``search_options["random_fraction"]``, one third, is random. See
    :mod:`~syne_tune.optimizer.schedulers.multiobjective.multi_fidelity_ehvi_searcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        resource_attr: Name of the reported resource, an integer counted from 1.
        mode: ``"min"`` or ``"max"``, or one per objective.
        type: ``"stopping"`` or ``"promotion"``: whether trials that are behind are stopped, or all are paused and those
            in front resumed.
        multiobjective_priority: Puts the trials at a level into one order. Default:
            :class:`~syne_tune.optimizer.schedulers.multiobjective.RankVolumePriority`, compromises before extremes.
        reference_point: One value per objective, in its units: what is worse is worth nothing. Default: the upper
            quartile of what the models expect of random configurations.
        constraint_attr: Name of a reported value that must be zero or less, or several.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        resource_attr: str,
        mode: str | Sequence[str] = "min",
        type: str = "stopping",
        multiobjective_priority: MOPriority | None = None,
        reference_point: Sequence[float] | None = None,
        constraint_attr: str | Sequence[str] = (),
        **kwargs: Unpack[ParetoHalvingOptions],
    ) -> None:
        check_options(self, kwargs, ParetoHalvingOptions, fixed="searcher")
        if type not in _TYPES:
            raise OptionError(f"type = {type!r}: {nearest(str(type), _TYPES)}")
        add_search_options(
            kwargs, reference_point=reference_point, constraint_attr=constraint_attr, resource_acq="final"
        )
        priority = RankVolumePriority() if multiobjective_priority is None else multiobjective_priority
        given = {"multiobjective_priority": priority}
        kwargs["rung_system_kwargs"] = {**given, **(kwargs.get("rung_system_kwargs") or {})}
        names, modes = _checked(metric, mode)
        super().__init__(
            config_space,
            names,
            mode=modes,
            searcher="ehvi",
            type=f"pareto_{type}",
            resource_attr=resource_attr,
            **kwargs,
        )


def _checked(metric: Sequence[str], mode: str | Sequence[str]) -> tuple[list[str], str | list[str]]:
    """Several metrics and their modes, as schedulers take them."""
    if isinstance(metric, str) or len(metric) < 2:
        raise OptionError(f"metric = {metric!r}: several objectives are needed; name at least two metrics")
    return list(metric), mode if isinstance(mode, str) else list(mode)
