"""Named methods that begin with what was measured on earlier tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune.optimizer.baselines.options import (
    FIFOOptions,
    GeneralOptions,
    HyperbandOptions,
    RungOptions,
    add_search_options,
    check_options,
)
from syne_tune.optimizer.baselines.with_searcher import FIFOMethod, HyperbandMethod
from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TaskEvaluations

if TYPE_CHECKING:
    from typing_extensions import Unpack


class ASHACTSOptions(RungOptions, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, where all are described."""

    type: str


class ZeroShotTransfer(FIFOMethod):
    """A fixed list of configurations that complement each other on earlier tasks; then nothing is left to suggest.

    Wistuba, Schilling, Schmidt-Thieme, *Sequential Model-Free Hyperparameter Tuning*, ICDM 2015; see
    :class:`~syne_tune.optimizer.schedulers.transfer_learning.zero_shot.ZeroShotTransfer`.

    Args:
        config_space: Name of parameter to domain or constant.
        transfer_learning_evaluations: Name of task to what was measured there.
        metric: Name of the metric to optimise.
        mode: ``"min"`` or ``"max"``.
        sort_transfer_learning_evaluations: Whether rows of different tasks are matched by their configurations.
        use_surrogates: Whether one model per task stands in for evaluations that are missing.
        random_seed: Integer in ``[0, 2**31 - 1]``; by default drawn.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "zero_shot"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        transfer_learning_evaluations: TaskEvaluations,
        metric: str,
        mode: str = "min",
        sort_transfer_learning_evaluations: bool = True,
        use_surrogates: bool = False,
        random_seed: int | None = None,
        **kwargs: Unpack[GeneralOptions],
    ) -> None:
        add_search_options(
            kwargs,
            transfer_learning_evaluations=transfer_learning_evaluations,
            sort_transfer_learning_evaluations=sort_transfer_learning_evaluations,
            use_surrogates=use_surrogates,
        )
        super().__init__(config_space, metric, mode=mode, random_seed=random_seed, **kwargs)


class ASHACTS(HyperbandScheduler):
    """Asynchronous successive halving whose configurations are drawn from what earlier tasks predict.

    Salinas, Shen, Perrone, *A Quantile-based Approach for Hyperparameter Transfer Learning*, ICML 2020 (copula Thompson
    sampling), with the rungs of ``ASHA``; see ``QuantileBasedSurrogateSearcher`` in
    :mod:`~syne_tune.optimizer.schedulers.transfer_learning.quantile_based.quantile_based_searcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        transfer_learning_evaluations: Name of task to what was measured there.
        mode: ``"min"`` or ``"max"``.
        random_seed: Integer in ``[0, 2**31 - 1]``; by default drawn.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str,
        transfer_learning_evaluations: TaskEvaluations,
        mode: str = "min",
        random_seed: int | None = None,
        **kwargs: Unpack[ASHACTSOptions],
    ) -> None:
        check_options(self, kwargs, ASHACTSOptions, fixed="searcher")
        add_search_options(kwargs, transfer_learning_evaluations=transfer_learning_evaluations)
        super().__init__(
            config_space,
            metric,
            mode=mode,
            searcher="quantile_based",
            random_seed=random_seed,
            resource_attr=resource_attr,
            **kwargs,
        )


class WarmStartedBayesianOptimization(FIFOMethod):
    """Bayesian optimisation that begins with what earlier tasks say, and trusts them as far as results agree.

    See :class:`~syne_tune.optimizer.schedulers.transfer_learning.warm_start.WarmStartedSearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        transfer_learning_evaluations: Name of task to what was measured there.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, except ``searcher``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    searcher_name = "bayesopt_transfer"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        transfer_learning_evaluations: TaskEvaluations,
        **kwargs: Unpack[FIFOOptions],
    ) -> None:
        add_search_options(kwargs, transfer_learning_evaluations=transfer_learning_evaluations)
        super().__init__(config_space, metric, **kwargs)


class WarmStartedMOBSTER(HyperbandMethod):
    """As :class:`~syne_tune.optimizer.baselines.MOBSTER`, but its model begins with what earlier tasks say.

    The model of Klein et al., 2020, with the learned mean of :class:`WarmStartedBayesianOptimization`; see
    :class:`~syne_tune.optimizer.schedulers.transfer_learning.warm_start.WarmStartedMultiFidelitySearcher`.

    What was best in earlier tasks may take long to train, and is tried first; how long a training takes does not count.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        transfer_learning_evaluations: Name of task to what was measured there.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "bayesopt_transfer"

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str,
        transfer_learning_evaluations: TaskEvaluations,
        **kwargs: Unpack[HyperbandOptions],
    ) -> None:
        add_search_options(kwargs, transfer_learning_evaluations=transfer_learning_evaluations)
        super().__init__(config_space, metric, resource_attr, **kwargs)
