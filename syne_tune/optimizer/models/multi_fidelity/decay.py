"""Curves that decay like a mixture of exponentials: covariance and mean of freeze-thaw models.

Notation::

    r           resource, in units (1, 2, ..., r_max)
    lambda      unknown rate of decay, Gamma distributed with shape alpha and mean lambda_0
    kappa(u)    E[exp(-lambda u)] = (1 + u lambda_0 / alpha)^-alpha
    chi(x)      value after unlimited training, a Gaussian process with mean mu and covariance k0
    gamma       size of what decays
    delta       how far curves start from the same point: 0 not at all, 1 all curves start at gamma

A curve is ``f(x, r) = chi(x) + (gamma - delta chi(x)) exp(-lambda r)`` (Swersky et al. 2014, "Freeze-thaw Bayesian
optimization", arXiv:1406.3896, section 3, centred). With one lambda for all curves, its first two moments are::

    mean          mu + (gamma - delta mu) kappa(r)
    covariance    k0(x, x') (1 - delta (kappa(r) + kappa(r')) + delta^2 kappa(r + r'))
                  + (gamma - delta mu)^2 (kappa(r + r') - kappa(r) kappa(r'))

which is the exponential decay kernel of Tiao et al. 2020, "Model-based asynchronous hyperparameter and neural
architecture search" (MOBSTER, arXiv:2003.10865).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syne_tune.optimizer.models.gp.means import MEAN
from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.multi_fidelity.coupled_kernel import Table
from syne_tune.optimizer.models.predictor import FloatArray

ALPHA = Parameter("decay_alpha", initial=1.0, lower=1e-2, upper=250.0, location=1.0, spread=1.0)
RATE = Parameter("decay_rate", initial=0.5, lower=1e-4, upper=50.0, location=float(np.log(0.5)) + 1.0, spread=1.0)
GAMMA = Parameter("decay_gamma", initial=0.5, lower=1e-4, upper=10.0, location=float(np.log(0.5)) + 1.0, spread=1.0)
DELTA = Parameter("decay_delta", initial=0.5, lower=0.0, upper=1.0, location=0.5, spread=0.5, log=False)


class _Kappa(NamedTuple):
    """Value and derivatives of kappa, each of the shape of u."""

    value: FloatArray
    by_alpha: FloatArray
    by_rate: FloatArray
    by_u: FloatArray


def _kappa(values: Values, u: FloatArray) -> _Kappa:
    """kappa(u), and its derivatives with respect to log alpha, log lambda_0 and u."""
    alpha, rate = values["decay_alpha"][0], values["decay_rate"][0]
    q = u * rate / alpha
    value = np.exp(-alpha * np.log1p(q))
    share = q / (1 + q)
    return _Kappa(value, alpha * value * (share - np.log1p(q)), -alpha * value * share, -value * rate / (1 + q))


class ExponentialDecay:
    """Moments of decaying curves, as a coupling of resources and as a mean function.

    Args:
        max_resource: r_max.
        delta: A number in [0, 1], or ``None``: learned.
    """

    def __init__(self, max_resource: int, delta: float | None) -> None:
        self._max_resource = max_resource
        self._delta = delta
        self.parameters: tuple[Parameter, ...] = (ALPHA, RATE, GAMMA, *((DELTA,) if delta is None else ()))

    def _delta_of(self, values: Values) -> float:
        return float(values["decay_delta"][0]) if self._delta is None else self._delta

    def size(self, values: Values) -> float:
        """``gamma - delta mu``: how far the mean falls."""
        return float(values["decay_gamma"][0] - self._delta_of(values) * values["mean"][0])

    def _kappas(self, values: Values, left: FloatArray, right: FloatArray) -> tuple[_Kappa, _Kappa, _Kappa]:
        start, end = left[:, None] * self._max_resource, right * self._max_resource
        return _kappa(values, start), _kappa(values, end), _kappa(values, start + end)

    def table(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """Factor and offset for all pairs of ``r / r_max``."""
        one, other, both = self._kappas(values, left, right)
        delta = self._delta_of(values)
        factor = 1 - delta * (one.value + other.value) + delta**2 * both.value
        return Table(factor, self.size(values) ** 2 * (both.value - one.value * other.value))

    def slope(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """Derivatives with respect to ``r / r_max`` on the left."""
        one, other, both = self._kappas(values, left, right)
        delta = self._delta_of(values)
        factor = delta**2 * both.by_u - delta * one.by_u
        offset = self.size(values) ** 2 * (both.by_u - one.by_u * other.value)
        return Table(self._max_resource * factor, self._max_resource * offset)

    def parameter_pullback(self, values: Values, resources: FloatArray, by_table: Table) -> dict[str, FloatArray]:
        """Derivatives with respect to own parameters and ``mean``."""
        one, other, both = self._kappas(values, resources, resources)
        delta, size = self._delta_of(values), self.size(values)
        by_factor, by_offset = by_table
        assert by_offset is not None, "the table has an offset"

        def through(one_by: FloatArray, other_by: FloatArray, both_by: FloatArray) -> FloatArray:
            factor = delta**2 * both_by - delta * (one_by + other_by)
            offset = size**2 * (both_by - one_by * other.value - one.value * other_by)
            return np.array([np.vdot(by_factor, factor) + np.vdot(by_offset, offset)])

        by_size = 2 * size * float(np.vdot(by_offset, both.value - one.value * other.value))
        by_delta = float(np.vdot(by_factor, 2 * delta * both.value - one.value - other.value))
        return {
            "decay_alpha": through(one.by_alpha, other.by_alpha, both.by_alpha),
            "decay_rate": through(one.by_rate, other.by_rate, both.by_rate),
        } | self._through_size(values, by_size, by_delta)

    def _through_size(self, values: Values, by_size: float, by_delta: float) -> dict[str, FloatArray]:
        """Derivatives with respect to gamma, delta and mu, given those by ``gamma - delta mu`` and by delta itself."""
        return {
            "decay_gamma": by_size * values["decay_gamma"],
            "decay_delta": by_delta - by_size * values["mean"],
            "mean": np.array([-self._delta_of(values) * by_size]),
        }

    def fall(self, values: Values, shares: FloatArray) -> FloatArray:
        """Expected distance ``(n,)`` from the asymptote, at ``r / r_max``."""
        return self.size(values) * _kappa(values, shares * self._max_resource).value

    def fall_pullback(self, values: Values, shares: FloatArray, by_fall: FloatArray) -> dict[str, FloatArray]:
        """From derivatives by :meth:`fall` to those by parameters."""
        kappa, size = _kappa(values, shares * self._max_resource), self.size(values)
        return {
            "decay_alpha": np.array([size * (by_fall @ kappa.by_alpha)]),
            "decay_rate": np.array([size * (by_fall @ kappa.by_rate)]),
        } | self._through_size(values, float(by_fall @ kappa.value), 0.0)

    def fall_slope(self, values: Values, shares: FloatArray) -> FloatArray:
        """Derivative ``(n,)`` of :meth:`fall` with respect to ``r / r_max``."""
        kappa = _kappa(values, shares * self._max_resource)
        return self.size(values) * self._max_resource * kappa.by_u


class DecayingMean:
    """``mu + (gamma - delta mu) kappa(r)``.

    Args:
        decay: The same object as in the kernel, which owns all parameters but mu.
    """

    parameters: tuple[Parameter, ...] = (MEAN,)

    def __init__(self, decay: ExponentialDecay) -> None:
        self._decay = decay

    def evaluate(self, values: Values, x: FloatArray) -> FloatArray:
        """Means ``(n,)``."""
        return np.asarray(values["mean"][0] + self._decay.fall(values, x[:, -1]))

    def parameter_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to ``mean`` and the parameters of the decay."""
        gradients = self._decay.fall_pullback(values, x[:, -1], by_mean)
        gradients["mean"] = gradients["mean"] + by_mean.sum()
        return gradients

    def input_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> FloatArray:
        """Derivatives with respect to inputs: only the resource counts."""
        back = np.zeros_like(x)
        back[:, -1] = by_mean * self._decay.fall_slope(values, x[:, -1])
        return back
