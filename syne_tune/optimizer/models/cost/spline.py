"""Cost as a smooth function of one number: :class:`UnivariateSplineCostModel`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import BSpline

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.cost.linear import LinearCostModel, ones
from syne_tune.optimizer.models.cost.quantity import Quantity, quantity_of
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.trial import Config

_INTERVALS = 5


class UnivariateSplineCostModel(LinearCostModel):
    """``c1`` is a spline in one number; ``c0`` is constant.

    Args:
        scalar_attribute: The number.
        input_range: Smallest and largest value; what lies outside counts as the nearest of them.
        spline_degree: At least 1.

    Raises:
        OptionError: If the range is empty, or the degree not positive.
    """

    def __init__(self, scalar_attribute: Quantity, input_range: tuple[float, float], spline_degree: int = 3) -> None:
        super().__init__()
        lower, upper = input_range
        if not lower < upper:
            raise OptionError(f"input_range = {input_range!r}: the first number must be smaller than the second")
        if spline_degree < 1:
            raise OptionError(f"spline_degree = {spline_degree!r}: must be at least 1")
        self._attribute, self._range, self._degree = scalar_attribute, (lower, upper), spline_degree
        inner = np.linspace(lower, upper, _INTERVALS + 1)
        self._knots = np.concatenate([[lower] * spline_degree, inner, [upper] * spline_degree])

    def features(self, configs: Sequence[Config]) -> tuple[FloatArray, FloatArray]:
        """A constant, and B-splines of the number."""
        numbers = np.array([quantity_of(config, self._attribute) for config in configs], dtype=float)
        basis = BSpline.design_matrix(np.clip(numbers, *self._range), self._knots, self._degree)
        return ones(configs), np.asarray(basis.toarray())
