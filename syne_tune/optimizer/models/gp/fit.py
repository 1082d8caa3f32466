"""Parameters of a Gaussian process from data: maximum a posteriori by L-BFGS-B with analytic gradients.

Notation::

    r       residuals y - m, (n,)
    K       covariance of the targets, noise included, (n, n)
    a       K^-1 r, (n,)

    log p(y | theta) = -1/2 r^T a - 1/2 log|K| - n/2 log(2 pi)        Rasmussen & Williams 2006, eq. (5.8)
    d/dK             =  1/2 (a a^T - K^-1)                             eq. (5.9)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.gp.linalg import (
    NotPositiveDefinite,
    Workspace,
    cholesky,
    inverse_from_cholesky,
    solve_lower,
    solve_lower_transposed,
)
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.predictor import FloatArray

_WORST = 1e25
"""Objective where the covariance matrix cannot be factorised: the line search backs off from there."""


class FitResult(NamedTuple):
    """Outcome of :func:`fit`.

    Attributes:
        theta: Encoded parameters ``(p,)``.
        objective: Negative log posterior density at ``theta``, up to a constant of the priors.
        num_evaluations: How often the objective was evaluated, over all starts.
    """

    theta: FloatArray
    objective: float
    num_evaluations: int


def negative_log_posterior(
    process: GaussianProcess,
    theta: FloatArray,
    x: FloatArray,
    targets: FloatArray,
    workspace: Workspace | None = None,
) -> tuple[float, FloatArray]:
    """``-log p(y | theta) - log p(theta)`` and its gradient.

    Args:
        process: Model.
        theta: Encoded parameters ``(p,)``.
        x: Encoded inputs ``(n, d)``.
        targets: y ``(n,)``.
        workspace: Memory to use again. Default: fresh memory.

    Returns:
        Value, and derivatives with respect to theta ``(p,)``.

    Raises:
        NotPositiveDefinite: If the covariance matrix cannot be factorised.
    """
    workspace = workspace or Workspace()
    values = process.parameters.decode(theta)
    gram, pullback = process.kernel.gram_with_pullback(values, x, workspace)
    noise = float(values["noise_variance"][0])
    factor = cholesky(gram, noise, out=workspace.array("factor", gram.shape))
    residuals = process.residuals(values, targets)
    whitened = solve_lower(factor, residuals)
    weights = solve_lower_transposed(factor, whitened)
    log_root = float(np.sum(np.log(np.diagonal(factor))))
    value = 0.5 * float(whitened @ whitened) + log_root + 0.5 * len(targets) * np.log(2 * np.pi)

    by_gram = inverse_from_cholesky(factor, out=workspace.array("by_gram", gram.shape))
    by_gram -= np.multiply.outer(weights, weights, out=workspace.array("factor", gram.shape))
    by_gram *= 0.5
    gradients = pullback(by_gram)
    gradients["mean"] = np.array([-weights.sum()])
    gradients["noise_variance"] = np.array([np.trace(by_gram) * noise])
    log_prior, prior_gradient = process.parameters.log_prior(theta)
    return value - log_prior, process.parameters.flatten(gradients) - prior_gradient


@single_blas_thread()
def fit(
    process: GaussianProcess,
    x: FloatArray,
    targets: FloatArray,
    starts: Sequence[FloatArray],
    *,
    max_iterations: int = 50,
    tolerance: float = 1e-4,
) -> FitResult:
    """The best local optimum of the posterior density that L-BFGS-B reaches from given starting points.

    Args:
        process: Model.
        x: Encoded inputs ``(n, d)``.
        targets: ``(n,)``, standardised.
        starts: One or more encoded parameter vectors ``(p,)``; a previous optimum makes the fit short.
        max_iterations: Per start.
        tolerance: An iteration that improves the log density by less than this ends the search. The absolute scale is
            right here: differences of log densities have a meaning which does not depend on n.

    Returns:
        Parameters and what they are worth. If no start has a finite density, the first start is returned as it is.
    """
    objective = _Objective(process, x, targets)
    clipped = [process.parameters.clip(start) for start in starts]
    results = [_descend(objective, start, max_iterations, tolerance) for start in clipped]
    best = min(results, key=lambda result: result.objective)
    return best._replace(num_evaluations=sum(result.num_evaluations for result in results))


class _Objective:
    """:func:`negative_log_posterior` as a function of theta, very large where it is undefined."""

    def __init__(self, process: GaussianProcess, x: FloatArray, targets: FloatArray) -> None:
        self._process, self._x, self._targets = process, x, targets
        self._workspace = Workspace()
        self.bounds = np.stack([process.parameters.lower, process.parameters.upper], axis=1)

    def __call__(self, theta: FloatArray) -> tuple[float, FloatArray]:
        try:
            return negative_log_posterior(self._process, theta, self._x, self._targets, self._workspace)
        except NotPositiveDefinite:
            return _WORST, np.zeros_like(theta)


def _descend(objective: _Objective, start: FloatArray, max_iterations: int, tolerance: float) -> FitResult:
    scale = max(1.0, abs(objective(start)[0]))
    options = {"maxiter": max_iterations, "maxfun": 2 * max_iterations, "ftol": tolerance / scale}
    found = minimize(objective, start, jac=True, bounds=objective.bounds, method="L-BFGS-B", options=options)
    return FitResult(np.asarray(found.x, dtype=np.float64), float(found.fun), int(found.nfev) + 1)
