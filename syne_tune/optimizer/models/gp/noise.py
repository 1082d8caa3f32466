"""Noise of observations around the function that a Gaussian process models."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from syne_tune.optimizer.models.gp.parameters import Parameter, Values, mode_of_log_normal
from syne_tune.optimizer.models.predictor import FloatArray

_LOCATION, _SPREAD = -4.0, 1.0


def noise_variance_parameter(size: int = 1) -> Parameter:
    """Noise variance of standardised targets: mostly signal a priori, as in Hvarfner et al. 2024 (arXiv:2402.02229)."""
    initial = mode_of_log_normal(_LOCATION, _SPREAD)
    return Parameter("noise_variance", initial, lower=1e-6, upper=10.0, location=_LOCATION, spread=_SPREAD, size=size)


class Noise(Protocol):
    """Independent normal noise whose variance may depend on the input."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Names, bounds and priors of its own parameters."""
        ...

    def variance(self, values: Values, x: FloatArray) -> FloatArray:
        """Variances ``(n,)`` at inputs ``(n, d)``, positive."""
        ...

    def parameter_pullback(self, values: Values, x: FloatArray, by_variance: FloatArray) -> dict[str, FloatArray]:
        """From derivatives with respect to variances ``(n,)`` to those with respect to encoded parameters, by name."""
        ...


class UniformNoise:
    """The same variance everywhere, parameter ``noise_variance``."""

    parameters: tuple[Parameter, ...] = (noise_variance_parameter(),)

    def variance(self, values: Values, x: FloatArray) -> FloatArray:
        """That variance, n times."""
        return np.full(len(x), values["noise_variance"][0])

    def parameter_pullback(self, values: Values, x: FloatArray, by_variance: FloatArray) -> dict[str, FloatArray]:
        """Derivative with respect to the logarithm of ``noise_variance``."""
        return {"noise_variance": by_variance.sum() * values["noise_variance"]}
