"""A Gaussian process before it has seen data: kernel, constant mean and Gaussian noise."""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.gp.kernels import Kernel, Matern52
from syne_tune.optimizer.models.gp.parameters import Parameter, ParameterVector, Values, mode_of_log_normal
from syne_tune.optimizer.models.gp.warping import KumaraswamyWarping
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray

MEAN = Parameter("mean", initial=0.0, lower=-10.0, upper=10.0, location=0.0, spread=1.0, log=False)
"""Constant mean of standardised targets."""

_NOISE_LOCATION, _NOISE_SPREAD = -4.0, 1.0
NOISE_VARIANCE = Parameter(
    "noise_variance",
    initial=mode_of_log_normal(_NOISE_LOCATION, _NOISE_SPREAD),
    lower=1e-6,
    upper=10.0,
    location=_NOISE_LOCATION,
    spread=_NOISE_SPREAD,
)
"""Noise variance of standardised targets: mostly signal a priori, as in Hvarfner et al. 2024 (arXiv:2402.02229)."""


class GaussianProcess:
    """The prior ``y = m + f(x) + noise`` with ``f ~ GP(0, k)``.

    Args:
        kernel: k.

    Attributes:
        kernel: k.
        parameters: All parameters in one vector: ``mean``, ``noise_variance``, then those of the kernel.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.parameters = ParameterVector((MEAN, NOISE_VARIANCE, *kernel.parameters))

    @classmethod
    def matern52(cls, layout: InputLayout, *, ard: bool = True, warping: bool = False) -> GaussianProcess:
        """The process used throughout: Matérn-5/2, over inputs warped or not.

        Args:
            layout: Meaning of the input columns.
            ard: Whether each hyperparameter has a length scale of its own.
            warping: Whether scalar inputs are warped.
        """
        bend = KumaraswamyWarping.for_layout(layout) if warping else None
        return cls(Matern52(layout, ard=ard, warping=bend))

    @staticmethod
    def residuals(values: Values, targets: FloatArray) -> FloatArray:
        """Targets minus mean, ``(n,)`` or ``(n, f)``."""
        return np.asarray(targets - values["mean"][0])
