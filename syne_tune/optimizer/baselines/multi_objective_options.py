"""Keyword arguments that named methods for several objectives hand on to their schedulers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval


class SeveralObjectivesOptions(TypedDict, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, where all are described."""

    search_options: Mapping[str, Any] | None
    points_to_evaluate: list[dict[str, Any]] | None
    max_resource_attr: str | None
    max_t: int | None
    time_keeper: object


class ScalarizedOptions(SeveralObjectivesOptions, total=False):
    """As above, and what others name in their signature."""

    mode: str | list[str]
    random_seed: int | None


class ParetoHalvingOptions(SeveralObjectivesOptions, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, where all are described."""

    random_seed: int | None
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
    rung_system_kwargs: Mapping[str, Any] | None
    early_checkpoint_removal_kwargs: EarlyCheckpointRemoval | Mapping[str, Any] | None
