"""SMAC3 as a named method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.optimizer.schedulers.smac_scheduler import SMACScheduler


class SMAC(SMACScheduler):
    """Bayesian optimisation with random forests by SMAC3: ``pip install 'syne_tune[smac]'``.

    See :class:`~syne_tune.optimizer.schedulers.smac_scheduler.SMACScheduler`.

    Args:
        config_space: Name of parameter to domain or constant; no conditions or constraints.
        metric: Name of the metric to optimise.
        mode: ``"min"`` or ``"max"``.
        points_to_evaluate: First configurations, possibly partial. ``None`` means one in the middle of all ranges,
            ``[]`` none.
        random_seed: By default a new one from the operating system.

    Raises:
        MissingExtraError: If SMAC3 is not installed.
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        mode: str = "min",
        points_to_evaluate: list[dict[str, Any]] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(config_space, metric, mode, points_to_evaluate, random_seed)
