"""Several reported metrics as one vector of costs: :class:`Objectives`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.metrics import check_metrics, sign_of
from syne_tune.optimizer.schedulers.searchers.metric_values import cost_reported
from syne_tune.trial import Result


class Objectives:
    """Names of at least two metrics, and whether they are minimised or maximised.

    Args:
        metric: The names.
        mode: ``"min"`` or ``"max"``, one for all or one each.

    Raises:
        OptionError: If there are fewer than two names, or a mode is unknown or missing.

    Attributes:
        names: The names.
        modes: One mode per name.
        signs: ``(m,)``; what the metrics are multiplied by to be minimised.
    """

    def __init__(self, metric: str | Sequence[str], mode: str | Sequence[str] = "min") -> None:
        self.names, self.modes = check_metrics(metric, mode)
        if len(self.names) < 2:
            raise OptionError(f"metric = {metric!r}: several objectives are needed; name at least two metrics")
        if len(set(self.names)) < len(self.names):
            raise OptionError(f"metric = {metric!r}: each objective must be named once")
        self.signs = np.array([sign_of(mode) for mode in self.modes])

    def __len__(self) -> int:
        """Number m of objectives."""
        return len(self.names)

    def costs(self, trial_id: str, result: Result) -> FloatArray:
        """What a trial reported, to be minimised, ``(m,)``; possibly not finite.

        Raises:
            SchedulerError: If a metric is missing or not a number; the message names trial, metric and value.
        """
        pairs = zip(self.names, self.signs, strict=True)
        return np.array([cost_reported(trial_id, result, name, sign) for name, sign in pairs])

    def reported(self, costs: FloatArray) -> dict[str, float]:
        """Metric to value in its own units, from costs ``(m,)``."""
        return dict(zip(self.names, (self.signs * costs).tolist(), strict=True))
