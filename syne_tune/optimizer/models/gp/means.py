"""Mean functions of Gaussian processes, with the derivatives that fitting and candidate optimisation need."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.predictor import FloatArray

MEAN = Parameter("mean", initial=0.0, lower=-10.0, upper=10.0, location=0.0, spread=1.0, log=False)
"""Constant mean of standardised targets."""


class MeanFunction(Protocol):
    """What is expected of targets before any are seen. It may use parameters of the kernel."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Names, bounds and priors of its own parameters."""
        ...

    def evaluate(self, values: Values, x: FloatArray) -> FloatArray:
        """Means ``(n,)`` at inputs ``(n, d)``."""
        ...

    def parameter_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> dict[str, FloatArray]:
        """From derivatives with respect to means ``(n,)`` to those with respect to encoded parameters, by name."""
        ...

    def input_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> FloatArray:
        """From derivatives with respect to means ``(n,)`` to those with respect to inputs ``(n, d)``."""
        ...


class ConstantMean:
    """The same number everywhere, parameter ``mean``."""

    parameters: tuple[Parameter, ...] = (MEAN,)

    def evaluate(self, values: Values, x: FloatArray) -> FloatArray:
        """That number, n times."""
        return np.full(len(x), values["mean"][0])

    def parameter_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> dict[str, FloatArray]:
        """Derivative with respect to ``mean``."""
        return {"mean": np.array([by_mean.sum()])}

    def input_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> FloatArray:
        """Zeros."""
        return np.zeros_like(x)
