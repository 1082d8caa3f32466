"""What is expected of a learning curve around the value it ends at.

Notation::

    r_1 < ... < r_k    resource levels, r_k = r_max
    h                  value the curve belongs to, different for each configuration
    f (k,)             noise-free curve minus h
    y (k,)             observed curve minus h

Curves of different configurations are independent given h. Since h is added to all levels alike, what is known of a
curve enters the model of h as a single number, see :mod:`~.curve_process`.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from syne_tune.optimizer.models.gp.parameters import Parameter, Values, sum_by_name
from syne_tune.optimizer.models.multi_fidelity.coupled_kernel import Table
from syne_tune.optimizer.models.multi_fidelity.decay import ExponentialDecay
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.predictor import FloatArray


class CurveMoments(NamedTuple):
    """Moments of a curve at all levels.

    Attributes:
        mean: Of f and of y, ``(k,)``.
        clean: Covariance of f, ``(k, k)``.
        cross: Covariance of f (rows) and y (columns), ``(k, k)``.
        noisy: Covariance of y, ``(k, k)``.
    """

    mean: FloatArray
    clean: FloatArray
    cross: FloatArray
    noisy: FloatArray


class CurvePrior(Protocol):
    """Normal distribution of curves; uses the parameter ``noise_variance`` besides its own."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Names, bounds and priors of its own parameters."""
        ...

    def moments(self, values: Values) -> CurveMoments:
        """Moments at all levels."""
        ...

    def parameter_pullback(self, values: Values, by_mean: FloatArray, by_noisy: FloatArray) -> dict[str, FloatArray]:
        """From derivatives by ``mean`` ``(k,)`` and ``noisy`` ``(k, k)`` to those by encoded parameters, by name."""
        ...


class DecayingCurves:
    """Exponentially decaying curves with a rate of their own each: the freeze-thaw model, see :mod:`~.decay`.

    Args:
        levels: Resource levels.
        normalize: Whether rates refer to ``r / r_max`` instead of r.
    """

    def __init__(self, levels: ResourceLevels, *, normalize: bool = False) -> None:
        self._shares = levels.shares
        self._decay = ExponentialDecay(1 if normalize else levels.max_resource, delta=0.0)
        self.parameters = self._decay.parameters

    def moments(self, values: Values) -> CurveMoments:
        """Moments at all levels."""
        clean = self._decay.table(values, self._shares, self._shares).offset
        assert clean is not None, "the table has an offset"
        noisy = clean + values["noise_variance"] * np.eye(len(clean))
        return CurveMoments(self._decay.fall(values, self._shares), clean, clean, noisy)

    def parameter_pullback(self, values: Values, by_mean: FloatArray, by_noisy: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to parameters of the decay and to the logarithm of ``noise_variance``."""
        by_table = Table(np.zeros_like(by_noisy), by_noisy)
        return sum_by_name(
            {"noise_variance": np.trace(by_noisy) * values["noise_variance"]},
            self._decay.parameter_pullback(values, self._shares, by_table),
            self._decay.fall_pullback(values, self._shares, by_mean),
        )


ISSM_ALPHA = Parameter("issm_alpha", initial=-0.5, lower=-5.0, upper=-1e-3, location=-0.5, spread=0.5, log=False)
ISSM_BETA = Parameter("issm_beta", initial=0.0, lower=-50.0, upper=50.0, location=0.0, spread=1.0, log=False)
ISSM_GAMMA = Parameter("issm_gamma", initial=1.0, lower=1e-2, upper=100.0, location=1.0, spread=1.0)


class _Steps(NamedTuple):
    """Sums over resources at each level, ``(k,)``, or their derivatives with respect to a parameter.

    Attributes:
        step: w_r; zero at r_max.
        path: ``sum_{s >= r} w_s``: how far a unit of drift carries.
        spread: ``sum_{s > r} w_s^2``.
    """

    step: FloatArray
    path: FloatArray
    spread: FloatArray


class InnovationCurves:
    """Curves with a single source of error, whose steps follow a power law: an innovations state-space model.

    Hyndman et al. 2008, "Forecasting with exponential smoothing: the state space approach", section 2.5 and chapter 3:
    the innovation eps_r is both the error of an observation and what moves the level l. Here the recursion runs from
    the end of the curve, where the level is h, to its beginning::

        w_r   = gamma r^(alpha - 1)    for r < r_max, alpha < 0
        y_r   = l_(r+1) + w_r beta + eps_r,             eps_r ~ N(0, noise variance)
        l_r   = l_(r+1) + w_r (beta + eps_r),           l_(r_max) = h,    y_(r_max) = h + eps_(r_max)

    beta > 0: curves fall. Solved for the innovations::

        y_r - h = beta sum_(s >= r) w_s + sum_(s > r) w_s eps_s + eps_r

    hence covariances depend on the later of two resources only, and need no more than sums over s.

    Args:
        levels: Resource levels; values at resources between them are simply not observed.
        gamma_one: Whether gamma is fixed to 1.
    """

    def __init__(self, levels: ResourceLevels, *, gamma_one: bool = False) -> None:
        self._resources = np.arange(1, levels.max_resource + 1)
        self._rows = np.array(levels.resources) - 1
        self._gamma_one = gamma_one
        self.parameters: tuple[Parameter, ...] = (ISSM_ALPHA, ISSM_BETA, *(() if gamma_one else (ISSM_GAMMA,)))

    def _all_steps(self, values: Values) -> FloatArray:
        gamma = 1.0 if self._gamma_one else values["issm_gamma"][0]
        steps = np.asarray(gamma * self._resources ** (values["issm_alpha"][0] - 1))
        steps[-1] = 0.0
        return steps

    def _sums(self, step: FloatArray, square: FloatArray) -> _Steps:
        """Sums of steps and of their squares (or of the derivatives of both), at the levels."""
        spread = np.append(np.cumsum(square[::-1])[::-1][1:], 0.0)
        return _Steps(step[self._rows], np.cumsum(step[::-1])[::-1][self._rows], spread[self._rows])

    def moments(self, values: Values) -> CurveMoments:
        """Moments at all levels."""
        step = self._all_steps(values)
        sums = self._sums(step, step**2)
        index = np.arange(len(self._rows))
        later = np.maximum.outer(index, index)
        clean = sums.spread[later]
        cross = clean + np.triu(sums.step[later], k=1)
        noisy = cross + np.tril(sums.step[later], k=-1) + np.eye(len(index))
        variance = values["noise_variance"]
        return CurveMoments(values["issm_beta"] * sums.path, variance * clean, variance * cross, variance * noisy)

    def parameter_pullback(self, values: Values, by_mean: FloatArray, by_noisy: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to own parameters and to the logarithm of ``noise_variance``."""
        step = self._all_steps(values)
        by_sums = self._by_sums(values, by_mean, by_noisy)

        def through(change: FloatArray) -> FloatArray:
            """Derivative with respect to a parameter whose derivatives of the steps are given."""
            sums = self._sums(change, 2 * step * change)
            return np.array([sum(by @ of for by, of in zip(by_sums, sums, strict=True))])

        return {
            "issm_alpha": through(step * np.log(self._resources)),
            "issm_beta": np.array([by_mean @ self._sums(step, step**2).path]),
            "issm_gamma": through(step),
            "noise_variance": np.array([np.vdot(by_noisy, self.moments(values).noisy)]),
        }

    def _by_sums(self, values: Values, by_mean: FloatArray, by_noisy: FloatArray) -> _Steps:
        arriving = values["noise_variance"][0] * by_noisy
        off_diagonal = 2 * np.tril(arriving, k=-1).sum(axis=1)
        return _Steps(off_diagonal, values["issm_beta"][0] * by_mean, off_diagonal + np.diagonal(arriving))
