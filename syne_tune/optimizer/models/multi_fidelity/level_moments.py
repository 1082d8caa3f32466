"""A mean and a scale for each resource level: values at low resources are worse and differ more.

Notation::

    l(r)    level of resource r, see :class:`~.levels.ResourceLevels`
    m_l     mean of level l, parameter ``level_mean``
    s_l     scale of level l, parameter ``level_scale``

    y(x, r) = m_l + s_l (f(x, r) + noise)

This is the same as to standardise the values of each level by themselves, with a prior where a level has few values,
and it keeps the transform of targets free of levels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.gp.noise import noise_variance_parameter
from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.multi_fidelity.coupled_kernel import Table
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.predictor import FloatArray

_SCALE_SPREAD = 1.0


class LevelMean:
    """m_l.

    Args:
        levels: Resource levels.
    """

    def __init__(self, levels: ResourceLevels) -> None:
        self._levels = levels
        size = len(levels)
        self.parameters: tuple[Parameter, ...] = (
            Parameter("level_mean", 0.0, lower=-10.0, upper=10.0, location=0.0, spread=1.0, size=size, log=False),
        )

    def evaluate(self, values: Values, x: FloatArray) -> FloatArray:
        """Means ``(n,)``."""
        return np.asarray(values["level_mean"][self._levels.index(x[:, -1])])

    def parameter_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to ``level_mean``."""
        return {"level_mean": _sum_by_level(self._levels.index(x[:, -1]), by_mean, len(self._levels))}

    def input_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> FloatArray:
        """Zeros: within a level the mean is constant."""
        return np.zeros_like(x)


class LevelScales:
    """Coupling ``A(r, r') = s_l s_l'``, or zero between different levels if these are independent.

    Args:
        levels: Resource levels.
        independent: Whether values at different levels have nothing to do with each other.
    """

    def __init__(self, levels: ResourceLevels, *, independent: bool) -> None:
        self._levels, self._independent = levels, independent
        self.parameters: tuple[Parameter, ...] = (
            Parameter(
                "level_scale", 1.0, lower=0.01, upper=100.0, location=_SCALE_SPREAD**2, spread=_SCALE_SPREAD,
                size=len(levels),
            ),
        )  # fmt: skip

    def table(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """The factor; there is no offset."""
        one, other = self._levels.index(left), self._levels.index(right)
        scale = values["level_scale"]
        factor = np.multiply.outer(scale[one], scale[other])
        return Table(factor * (one[:, None] == other) if self._independent else factor)

    def slope(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """Zeros: within a level the factor is constant."""
        return Table(np.zeros((len(left), len(right))))

    def parameter_pullback(self, values: Values, resources: FloatArray, by_table: Table) -> dict[str, FloatArray]:
        """Derivatives with respect to the logarithm of ``level_scale``."""
        weighted = by_table.factor * self.table(values, resources, resources).factor
        by_row = weighted.sum(axis=0) + weighted.sum(axis=1)
        return {"level_scale": _sum_by_level(self._levels.index(resources), by_row, len(self._levels))}


class LevelNoise:
    """Variance ``s_l^2 v`` of observations at level l, or ``s_l^2 v_l``; v is ``noise_variance``.

    Args:
        levels: Resource levels.
        separate: Whether each level has a v of its own.
    """

    def __init__(self, levels: ResourceLevels, *, separate: bool) -> None:
        self._levels, self._separate = levels, separate
        self.parameters: tuple[Parameter, ...] = (noise_variance_parameter(len(levels) if separate else 1),)

    def variance(self, values: Values, x: FloatArray) -> FloatArray:
        """Variances ``(n,)``."""
        by_level = values["noise_variance"] * values["level_scale"] ** 2
        return np.asarray(by_level[self._levels.index(x[:, -1])])

    def parameter_pullback(self, values: Values, x: FloatArray, by_variance: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to the logarithms of ``noise_variance`` and ``level_scale``."""
        weighted = by_variance * self.variance(values, x)
        by_level = _sum_by_level(self._levels.index(x[:, -1]), weighted, len(self._levels))
        by_noise = by_level if self._separate else by_level.sum(keepdims=True)
        return {"noise_variance": by_noise, "level_scale": 2 * by_level}


def _sum_by_level(index: npt.NDArray[np.intp], numbers: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.bincount(index, numbers, minlength=size), dtype=np.float64)
