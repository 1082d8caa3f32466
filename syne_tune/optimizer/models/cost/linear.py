"""Cost models that are linear in features of the configuration: :class:`LinearCostModel`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.cost.cost_model import CostCurves, CostModel, CostValue
from syne_tune.optimizer.models.cost.ridge import ridge
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.trial import Config


class LinearCostModel(CostModel):
    """``c0(x) = w0 . a(x)`` and ``c1(x) = w1 . b(x)``, fitted to all costs at once by ridge regression."""

    def __init__(self) -> None:
        self._weights: tuple[FloatArray, FloatArray] | None = None

    @abstractmethod
    def features(self, configs: Sequence[Config]) -> tuple[FloatArray, FloatArray]:
        """Features a ``(n, p)`` and b ``(n, q)`` of configurations."""

    def update(self, data: CostCurves) -> None:
        """Fits the weights; rows are relative to their cost, so that short trials count as much as long ones."""
        start, slope = self.features(data.configs)
        rows = np.hstack([start[data.trial], data.resources[:, None] * slope[data.trial]])
        weights = ridge(rows / data.costs[:, None], np.ones(len(data.costs)))
        self._weights = weights[: start.shape[1]], weights[start.shape[1] :]

    def sample_joint(self, candidates: Sequence[Config]) -> list[CostValue]:
        """The fitted costs.

        Raises:
            OptionError: If nothing has been learned yet.
        """
        if self._weights is None:
            raise OptionError(f"{type(self).__name__}: call update with at least one cost first")
        start, slope = self.features(candidates)
        c0, c1 = start @ self._weights[0], slope @ self._weights[1]
        return [CostValue(*pair) for pair in zip(c0.tolist(), c1.tolist(), strict=True)]


def ones(configs: Sequence[Config]) -> FloatArray:
    """The constant feature ``(n, 1)``."""
    return np.ones((len(configs), 1))


class BiasOnlyLinearCostModel(LinearCostModel):
    """All configurations cost the same: ``c(r) = c0 + r c1``."""

    def features(self, configs: Sequence[Config]) -> tuple[FloatArray, FloatArray]:
        """A constant for both."""
        return ones(configs), ones(configs)
