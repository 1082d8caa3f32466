"""Kernel logistic regression: :class:`KernelClassifier`.

Notation::

    K        kernel matrix (n, n)
    t, b     labels (n,), 1 for good ones; log odds of their share
    a        coefficients (n,)
    f, p     K a, and probabilities 1 / (1 + exp(-b - f)), at the data (n,)
    W        p (1 - p), diagonal (n, n)
    B        I + W^1/2 K W^1/2

This is classification by a Gaussian process in Laplace's approximation: Rasmussen and Williams, *Gaussian Processes for
Machine Learning*, 2006, algorithms 3.1 and 3.2. The length scale is the one of a few that has the largest approximate
evidence, eq. (3.32).

A classifier that is asked for the most probable point only never looks where it knows nothing, for instance at another
category. Hence log odds may be raised by a share of their standard deviation, eq. (3.24).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.special import expit

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.classifiers.classifier import ClassProbability
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.kernel_methods.matern import IsotropicMatern, solve_positive
from syne_tune.optimizer.models.predictor import FloatArray

_LENGTH_SCALES = (0.25, 0.5, 1.0)
_NEWTON_STEPS = 8
_SMALLEST_CURVATURE = 1e-10


class _Mode(NamedTuple):
    evidence: float
    kernel: IsotropicMatern
    coefficients: FloatArray


class KernelClassifier:
    """Probabilities that change smoothly with the inputs.

    Args:
        layout: Meaning of the columns.
        variance: Prior variance of the log odds; the larger, the closer the fit.
        optimism: Log odds are raised by so many standard deviations.
    """

    def __init__(self, layout: InputLayout, variance: float = 30.0, optimism: float = 0.3) -> None:
        self._layout = layout
        self._variance = variance
        self._optimism = optimism

    @single_blas_thread()
    def fit(self, x: FloatArray, labels: FloatArray, random_state: np.random.RandomState) -> ClassProbability:
        """See :class:`~syne_tune.optimizer.models.classifiers.classifier.Classifier`."""
        share = float(np.mean(labels))
        odds = float(np.log(share / (1 - share)))
        kernels = [IsotropicMatern(self._layout, scale) for scale in _LENGTH_SCALES]
        best = max((self._mode(kernel, x, labels, odds) for kernel in kernels), key=lambda mode: mode.evidence)

        k = self._variance * best.kernel.matrix(x, x)
        root = _root_of_curvature(odds + k @ best.coefficients)
        factor = cholesky(_inner(k, root), lower=True, check_finite=False)

        def probability(points: FloatArray) -> FloatArray:
            between = self._variance * best.kernel.matrix(points, x)
            explained = solve_triangular(factor, (between * root).T, lower=True, check_finite=False)
            variance = np.maximum(self._variance - np.sum(explained**2, axis=0), 0.0)
            log_odds = odds + between @ best.coefficients + self._optimism * np.sqrt(variance)
            return np.asarray(expit(log_odds))

        return probability

    def _mode(self, kernel: IsotropicMatern, x: FloatArray, labels: FloatArray, odds: float) -> _Mode:
        k = self._variance * kernel.matrix(x, x)
        f = coefficients = np.zeros(len(x))
        half_log_determinant = 0.0
        for _ in range(_NEWTON_STEPS):
            root = _root_of_curvature(odds + f)
            target = root**2 * f + labels - expit(odds + f)
            solved, half_log_determinant = solve_positive(_inner(k, root), root * (k @ target))
            coefficients = target - root * solved
            f = k @ coefficients
        log_likelihood = float(np.sum(labels * (odds + f) - np.logaddexp(0, odds + f)))
        return _Mode(log_likelihood - 0.5 * float(coefficients @ f) - half_log_determinant, kernel, coefficients)


def _root_of_curvature(log_odds: FloatArray) -> FloatArray:
    p = expit(log_odds)
    return np.asarray(np.sqrt(np.maximum(p * (1 - p), _SMALLEST_CURVATURE)))


def _inner(k: FloatArray, root: FloatArray) -> FloatArray:
    """B."""
    return np.asarray(np.eye(len(k)) + root[:, None] * k * root)
