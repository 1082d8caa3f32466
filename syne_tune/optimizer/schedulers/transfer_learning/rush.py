"""Hyperband that measures new configurations by the best ones of earlier tasks: :class:`RUSHScheduler`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from syne_tune.config_space import Space
from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers.option_checks import check_name
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TaskEvaluations, best_per_task
from syne_tune.optimizer.schedulers.transfer_learning.fitting import distinct, fit_to_space

if TYPE_CHECKING:
    from typing_extensions import Unpack


class RUSHOptions(TypedDict, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, where all are described."""

    mode: str
    searcher: str | BaseSearcher
    search_options: Mapping[str, Any] | None
    random_seed: int | None
    max_resource_attr: str | None
    max_t: int | None
    time_keeper: object
    resource_attr: str
    grace_period: int
    reduction_factor: float | None
    rung_increment: int | None
    rung_levels: Sequence[int] | None
    brackets: int
    searcher_data: str
    cost_attr: str | None
    register_pending_myopic: bool
    rung_system_per_bracket: bool
    do_snapshots: bool


class RUSHScheduler(HyperbandScheduler):
    """Successive halving in which trials must keep up with configurations that were best on earlier tasks.

    Zappella, Salinas, Archambeau, *A resource-efficient method for repeated HPO and NAS*, AutoML workshop at ICML 2021.
    The best configurations of each task are evaluated first, in the order of the tasks and each once, then those of
    ``custom_rush_points``: they set the thresholds of all rung levels. ``points_to_evaluate`` follow, without that
    privilege; then the searcher chooses.

    Args:
        config_space: Name of parameter to domain or constant.
        transfer_learning_evaluations: Name of task to what was measured there.
        metric: Name of the metric to optimise.
        type: ``"stopping"`` or ``"promotion"``.
        points_to_evaluate: Suggestions after those known to be good. Default: none.
        custom_rush_points: Further configurations known to be good.
        num_hyperparameters_per_task: So many best configurations of each task count.
        **hyperband_kwargs: Other arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`.

    Raises:
        ConfigSpaceError: If the space breaks a rule, or a configuration does not lie in it. Numbers of earlier tasks
            that are out of range are moved to the bound.
        OptionError: If another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        transfer_learning_evaluations: TaskEvaluations,
        metric: str,
        type: str = "stopping",
        points_to_evaluate: list[dict[str, Any]] | None = None,
        custom_rush_points: list[dict[str, Any]] | None = None,
        num_hyperparameters_per_task: int = 1,
        **hyperband_kwargs: Unpack[RUSHOptions],
    ) -> None:
        _check_names(hyperband_kwargs)
        check_name("type", type, ("stopping", "promotion"))
        mode, space = hyperband_kwargs.get("mode", "min"), Space.of(config_space)
        best = best_per_task(transfer_learning_evaluations, num_hyperparameters_per_task, mode, metric)
        earlier = [fit_to_space(config, space).config for configs in best.values() for config in configs]
        custom = space.complete_points(custom_rush_points or [])
        known = distinct([*earlier, *custom], space)
        super().__init__(
            config_space,
            metric,
            type=f"rush_{type}",
            points_to_evaluate=[*known, *(points_to_evaluate or [])],
            rung_system_kwargs={"num_threshold_candidates": len(known)},
            **hyperband_kwargs,
        )


def _check_names(given: Mapping[str, object]) -> None:
    legal = RUSHOptions.__annotations__
    for name in given:
        if name not in legal:
            raise OptionError(f"RUSHScheduler has no argument {name!r}; {nearest(name, legal)}")
