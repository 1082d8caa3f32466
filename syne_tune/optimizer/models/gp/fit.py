"""Parameters of a model from data: maximum a posteriori by L-BFGS-B with analytic gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from scipy.optimize import minimize

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.gp.linalg import NotPositiveDefinite, Workspace
from syne_tune.optimizer.models.gp.parameters import ParameterVector, Values
from syne_tune.optimizer.models.predictor import FloatArray

_WORST = 1e25
"""Objective where the covariance matrix cannot be factorised: the line search backs off from there."""


class Likelihood(Protocol):
    """How well parameters explain data: what a model must know about itself to be fitted."""

    @property
    def parameters(self) -> ParameterVector:
        """Names, bounds and priors of all parameters."""
        ...

    def negative_log_likelihood(
        self, values: Values, x: FloatArray, targets: FloatArray, workspace: Workspace
    ) -> tuple[float, dict[str, FloatArray]]:
        """``-log p(y | theta)`` of targets ``(n,)`` at inputs ``(n, d)``, and derivatives by encoded parameters.

        Raises:
            NotPositiveDefinite: If a covariance matrix cannot be factorised.
        """
        ...


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
    process: Likelihood,
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
    values = process.parameters.decode(theta)
    value, gradients = process.negative_log_likelihood(values, x, targets, workspace or Workspace())
    log_prior, prior_gradient = process.parameters.log_prior(theta)
    return value - log_prior, process.parameters.flatten(gradients) - prior_gradient


@single_blas_thread()
def fit(
    process: Likelihood,
    x: FloatArray,
    targets: FloatArray,
    starts: Sequence[FloatArray],
    *,
    max_iterations: int = 50,
    max_evaluations: int | None = None,
    tolerance: float = 1e-4,
    first_step: float = 1.0,
) -> FitResult:
    """The best local optimum of the posterior density that L-BFGS-B reaches from given starting points.

    Args:
        process: Model.
        x: Encoded inputs ``(n, d)``.
        targets: ``(n,)``, standardised.
        starts: One or more encoded parameter vectors ``(p,)``; a previous optimum makes the fit short.
        max_iterations: Per start.
        max_evaluations: Per start; the iteration that reaches it is the last one. Default: twice ``max_iterations``.
        tolerance: An iteration that improves the log density by less than this ends the search. The absolute scale is
            right here: differences of log densities have a meaning which does not depend on n.
        first_step: Length of the first step the optimiser tries. From a previous optimum, 1 is far.

    Returns:
        Parameters and what they are worth. If no start has a finite density, the first start is returned as it is.
    """
    objective = _Objective(process, x, targets)
    clipped = [process.parameters.clip(start) for start in starts]
    limit = 2 * max_iterations if max_evaluations is None else max_evaluations
    options = {"maxiter": max_iterations, "maxfun": limit}
    results = [_descend(objective, start, tolerance, first_step, options) for start in clipped]
    theta, value = min(results, key=lambda result: result[1])
    return FitResult(theta, value, objective.num_evaluations)


class _Objective:
    """:func:`negative_log_posterior` as a function of theta, very large where it is undefined."""

    def __init__(self, process: Likelihood, x: FloatArray, targets: FloatArray) -> None:
        self._process, self._x, self._targets = process, x, targets
        self._workspace = Workspace()
        self._latest: tuple[FloatArray, tuple[float, FloatArray]] | None = None
        self.bounds = np.stack([process.parameters.lower, process.parameters.upper], axis=1)
        self.num_evaluations = 0

    def __call__(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """The latest result is kept: the optimiser begins by asking for what the caller has asked for."""
        if self._latest is None or not np.array_equal(self._latest[0], theta):
            self._latest = (theta.copy(), self._evaluate(theta))
        value, gradient = self._latest[1]
        return value, gradient.copy()

    def _evaluate(self, theta: FloatArray) -> tuple[float, FloatArray]:
        self.num_evaluations += 1
        try:
            return negative_log_posterior(self._process, theta, self._x, self._targets, self._workspace)
        except NotPositiveDefinite:
            return _WORST, np.zeros_like(theta)


def _descend(
    objective: _Objective, start: FloatArray, tolerance: float, unit: float, options: Mapping[str, int]
) -> tuple[FloatArray, float]:
    """Parameters ``(p,)`` and the objective there. The first step of L-BFGS-B has length 1: it sees theta in units."""
    scale = max(1.0, abs(objective(start)[0]))

    def in_units(steps: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = objective(unit * steps)
        return value, unit * gradient

    found = minimize(
        in_units,
        start / unit,
        jac=True,
        bounds=objective.bounds / unit,
        method="L-BFGS-B",
        options={**options, "ftol": tolerance / scale},
    )
    return np.asarray(unit * found.x, dtype=np.float64), float(found.fun)
