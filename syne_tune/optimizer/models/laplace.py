"""A Gaussian process of yes-or-no outcomes, by Laplace's approximation.

Notation::

    y      outcomes (n,), +1 or -1
    f      latent function, f ~ GP(m, k);   P(y = 1 | f) = 1 / (1 + exp(-f))
    K      covariance of f at the inputs, (n, n)
    g, W   derivative of log P(y | f) with respect to f, and minus the second one, (n,)
    B      I + W^1/2 K W^1/2 = L L^T

    mode:  f = m + K g(f)                                              Rasmussen & Williams 2006, eq. (3.17)
    log p(y) ~ -1/2 g^T K g + log P(y | f) - sum log diag L            eq. (3.32)
    mean of f at x:  m + k g,    variance:  k(x, x) - |L^-1 W^1/2 k|^2  eq. (3.21), (3.29)
    P(y = 1 at x) ~ 1 / (1 + exp(-mean / sqrt(1 + pi variance / 8)))   MacKay 1992, averaged over f
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.gp.kernels import Kernel
from syne_tune.optimizer.models.gp.linalg import Workspace, cholesky, inverse_from_cholesky, solve_lower
from syne_tune.optimizer.models.gp.linalg import solve_lower_transposed as solve_transposed
from syne_tune.optimizer.models.gp.parameters import Parameter, ParameterVector
from syne_tune.optimizer.models.predictor import FloatArray, Prediction, Pullback

_MOST_STEPS = 50
_TOLERANCE = 1e-13
"""Newton's method ends when the log posterior of f gains less than this share of its size."""

_SHORTEST_STEP = 1e-4


class Mode(NamedTuple):
    """The most probable latent function.

    Attributes:
        latent: f at the inputs ``(n,)``.
        slope: g there, ``(n,)``; these are also the weights ``K^-1 (f - m)``.
        root_curvature: ``W^1/2``, ``(n,)``.
        factor: L ``(n, n)``.
        log_evidence: Approximate ``log p(y)``.
    """

    latent: FloatArray
    slope: FloatArray
    root_curvature: FloatArray
    factor: FloatArray
    log_evidence: float


def find_mode(gram: FloatArray, outcomes: FloatArray, mean: float, start: FloatArray | None = None) -> Mode:
    """Newton's method with step halving; Rasmussen & Williams 2006, algorithm 3.1.

    Args:
        gram: K ``(n, n)``.
        outcomes: y ``(n,)``, +1 or -1.
        mean: m.
        start: Weights ``K^-1 (f - m)`` ``(n,)`` to start from. Default: zeros.
    """
    weights = np.zeros(len(outcomes)) if start is None else start
    latent = mean + gram @ weights
    value = _log_posterior(weights, latent, outcomes, mean)
    for _ in range(_MOST_STEPS):
        slope, root, factor = _expand(gram, outcomes, latent)
        target = root**2 * (latent - mean) + slope
        newton = target - root * solve_transposed(factor, solve_lower(factor, root * (gram @ target)))
        weights, latent, reached = _line_search(gram, outcomes, mean, weights, newton - weights, value)
        gain, value = reached - value, reached
        if gain <= _TOLERANCE * (1 + abs(value)):
            break
    slope, root, factor = _expand(gram, outcomes, latent)
    return Mode(latent, slope, root, factor, value - float(np.sum(np.log(np.diagonal(factor)))))


def _expand(gram: FloatArray, outcomes: FloatArray, latent: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    slope = outcomes * expit(-outcomes * latent)
    root = np.sqrt(expit(latent) * expit(-latent))
    return slope, root, cholesky(root[:, None] * gram * root, 1.0)


def _log_posterior(weights: FloatArray, latent: FloatArray, outcomes: FloatArray, mean: float) -> float:
    return float(np.sum(log_expit(outcomes * latent))) - 0.5 * float(weights @ (latent - mean))


def _line_search(
    gram: FloatArray, outcomes: FloatArray, mean: float, weights: FloatArray, step: FloatArray, value: float
) -> tuple[FloatArray, FloatArray, float]:
    length = 1.0
    while length > _SHORTEST_STEP:
        moved = weights + length * step
        latent = mean + gram @ moved
        reached = _log_posterior(moved, latent, outcomes, mean)
        if reached > value:
            return moved, latent, reached
        length /= 2
    return weights, mean + gram @ weights, value


LATENT_VARIANCE = Parameter(
    "signal_variance", initial=4.0, lower=0.1, upper=100.0, location=float(np.log(4.0)) + 1.0, spread=1.0
)
"""Variance of the latent function: log-normal prior with mode 4, at which outcomes may be all but certain."""


@dataclass(frozen=True)
class BinaryProcess:
    """Prior of the latent function.

    Args:
        kernel: k; its ``signal_variance`` gets the prior :data:`LATENT_VARIANCE`.
        mean: m: the log odds of an outcome of +1 where nothing is known.
    """

    kernel: Kernel
    mean: float

    @cached_property
    def parameters(self) -> ParameterVector:
        """Parameters of the kernel in one vector."""
        own = {LATENT_VARIANCE.name: LATENT_VARIANCE}
        return ParameterVector(tuple(own.get(parameter.name, parameter) for parameter in self.kernel.parameters))

    def gram(self, theta: FloatArray, x: FloatArray) -> FloatArray:
        """K ``(n, n)`` at encoded parameters ``theta``."""
        values = self.parameters.decode(theta)
        features = self.kernel.features(values, x)
        return self.kernel.cross(values, features, features)

    def negative_log_posterior(
        self, theta: FloatArray, x: FloatArray, outcomes: FloatArray
    ) -> tuple[float, FloatArray]:
        """``-log p(y | theta) - log p(theta)`` and its gradient; Rasmussen & Williams 2006, algorithm 5.1.

        Args:
            theta: Encoded parameters of the kernel ``(p,)``.
            x: Encoded inputs ``(n, d)``.
            outcomes: y ``(n,)``.
        """
        values = self.parameters.decode(theta)
        gram, pullback = self.kernel.gram_with_pullback(values, x, Workspace())
        mode = find_mode(gram, outcomes, self.mean)
        log_prior, prior_gradient = self.parameters.log_prior(theta)
        by_gram = -_evidence_by_gram(gram, mode)
        gradient = self.parameters.flatten(pullback(by_gram)) - prior_gradient
        return -mode.log_evidence - log_prior, gradient

    @single_blas_thread()
    def fit(self, x: FloatArray, outcomes: FloatArray, start: FloatArray, max_iterations: int = 15) -> FloatArray:
        """Encoded parameters ``(p,)`` at a local optimum of the posterior density, by L-BFGS-B.

        Args:
            x: Encoded inputs ``(n, d)``.
            outcomes: y ``(n,)``.
            start: Encoded parameters ``(p,)`` to start from.
            max_iterations: At most so many.
        """
        bounds = np.stack([self.parameters.lower, self.parameters.upper], axis=1)
        options = {"maxiter": max_iterations, "maxfun": 2 * max_iterations, "ftol": 1e-3}
        found = minimize(
            lambda theta: self.negative_log_posterior(theta, x, outcomes),
            self.parameters.clip(start),
            jac=True,
            bounds=bounds,
            method="L-BFGS-B",
            options=options,
        )
        return np.asarray(found.x, dtype=np.float64)


def _evidence_by_gram(gram: FloatArray, mode: Mode) -> FloatArray:
    """Derivative of the approximate log evidence with respect to K ``(n, n)``, that of the mode included."""
    inverse = inverse_from_cholesky(mode.factor)
    precision = mode.root_curvature[:, None] * inverse * mode.root_curvature
    probability = expit(mode.latent)
    third = probability * (1 - probability) * (2 * probability - 1)
    variance = np.diagonal(gram) - np.einsum("ij,ij->i", gram @ precision, gram)
    by_latent = 0.5 * variance * third
    response = by_latent - precision @ (gram @ by_latent)
    outer = np.outer(mode.slope, mode.slope) + np.outer(response, mode.slope) + np.outer(mode.slope, response)
    return 0.5 * (outer - precision)


class BinaryPosterior:
    """Predictor of the latent function; immutable.

    Args:
        process: Prior.
        theta: Encoded parameters ``(p,)``.
        x: Encoded inputs ``(n, d)``, n at least 1.
        outcomes: y ``(n,)``.

    Attributes:
        mode: The most probable latent function.
        values: Parameters of the kernel by name.
    """

    def __init__(self, process: BinaryProcess, theta: FloatArray, x: FloatArray, outcomes: FloatArray) -> None:
        self._kernel, self._mean = process.kernel, process.mean
        self.values = process.parameters.decode(theta)
        self._features = self._kernel.features(self.values, x)
        self.mode = find_mode(self._kernel.cross(self.values, self._features, self._features), outcomes, self._mean)

    @property
    def length_scales(self) -> FloatArray:
        """Those of the kernel, by column ``(d,)``."""
        return self._kernel.length_scales(self.values)

    def predict(self, x: FloatArray) -> Prediction:
        """Mean and standard deviation of the latent function at ``x`` ``(m, d)``."""
        features = self._kernel.features(self.values, x)
        k = self._kernel.cross(self.values, features, self._features)
        std, _ = self._deviation(features, k)
        return Prediction(self._mean + k @ self.mode.slope, std)

    def _deviation(self, features: FloatArray, k: FloatArray) -> tuple[FloatArray, FloatArray]:
        whitened = solve_lower(self.mode.factor, self.mode.root_curvature[:, None] * k.T)
        prior = self._kernel.diagonal(self.values, features)
        variance = np.maximum(prior - np.einsum("nm,nm->m", whitened, whitened), 1e-10 * prior)
        return np.sqrt(variance), whitened

    def predict_with_pullback(self, x: FloatArray) -> tuple[Prediction, Pullback]:
        """Prediction at ``x`` ``(m, d)``, and the way back from derivatives of mean and std to those of the inputs."""
        features = self._kernel.features(self.values, x)
        k, k_pullback = self._kernel.cross_with_pullback(self.values, x, features, self._features)
        std, whitened = self._deviation(features, k)
        solved = self.mode.root_curvature[:, None] * solve_transposed(self.mode.factor, whitened)

        def pullback(by_mean: FloatArray, by_std: FloatArray) -> FloatArray:
            by_k = by_mean[:, None] * self.mode.slope - (by_std / std)[:, None] * solved.T
            return k_pullback(by_k)

        return Prediction(self._mean + k @ self.mode.slope, std), pullback


def probability(prediction: Prediction) -> FloatArray:
    """``P(y = 1)`` ``(m,)`` for predictions of the latent function, averaged over it."""
    return np.asarray(expit(prediction.mean / np.sqrt(1 + np.pi * prediction.std**2 / 8)))
