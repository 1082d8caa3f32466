"""A cost model as a predictor of the logarithm of cost: :class:`LogCostPredictor`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from syne_tune.optimizer.models.cost.cost_model import CostModel
from syne_tune.optimizer.models.predictor import FloatArray, Prediction, Pullback
from syne_tune.trial import Config

_SMALLEST_SHARE = 0.01
"""No candidate is taken to cost less than this share of the median of those it is compared with: a regression that
predicts zero or less for some of them must not make improvement per cost explode there."""


class LogCostPredictor:
    """Predicts ``log c(x, r)`` at one resource.

    Its derivatives are taken as zero: features of cost models need not be smooth. Search climbs along the other terms
    of an acquisition function, and compares the whole of it.

    Args:
        model: Knows costs.
        decode: From encoded inputs ``(m, d)`` to configurations.
        resource: r.
    """

    def __init__(self, model: CostModel, decode: Callable[[FloatArray], Sequence[Config]], resource: float) -> None:
        self._model, self._decode, self._resource = model, decode, resource
        self._floor: float | None = None

    def predict(self, x: FloatArray) -> Prediction:
        """Logarithm of cost at ``x`` ``(m, d)``; its deviation is not known, and close to zero."""
        candidates = self._decode(x)
        costs = np.array(self._model.predict_times(candidates, [self._resource] * len(candidates)))
        if self._floor is None and len(costs):
            self._floor = max(_SMALLEST_SHARE * float(np.median(costs)), np.finfo(float).tiny)
        return Prediction(np.log(np.maximum(costs, self._floor or 1.0)), np.full(len(x), 1e-9))

    def predict_with_pullback(self, x: FloatArray) -> tuple[Prediction, Pullback]:
        """The prediction; its pullback gives zeros."""
        return self.predict(x), lambda *_: np.zeros_like(x)
