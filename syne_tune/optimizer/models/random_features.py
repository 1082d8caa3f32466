"""A Gaussian process on random features: digests a hundred thousand observations.

Notation::

    n, m   number of observations, number of points to predict at
    z      inputs as features of a kernel, already divided by length scales, (n, e)
    D      number of random features

    phi(z) = sqrt(2 s / D) cos(z W + b)          Rahimi & Recht 2007; s the signal variance, b uniform in [0, 2 pi)
    w      = (Phi^T Phi + v I)^-1 Phi^T (y - m)  ridge regression; v the noise variance, m the mean of y

The columns of W are draws of the spectral density of the Matérn-5/2 kernel: a multivariate t with 5 degrees of freedom.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray, Prediction

_NUM_FEATURES = 400
_DEGREES_OF_FREEDOM = 5
_FIT_SIZE = 200
_BLOCK = 8192
"""So many rows are turned into features at a time, which bounds the memory."""


class RandomFeatureRegression:
    """Predictor with the same deviation everywhere: that of predictions of observations that were left out.

    Length scales and noise are those of an exact Gaussian process, fitted to a small part of the data.

    Args:
        layout: Meaning of the input columns.
        x: Encoded inputs ``(n, d)``, n at least 1.
        y: Targets ``(n,)``, finite.
        random_state: The only source of randomness.

    Attributes:
        std: The deviation.
    """

    @single_blas_thread()
    def __init__(self, layout: InputLayout, x: FloatArray, y: FloatArray, random_state: np.random.RandomState) -> None:
        options = SurrogateOptions(
            transform="standardize", warping=False, max_observations=_FIT_SIZE, subset_size=_FIT_SIZE, top_fraction=0.25
        )
        surrogate = GaussianProcessSurrogate(layout, options, random_state)
        self._guide: Posterior = surrogate.update(x, y)
        self._unit = float(surrogate.transform.inverse(np.ones(1))[0] - surrogate.transform.inverse(np.zeros(1))[0])
        self._mean = float(np.mean(y))
        self._draw_features(x[:1], random_state)
        self._fit(x, (y - self._mean) / self._unit)

    def _draw_features(self, x: FloatArray, random_state: np.random.RandomState) -> None:
        num_inputs = self._kernel_features(x).shape[1]
        lengths = np.sqrt(random_state.chisquare(_DEGREES_OF_FREEDOM, size=_NUM_FEATURES) / _DEGREES_OF_FREEDOM)
        self._frequencies = random_state.standard_normal((num_inputs, _NUM_FEATURES)) / lengths
        self._phases = random_state.uniform(0, 2 * np.pi, _NUM_FEATURES)
        self._height = float(np.sqrt(2 * self._guide.values["signal_variance"][0] / _NUM_FEATURES))

    def _kernel_features(self, x: FloatArray) -> FloatArray:
        return self._guide.process.kernel.features(self._guide.values, x)

    def _phi(self, x: FloatArray) -> FloatArray:
        return np.asarray(self._height * np.cos(self._kernel_features(x) @ self._frequencies + self._phases))

    def _fit(self, x: FloatArray, targets: FloatArray) -> None:
        noise = float(np.mean(self._guide.noise_std(x[:1])) ** 2)
        gram, right = noise * np.eye(_NUM_FEATURES), np.zeros(_NUM_FEATURES)
        for start in range(0, len(x), _BLOCK):
            phi = self._phi(x[start : start + _BLOCK])
            gram += phi.T @ phi
            right += phi.T @ targets[start : start + _BLOCK]
        factor = cho_factor(gram)
        self._weights: FloatArray = cho_solve(factor, right)
        self.std = self._unit * self._left_out_deviation(factor, x, targets)

    def _left_out_deviation(self, factor: tuple[FloatArray, bool], x: FloatArray, targets: FloatArray) -> float:
        """Root mean square of ``r_i / (1 - h_i)``: residuals by the leverage ``h = phi A^-1 phi`` of each."""
        total = 0.0
        for start in range(0, len(x), _BLOCK):
            phi = self._phi(x[start : start + _BLOCK])
            leverage = np.einsum("nk,kn->n", phi, cho_solve(factor, phi.T))
            residuals = targets[start : start + _BLOCK] - phi @ self._weights
            total += float(np.sum((residuals / np.maximum(1 - leverage, 1e-6)) ** 2))
        return float(np.sqrt(max(total / len(x), np.finfo(float).tiny)))

    @single_blas_thread()
    def predict(self, x: FloatArray) -> Prediction:
        """Predictive mean ``(m,)`` at inputs ``(m, d)``, and :attr:`std` m times."""
        return Prediction(self._mean + self._unit * (self._phi(x) @ self._weights), np.full(len(x), self.std))
