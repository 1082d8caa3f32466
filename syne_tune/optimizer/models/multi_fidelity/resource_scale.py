"""The resource on a logarithmic scale, as an input of a kernel.

Levels grow geometrically and learning curves flatten: between 1 and 3 epochs as much happens as between 27 and 81.
"""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.gp.warping import InputWarping
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.predictor import FloatArray


class LogResource:
    """Maps the last column from ``r / r_max`` to [0, 1], 0 at the first level and 1 at the last; then warps further.

    Args:
        levels: Resource levels.
        then: Applied afterwards, if given.
    """

    def __init__(self, levels: ResourceLevels, then: InputWarping | None = None) -> None:
        self._first = float(levels.shares[0])
        self._span = max(-np.log(self._first), np.finfo(float).eps)
        self._then = then
        self.parameters: tuple[Parameter, ...] = then.parameters if then else ()

    def _scaled(self, x: FloatArray) -> FloatArray:
        scaled = x.copy()
        scaled[:, -1] = 1 + np.log(np.maximum(x[:, -1], self._first)) / self._span
        return scaled

    def forward(self, values: Values, x: FloatArray) -> FloatArray:
        """Mapped inputs ``(n, d)``."""
        scaled = self._scaled(x)
        return self._then.forward(values, scaled) if self._then else scaled

    def input_pullback(self, values: Values, x: FloatArray, gradient: FloatArray) -> FloatArray:
        """Derivatives with respect to inputs, given those with respect to mapped inputs, both ``(n, d)``."""
        back = self._then.input_pullback(values, self._scaled(x), gradient) if self._then else gradient.copy()
        back[:, -1] *= (x[:, -1] >= self._first) / (self._span * np.maximum(x[:, -1], self._first))
        return back

    def parameter_pullback(self, values: Values, x: FloatArray, gradient: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to parameters, given those with respect to mapped inputs ``(n, d)``."""
        return self._then.parameter_pullback(values, self._scaled(x), gradient) if self._then else {}
