"""Learning curves after some of them have been seen.

Notation::

    (x, r)     where to predict; i the curve of configuration x, if it has been seen
    t          cov(f_r, y_i) S^-1, with moments of curves around their end, see :mod:`~.curve_priors`

    f(x, r) = rho h(x) + c + rest

    seen       rho = 1 - t 1,    c = m_r + t (y_i - m),    var(rest) = var(f_r) - t cov(y_i, f_r)
    not seen   rho = 1,          c = m_r,                  var(rest) = var(f_r)

h has the posterior of an ordinary Gaussian process, given one number per curve.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.gp.linalg import cholesky, solve_lower, solve_lower_transposed
from syne_tune.optimizer.models.gp.posterior import Posterior, append_targets
from syne_tune.optimizer.models.multi_fidelity.coupled_kernel import fingerprints
from syne_tune.optimizer.models.multi_fidelity.curve_process import CurveProcess, GroupSummary, summarise
from syne_tune.optimizer.models.predictor import FloatArray, Prediction, Pullback

_TINY = 1e-12
"""Variance added to what is left of curves, which is exactly zero where a curve ends."""


class _Link(NamedTuple):
    """How values at m points hang together with end values h; k levels, f target columns.

    Attributes:
        configuration: A number per point, equal for equal configurations, ``(m,)``.
        level: Level of each point, ``(m,)``.
        slope: rho ``(m,)``.
        shift: c ``(m,)`` or ``(m, f)``.
        gain: t ``(m, k)``, zero at levels which have not been observed.
        rest: Variance of the rest ``(m,)``.
    """

    configuration: FloatArray
    level: npt.NDArray[np.intp]
    slope: FloatArray
    shift: FloatArray
    gain: FloatArray
    rest: FloatArray


class CurvePosterior:
    """Predictor of whole learning curves with fixed parameters; immutable.

    Between levels, predictions are those of the nearest level; derivatives with respect to the resource are zero.

    Args:
        process: Model.
        theta: Encoded parameters ``(p,)``.
        x: Encoded inputs ``(n, d)``, the resource as last column, n at least 1.
        targets: ``(n,)`` or ``(n, f)``.

    Attributes:
        process: Model.
        theta: Encoded parameters ``(p,)``.
        values: Parameters by name.
        x: Training inputs ``(n, d)``.
        targets: ``(n,)`` or ``(n, f)``.

    Raises:
        NotPositiveDefinite: If a covariance matrix cannot be factorised.
    """

    def __init__(self, process: CurveProcess, theta: FloatArray, x: FloatArray, targets: FloatArray) -> None:
        self.process, self.theta, self.x, self.targets = process, theta, x, targets
        self.values = process.parameters.decode(theta)
        self._moments = process.curves.moments(self.values)
        self._table = process.table(x)
        self._summaries = [GroupSummary(group, self._moments, targets) for group in self._table.groups]
        self._known = self._curves_by_configuration()
        self._ends = self._condition_ends()

    def _condition_ends(self) -> Posterior:
        configurations = self._table.configurations
        ends, self._variances = summarise(self._summaries, len(configurations))
        process = self.process.ends
        features = process.kernel.features(self.values, configurations)
        factor = cholesky(process.kernel.cross(self.values, features, features), self._variances)
        return Posterior(process, self.theta[: process.parameters.size], configurations, ends, factor)

    def _curves_by_configuration(self) -> dict[float, tuple[GroupSummary, int]]:
        """Fingerprint of a configuration to its longest curve: the group, and the place in it."""
        names = fingerprints(self._table.configurations)
        known: dict[float, tuple[GroupSummary, int]] = {}
        for summary in sorted(self._summaries, key=lambda summary: len(summary.group.levels)):
            known.update({names[curve]: (summary, place) for place, curve in enumerate(summary.group.curves)})
        return known

    def _link(self, x: FloatArray) -> _Link:
        moments, level = self._moments, self.process.levels.index(x[:, -1])
        names = fingerprints(x[:, :-1])
        gain = np.zeros((len(x), len(moments.mean)))
        shift = np.zeros((len(x), *self.targets.shape[1:]))
        for row in np.flatnonzero(np.isin(names, list(self._known))):
            summary, place = self._known[names[row]]
            seen = summary.group.levels
            covariance = moments.cross[level[row], seen]
            gain[row, seen] = _solve(summary.factor, covariance)
            shift[row] = covariance @ summary.solved[:, place]
        rest = moments.clean[level, level] - np.einsum("mk,mk->m", gain, moments.cross[level])
        mean = (shift.T + moments.mean[level]).T
        return _Link(names, level, 1 - gain.sum(axis=1), mean, gain, np.maximum(rest, 0.0))

    @property
    def mean_at_data(self) -> FloatArray:
        """Predictive mean at the training inputs, of the shape of the targets."""
        return self.predict_mean(self.x)

    @property
    def length_scales(self) -> FloatArray:
        """Those of the values at the end, by column ``(d,)``; 1 for the resource."""
        return np.append(self._ends.length_scales, 1.0)

    def predict(self, x: FloatArray) -> Prediction:
        """Predictive mean and standard deviation of the noise-free function.

        Args:
            x: ``(m, d)``.
        """
        mean, std = self._ends.predict(x[:, :-1])
        link = self._link(x)
        return Prediction(_affine(link, mean), np.sqrt((link.slope * std) ** 2 + link.rest))

    def predict_mean(self, x: FloatArray) -> FloatArray:
        """Predictive mean only, ``(m,)`` or ``(m, f)``."""
        return _affine(self._link(x), self._ends.predict_mean(x[:, :-1]))

    def noise_std(self, x: FloatArray) -> FloatArray:
        """Standard deviation ``(m,)`` of an observation around the noise-free function, the same everywhere."""
        return np.full(len(x), np.sqrt(self.values["noise_variance"][0]))

    def predict_with_pullback(self, x: FloatArray) -> tuple[Prediction, Pullback]:
        """Prediction, and the way back from derivatives of mean and std to those of the inputs.

        Args:
            x: ``(m, d)``.
        """
        (end_mean, end_std), end_pullback = self._ends.predict_with_pullback(x[:, :-1])
        link = self._link(x)
        std = np.sqrt((link.slope * end_std) ** 2 + link.rest)

        def pullback(by_mean: FloatArray, by_std: FloatArray) -> FloatArray:
            by_end_mean = (by_mean.T * link.slope).T
            by_configuration = end_pullback(by_end_mean, by_std * link.slope**2 * end_std / std)
            return np.column_stack([by_configuration, np.zeros(len(x))])

        return Prediction(_affine(link, end_mean), std), pullback

    def sample_joint(self, x: FloatArray, num_samples: int, random_state: np.random.RandomState) -> FloatArray:
        """Draws from the joint posterior of the noise-free function.

        Args:
            x: ``(m, d)``.
            num_samples: s.
            random_state: Source of randomness.

        Returns:
            ``(m, s)``. With f fantasies, sample j belongs to fantasy j modulo f.
        """
        link = self._link(x)
        ends = self._ends.sample_joint(x[:, :-1], num_samples, random_state)
        shift = link.shift.reshape(len(x), -1)
        columns = shift[:, np.arange(num_samples) % shift.shape[1]]
        same = link.configuration[:, None] == link.configuration
        prior = self._moments.clean[np.ix_(link.level, link.level)]
        rest = same * (prior - link.gain @ self._moments.cross[link.level].T)
        noise = random_state.standard_normal((len(x), num_samples))
        return np.asarray(link.slope[:, None] * ends + columns + cholesky(0.5 * (rest + rest.T), _TINY) @ noise)

    def leave_one_out(self) -> Prediction:
        """Predictions of each target from all *other curves*, at these parameters, in closed form.

        To leave out single values of a curve would ask how smooth it is, not how it depends on the configuration.

        Returns:
            Mean of the shape of the targets, and standard deviation ``(n,)`` of the *noisy* target.
        """
        curve, level = self._table.curve_of_row, self._table.level_of_row
        mean, std = self._ends.leave_one_out()
        variance = np.maximum(std**2 - self._variances, 0.0)[curve] + np.diagonal(self._moments.noisy)[level]
        return Prediction((mean[curve].T + self._moments.mean[level]).T, np.sqrt(variance))

    def with_targets(self, targets: FloatArray) -> CurvePosterior:
        """The same inputs with other targets ``(n,)`` or ``(n, f)``."""
        return CurvePosterior(self.process, self.theta, self.x, targets)

    def append(self, x: FloatArray, targets: FloatArray) -> CurvePosterior:
        """The posterior after q further observations, at unchanged parameters.

        Args:
            x: Their inputs ``(q, d)``.
            targets: Their targets, ``(q,)`` or ``(q, f)``. With f columns where there was one, that one is repeated.
        """
        grown = append_targets(self.targets, targets)
        return CurvePosterior(self.process, self.theta, np.vstack([self.x, x]), grown)


def _affine(link: _Link, mean: FloatArray) -> FloatArray:
    return np.asarray((mean.T * link.slope + link.shift.T).T)


def _solve(factor: FloatArray, right: FloatArray) -> FloatArray:
    return solve_lower_transposed(factor, solve_lower(factor, right))
