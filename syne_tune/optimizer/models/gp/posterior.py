"""A Gaussian process after it has seen data.

Notation::

    X, Y   training inputs (n, d), targets (n,) or (n, f): f fantasies of the pending evaluations, as columns
    K      covariance of the targets, noise included;  K = L L^T
    A      weights K^-1 (Y - m), of the shape of Y
    k      covariances (m, n) between m points and the training inputs
    V      L^-1 k^T, (n, m)

    mean = m + k A                         Rasmussen & Williams 2006, eq. (2.25)
    var  = k(x, x) - sum_n V^2             eq. (2.26)

The factor L does not depend on the targets: they can be exchanged, and rows can be added, in O(n^2).
"""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.gp.linalg import (
    append_to_cholesky,
    cholesky,
    inverse_from_cholesky,
    solve_lower,
    solve_lower_transposed,
)
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.predictor import FloatArray, Prediction, Pullback

_SMALLEST_VARIANCE = 1e-10
"""Relative to the prior variance: what is left of it after cancellation is not trusted below this."""


class Posterior:
    """Predictor of a Gaussian process with fixed parameters; immutable.

    Args:
        process: Model.
        theta: Encoded parameters ``(p,)``.
        x: Training inputs ``(n, d)``, n at least 1.
        targets: ``(n,)`` or ``(n, f)``.
        factor: L ``(n, n)`` if it is known already.

    Attributes:
        process: Model.
        theta: Encoded parameters ``(p,)``.
        values: Parameters by name.
        x: Training inputs ``(n, d)``.
        targets: ``(n,)`` or ``(n, f)``.

    Raises:
        NotPositiveDefinite: If the covariance matrix cannot be factorised.
    """

    def __init__(
        self,
        process: GaussianProcess,
        theta: FloatArray,
        x: FloatArray,
        targets: FloatArray,
        factor: FloatArray | None = None,
    ) -> None:
        self.process, self.theta, self.x, self.targets = process, theta, x, targets
        self.values = process.parameters.decode(theta)
        self._noise = process.noise.variance(self.values, x)
        self._kernel = process.kernel
        self._features = self._kernel.features(self.values, x)
        if factor is None:
            gram = self._kernel.cross(self.values, self._features, self._features)
            factor = cholesky(gram, self._noise)
        self._factor = factor
        whitened = solve_lower(factor, process.residuals(self.values, x, targets))
        self._weights = solve_lower_transposed(factor, whitened)
        self._num_columns = 1 if targets.ndim == 1 else targets.shape[1]

    @property
    def mean_at_data(self) -> FloatArray:
        """Predictive mean at the training inputs, of the shape of the targets: ``Y - noise A``, without a product."""
        return np.asarray(self.targets - (self._noise * self._weights.T).T)

    @property
    def length_scales(self) -> FloatArray:
        """Those of the kernel, by column ``(d,)``."""
        return self._kernel.length_scales(self.values)

    def predict(self, x: FloatArray) -> Prediction:
        """Predictive mean and standard deviation of the noise-free function.

        Args:
            x: ``(m, d)``.
        """
        features = self._kernel.features(self.values, x)
        k = self._kernel.cross(self.values, features, self._features)
        v = solve_lower(self._factor, k.T)
        variance = self._variance(features, v)
        return Prediction(self._mean(x, k), np.sqrt(variance))

    def predict_mean(self, x: FloatArray) -> FloatArray:
        """Predictive mean only, ``(m,)`` or ``(m, f)``: O(n) per point instead of O(n^2)."""
        return self._mean(x, self._kernel.cross(self.values, self._kernel.features(self.values, x), self._features))

    def noise_std(self, x: FloatArray) -> FloatArray:
        """Standard deviation ``(m,)`` of an observation around the noise-free function."""
        return np.asarray(np.sqrt(self.process.noise.variance(self.values, x)))

    def _mean(self, x: FloatArray, k: FloatArray) -> FloatArray:
        return np.asarray((self.process.mean.evaluate(self.values, x) + (k @ self._weights).T).T)

    def _variance(self, features: FloatArray, v: FloatArray) -> FloatArray:
        prior = self._kernel.diagonal(self.values, features)
        return np.asarray(np.maximum(prior - np.einsum("nm,nm->m", v, v), _SMALLEST_VARIANCE * prior))

    def predict_with_pullback(self, x: FloatArray) -> tuple[Prediction, Pullback]:
        """Prediction, and the way back from derivatives of mean and std to those of the inputs.

        Args:
            x: ``(m, d)``.
        """
        features = self._kernel.features(self.values, x)
        k, k_pullback = self._kernel.cross_with_pullback(self.values, x, features, self._features)
        v = solve_lower(self._factor, k.T)
        std = np.sqrt(self._variance(features, v))
        solved = solve_lower_transposed(self._factor, v)

        def pullback(by_mean: FloatArray, by_std: FloatArray) -> FloatArray:
            by_variance = by_std / (2 * std)
            by_column = by_mean.reshape(-1, self._num_columns)
            by_k = by_column @ self._weights.reshape(-1, self._num_columns).T
            by_k -= 2 * by_variance[:, None] * solved.T
            by_prior = self.process.mean.input_pullback(self.values, x, by_column.sum(axis=1))
            by_prior += self._kernel.diagonal_pullback(self.values, x, by_variance)
            return k_pullback(by_k) + by_prior

        return Prediction(self._mean(x, k), std), pullback

    def sample_joint(self, x: FloatArray, num_samples: int, random_state: np.random.RandomState) -> FloatArray:
        """Draws from the joint posterior of the noise-free function.

        Args:
            x: ``(m, d)``.
            num_samples: s.
            random_state: Source of randomness.

        Returns:
            ``(m, s)``. With f fantasies, sample j belongs to fantasy j modulo f.
        """
        features = self._kernel.features(self.values, x)
        k = self._kernel.cross(self.values, features, self._features)
        v = solve_lower(self._factor, k.T)
        covariance = self._kernel.cross(self.values, features, features) - v.T @ v
        mean = self._mean(x, k).reshape(-1, self._num_columns)[:, np.arange(num_samples) % self._num_columns]
        noise = random_state.standard_normal((len(x), num_samples))
        return np.asarray(mean + cholesky(covariance) @ noise)

    def leave_one_out(self) -> Prediction:
        """Predictions of each target from all others, at these parameters, in closed form.

        Rasmussen & Williams 2006, eq. (5.12): mean ``y_i - a_i / [K^-1]_ii``, variance ``1 / [K^-1]_ii``.

        Returns:
            Mean of the shape of the targets, and standard deviation ``(n,)`` of the *noisy* target.
        """
        precision = np.diagonal(inverse_from_cholesky(self._factor))
        mean = self.targets - (self._weights.T / precision).T
        return Prediction(np.asarray(mean), np.sqrt(1 / precision))

    def with_targets(self, targets: FloatArray) -> Posterior:
        """The same inputs with other targets ``(n,)`` or ``(n, f)``."""
        return Posterior(self.process, self.theta, self.x, targets, self._factor)

    def append(self, x: FloatArray, targets: FloatArray) -> Posterior:
        """The posterior after q further observations, at unchanged parameters.

        Args:
            x: Their inputs ``(q, d)``.
            targets: Their targets, ``(q,)`` or ``(q, f)``. With f columns where there was one, that one is repeated.
        """
        features = self._kernel.features(self.values, x)
        cross = self._kernel.cross(self.values, self._features, features)
        corner = self._kernel.cross(self.values, features, features)
        corner += np.diag(self.process.noise.variance(self.values, x))
        factor = append_to_cholesky(self._factor, cross, corner)
        grown = append_targets(self.targets, targets)
        return Posterior(self.process, self.theta, np.vstack([self.x, x]), grown, factor)


def append_targets(old: FloatArray, new: FloatArray) -> FloatArray:
    """Targets ``(n,)`` or ``(n, f)`` and q further ones; with f columns where there was one, that one is repeated."""
    if new.ndim > old.ndim:
        old = np.repeat(old[:, None], new.shape[1], axis=1)
    return np.concatenate([old, new])
