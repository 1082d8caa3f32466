"""Named methods that compare trials while they run, and choose configurations by a model of what was seen.

All of them need to know the largest resource: by ``max_resource_attr``, ``max_t``, or a constant of the space, see
:class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines.options import SuccessiveHalvingOptions, check_options
from syne_tune.optimizer.baselines.with_searcher import HyperbandMethod
from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler

if TYPE_CHECKING:
    from typing_extensions import Unpack


class MOBSTER(HyperbandMethod):
    """Asynchronous successive halving whose configurations are chosen by a Gaussian process over all resources.

    Klein, Tiao, Lienart, Archambeau, Seeger, *Model-based Asynchronous Hyperparameter and Neural Architecture Search*,
    2020; see :class:`~syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher.MultiFidelitySearcher`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "bayesopt"


class HyperTune(HyperbandMethod):
    """As :class:`MOBSTER`, but the levels are weighed by how well they rank, and so are the brackets.

    Li, Shen, Jiang, Zhang, Li, Liu, Zhang, Cui, *Hyper-Tune: Towards Efficient Hyper-parameter Tuning at Scale*, VLDB
    2022; see :mod:`~syne_tune.optimizer.schedulers.searchers.hypertune`. Brackets are drawn only if there are several:
    pass ``brackets=4``, for example.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher``. The search option ``model`` can be ``"gp_independent"`` (default) or ``"gp_multitask"``.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    searcher_name = "hypertune"


class DyHPO(HyperbandScheduler):
    """Pauses every trial at each level; a model decides whether one goes on, and which, or a new one starts.

    Wistuba, Kadra, Grabocka, *Supervising the Multi-Fidelity Race of Hyperparameter Configurations*, NeurIPS 2022; see
    :mod:`~syne_tune.optimizer.schedulers.rungs.dyhpo`.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        resource_attr: Name of the reported resource, an integer counted from 1.
        probability_sh: How often successive halving decides in place of the model. Default: 0.5.
        **kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, except
            ``searcher`` and ``type``. Levels are 1, 3, 9, ... unless other arguments set them; ``rung_increment=1`` are
            those of the paper, at several times the cost and with worse results.

    Raises:
        OptionError: If an argument is not allowed, or the largest resource is not known.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        resource_attr: str,
        probability_sh: float | None = None,
        **kwargs: Unpack[SuccessiveHalvingOptions],
    ) -> None:
        check_options(self, kwargs, SuccessiveHalvingOptions, fixed="searcher")
        kwargs["rung_system_kwargs"] = _with_probability(kwargs.get("rung_system_kwargs"), probability_sh)
        super().__init__(config_space, metric, searcher="dyhpo", type="dyhpo", resource_attr=resource_attr, **kwargs)


_PROBABILITY_SH = 0.5


def _with_probability(given: Mapping[str, Any] | None, probability_sh: float | None) -> dict[str, Any]:
    """The options of the rule, ``probability_sh`` among them once."""
    options = dict(given or {})
    if probability_sh is None:
        return {"probability_sh": _PROBABILITY_SH, **options}
    if "probability_sh" in options:
        raise OptionError("probability_sh is given twice: as argument and in rung_system_kwargs; leave one of them out")
    return {**options, "probability_sh": probability_sh}
