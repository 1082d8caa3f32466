"""Whole learning curves, before they are seen: a Gaussian process of end values plus independent curves.

Notation::

    N, n          number of curves, number of observations in all of them
    y_i, m, S     observations of curve i, mean and covariance of curves there, noise included
    h (N,)        end values, h ~ N(mu, K)

    log p(y) = sum_i [log N(y_i; m, S) - log N(e_i; 0, 1/a_i)] + log N(e; mu, K + diag(1/a))
    a_i = 1^T S^-1 1,    e_i = 1^T S^-1 (y_i - m) / a_i

because ``N(y_i; m + h_i 1, S)``, as a function of h_i, is proportional to ``N(h_i; e_i, 1/a_i)``: a curve says as much
about its end as one observation e_i with variance 1/a_i. Matrices are (N, N) and (l, l) for curves of l values, never
(n, n). Curves seen at the same levels share S.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syne_tune.optimizer.models.gp.linalg import (
    Workspace,
    cholesky,
    inverse_from_cholesky,
    solve_lower,
    solve_lower_transposed,
)
from syne_tune.optimizer.models.gp.parameters import ParameterVector, Values, sum_by_name
from syne_tune.optimizer.models.gp.process import GaussianProcess, negative_log_density
from syne_tune.optimizer.models.multi_fidelity.curve_priors import CurveMoments, CurvePrior
from syne_tune.optimizer.models.multi_fidelity.curve_table import CurveGroup, CurveTable
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.predictor import FloatArray


class CurveProcess:
    """The prior ``y(x, r) = h(x) + g(r)`` with a curve g of its own for each configuration.

    Args:
        ends: Gaussian process of h; its noise variance is that of the curves.
        curves: Prior of g and of the observations of it.
        levels: Resource levels.

    Attributes:
        ends: Gaussian process of h.
        curves: Prior of g.
        levels: Resource levels.
        parameters: Those of ``ends``, then those of ``curves``.
    """

    def __init__(self, ends: GaussianProcess, curves: CurvePrior, levels: ResourceLevels) -> None:
        self.ends, self.curves, self.levels = ends, curves, levels
        self.parameters = ParameterVector((*ends.parameters.parameters, *curves.parameters))
        self._table: CurveTable | None = None

    def table(self, x: FloatArray) -> CurveTable:
        """Observations at ``x`` ``(n, d)`` as curves; remembered for the next call with the same array."""
        if self._table is None or self._table.x is not x:
            self._table = CurveTable(x, self.levels)
        return self._table

    def negative_log_likelihood(
        self, values: Values, x: FloatArray, targets: FloatArray, workspace: Workspace
    ) -> tuple[float, dict[str, FloatArray]]:
        """``-log p(y)`` of targets ``(n,)``, and its derivatives by encoded parameters, by name.

        Raises:
            NotPositiveDefinite: If a covariance matrix cannot be factorised.
        """
        table = self.table(x)
        moments = self.curves.moments(values)
        groups = [GroupSummary(group, moments, targets) for group in table.groups]
        ends, variances = summarise(groups, len(table.configurations))
        gram, pullback = self.ends.kernel.gram_with_pullback(values, table.configurations, workspace)
        residuals = self.ends.residuals(values, table.configurations, ends)
        density = negative_log_density(gram, variances, residuals, workspace)

        by_mean, by_noisy = np.zeros_like(moments.mean), np.zeros_like(moments.noisy)
        by_variance = np.diagonal(density.by_covariance)
        for summary in groups:
            back = summary.pullback(density.weights, by_variance)
            by_mean[summary.group.levels] += back.by_mean
            by_noisy[np.ix_(summary.group.levels, summary.group.levels)] += back.by_noisy
        gradients = sum_by_name(
            self.curves.parameter_pullback(values, by_mean, by_noisy),
            self.ends.mean.parameter_pullback(values, table.configurations, -density.weights),
            pullback(density.by_covariance),
        )
        return density.value + sum(summary.value for summary in groups), gradients


class _ByCurves(NamedTuple):
    by_mean: FloatArray
    by_noisy: FloatArray


class GroupSummary:
    """What curves that are observed at the same l levels say about their ends.

    Args:
        group: c curves.
        moments: Of curves at all levels.
        targets: Of all observations, ``(n,)`` or ``(n, f)``.

    Attributes:
        group: The curves.
        precision: a, the same for all of them.
        ends: e ``(c,)`` or ``(c, f)``.
        solved_ones: ``S^-1 1`` ``(l,)``.
        solved: ``S^-1 (y - m)`` ``(l, c)`` or ``(l, c, f)``.
        factor: Lower Cholesky factor of S ``(l, l)``.
    """

    def __init__(self, group: CurveGroup, moments: CurveMoments, targets: FloatArray) -> None:
        self.group = group
        self.factor = cholesky(moments.noisy[np.ix_(group.levels, group.levels)])
        observed = np.moveaxis(targets[group.rows], 1, 0)
        residuals = (observed.T - moments.mean[group.levels]).T
        whitened = solve_lower(self.factor, residuals.reshape(len(residuals), -1))
        self._squares = np.einsum("lc,lc->c", whitened, whitened)
        self.solved = solve_lower_transposed(self.factor, whitened).reshape(residuals.shape)
        whitened_ones = solve_lower(self.factor, np.ones(len(residuals)))
        self.solved_ones = solve_lower_transposed(self.factor, whitened_ones)
        self.precision = float(whitened_ones @ whitened_ones)
        self.ends: FloatArray = self.solved.sum(axis=0) / self.precision

    @property
    def value(self) -> float:
        """``-sum_i [log N(y_i; m, S) - log N(e_i; 0, 1/a)]``."""
        num_levels, num_curves = len(self.solved_ones), len(self.group.curves)
        constant = float(np.sum(np.log(np.diagonal(self.factor)))) + 0.5 * (num_levels - 1) * np.log(2 * np.pi)
        misfit = float(self._squares.sum()) - self.precision * float(self.ends @ self.ends)
        return float(0.5 * misfit + num_curves * (constant + 0.5 * np.log(self.precision)))

    def pullback(self, by_ends: FloatArray, by_variances: FloatArray) -> _ByCurves:
        """Derivatives of the whole negative log likelihood with respect to m ``(l,)`` and S ``(l, l)``.

        Args:
            by_ends: Those of the density of all e, ``(N,)``.
            by_variances: Those of that density with respect to all 1/a, ``(N,)``.
        """
        by_e, by_inverse = by_ends[self.group.curves], by_variances[self.group.curves]
        a, e, ones = self.precision, self.ends, self.solved_ones
        by_sum = by_e / a - e
        by_precision = float(np.sum(0.5 * e**2 + 0.5 / a - by_e * e / a - by_inverse / a**2))
        mixed = np.multiply.outer(ones, self.solved @ by_sum)
        by_noisy = 0.5 * len(e) * inverse_from_cholesky(self.factor) - by_precision * np.multiply.outer(ones, ones)
        by_noisy -= 0.5 * (self.solved @ self.solved.T + mixed + mixed.T)
        return _ByCurves(-(ones * by_sum.sum() + self.solved.sum(axis=1)), by_noisy)


def summarise(groups: list[GroupSummary], num_curves: int) -> tuple[FloatArray, FloatArray]:
    """What curves say about their ends: values e ``(N,)`` or ``(N, f)``, and their variances 1/a ``(N,)``."""
    ends, variances = np.empty((num_curves, *groups[0].ends.shape[1:])), np.empty(num_curves)
    for summary in groups:
        ends[summary.group.curves] = summary.ends
        variances[summary.group.curves] = 1 / summary.precision
    return ends, variances
