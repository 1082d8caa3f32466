"""Metric values that are averages over r cross-validation folds."""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.multi_fidelity.coupled_kernel import Table
from syne_tune.optimizer.models.predictor import FloatArray

FOLD_VARIANCE = Parameter("fold_variance", initial=0.1, lower=1e-4, upper=100.0, location=0.0, spread=1.5)
"""Variance that is specific to a fold, relative to the variance of the average over very many folds."""


class FoldAverages:
    """Coupling ``A(r, r') = 1 + v / max(r, r')`` of averages over the first r and the first r' folds.

    Let the value of fold j be ``h(x) + g_j(x)`` with independent g_j whose covariance is v times that of h. Averages
    over r and r' folds share the first ``min(r, r')`` of them: their covariance is ``k0 + v k0 / max(r, r')``.

    Args:
        max_resource: r_max, the number of folds.
    """

    parameters: tuple[Parameter, ...] = (FOLD_VARIANCE,)

    def __init__(self, max_resource: int) -> None:
        self._max_resource = max_resource

    def _shared(self, left: FloatArray, right: FloatArray) -> FloatArray:
        return np.asarray(1 / (self._max_resource * np.maximum(left[:, None], right)))

    def table(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """The factor; there is no offset."""
        return Table(1 + values["fold_variance"] * self._shared(left, right))

    def slope(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """Derivatives with respect to ``left``; half of it where both are equal, where the maximum has a kink."""
        share = np.heaviside(left[:, None] - right, 0.5)
        return Table(-values["fold_variance"] * share * self._shared(left, right) ** 2 * self._max_resource)

    def parameter_pullback(self, values: Values, resources: FloatArray, by_table: Table) -> dict[str, FloatArray]:
        """Derivative with respect to the logarithm of ``fold_variance``."""
        by_variance = np.vdot(by_table.factor, self._shared(resources, resources))
        return {"fold_variance": by_variance * values["fold_variance"]}
