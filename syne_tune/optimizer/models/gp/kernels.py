"""Covariance functions of inputs, with the derivatives that fitting and candidate optimisation need.

Notation::

    x (n, d)   encoded inputs, see :mod:`syne_tune.optimizer.models.inputs`
    z (n, e)   features: warped, embedded, and divided by the length scale of their hyperparameter
    s          squared distance |z - z'|^2,  r = sqrt(s)
    v          signal variance

    k(x, x') = v (1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r)           Rasmussen & Williams 2006, eq. (4.17)
    dk/ds    = -5/6 v (1 + sqrt(5) r) exp(-sqrt(5) r)                no division by r: smooth at r = 0

Derivatives travel backwards as in reverse-mode differentiation: a *pullback* takes the derivatives of some number L
with respect to an output (a matrix of covariances) and returns those with respect to parameters or inputs. That needs
one matrix product where a derivative per parameter would need one per length scale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np

from syne_tune.optimizer.models.gp.embedding import Embedding
from syne_tune.optimizer.models.gp.linalg import Workspace
from syne_tune.optimizer.models.gp.parameters import Parameter, Values, mode_of_log_normal
from syne_tune.optimizer.models.gp.warping import InputWarping
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray

GramPullback: TypeAlias = Callable[[FloatArray], dict[str, FloatArray]]
"""From symmetric dL/dK (n, n) to derivatives with respect to encoded parameters, by name."""

CrossPullback: TypeAlias = Callable[[FloatArray], FloatArray]
"""From dL/dK (m, n) to dL/dx (m, d) for the m inputs on the left."""

_BLOCK = 8192
"""Entries of a matrix treated at a time: temporaries stay in the cache, which halves the time at n = 500."""


class Kernel(Protocol):
    """Covariance function with parameters.

    Inputs are turned into features once per parameter value; all other methods work on features, so that those of the
    training data can be kept.
    """

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Names, bounds and priors of the parameters."""
        ...

    def features(self, values: Values, x: FloatArray) -> FloatArray:
        """Features ``(n, e)`` of inputs ``(n, d)``."""
        ...

    def length_scales(self, values: Values) -> FloatArray:
        """How far each column of an input ``(d,)`` has to move until covariances change; a hint for optimisers."""
        ...

    def diagonal(self, values: Values, features: FloatArray) -> FloatArray:
        """Prior variances ``(n,)``."""
        ...

    def diagonal_pullback(self, values: Values, x: FloatArray, by_diagonal: FloatArray) -> FloatArray:
        """From derivatives with respect to prior variances ``(n,)`` to those with respect to inputs ``(n, d)``."""
        ...

    def cross(self, values: Values, left: FloatArray, right: FloatArray) -> FloatArray:
        """Covariances ``(m, n)`` between features ``(m, e)`` and ``(n, e)``."""
        ...

    def cross_with_pullback(
        self, values: Values, x: FloatArray, left: FloatArray, right: FloatArray
    ) -> tuple[FloatArray, CrossPullback]:
        """Covariances ``(m, n)`` between features ``left`` of inputs ``x`` and others, and the way back to ``x``."""
        ...

    def gram_with_pullback(
        self, values: Values, x: FloatArray, workspace: Workspace
    ) -> tuple[FloatArray, GramPullback]:
        """Covariances ``(n, n)`` among inputs ``(n, d)``, and the way back to the parameters.

        Both are valid until the workspace is used again, and the pullback can be called once.
        """
        ...


def squared_distances(left: FloatArray, right: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """``|a - b|^2`` for all rows a of ``left`` ``(m, e)`` and b of ``right`` ``(n, e)``, as ``(m, n)``."""
    result: FloatArray = np.matmul(left, -2.0 * right.T, out=out)
    result += np.einsum("ij,ij->i", left, left)[:, None]
    result += np.einsum("ij,ij->i", right, right)
    np.maximum(result, 0.0, out=result)
    return result


def matern52(squared: FloatArray) -> FloatArray:
    """Matérn-5/2 correlation as a function of the squared distance ``(m, n)``, which is overwritten."""
    flat, scratch = squared.reshape(-1), np.empty(min(squared.size, _BLOCK))
    for start in range(0, len(flat), _BLOCK):
        block = flat[start : start + _BLOCK]
        _matern52_block(block, scratch[: len(block)])
    return squared


def matern52_with_slope(squared: FloatArray, out: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """Matérn-5/2 correlation and its derivative with respect to the squared distance, which is overwritten.

    Args:
        squared: ``(m, n)``, becomes the correlation.
        out: ``(m, n)``, becomes the derivative. Default: fresh memory.
    """
    slope = np.empty_like(squared) if out is None else out
    flat, flat_slope = squared.reshape(-1), slope.reshape(-1)
    for start in range(0, len(flat), _BLOCK):
        block = slice(start, start + _BLOCK)
        _matern52_block(flat[block], flat_slope[block])
    slope *= -5 / 6
    return squared, slope


def _matern52_block(squared: FloatArray, factor: FloatArray) -> None:
    """Writes ``(1 + q + q^2/3) e^-q`` over ``squared`` and ``(1 + q) e^-q`` into ``factor``, with ``q = sqrt(5) r``."""
    squared *= 5.0
    q = np.sqrt(squared, out=factor)
    decay = np.exp(-q)
    q += 1.0
    q *= decay
    squared *= decay
    squared *= 1 / 3
    squared += q


class Matern52:
    """Matérn-5/2 kernel with one length scale per hyperparameter.

    The prior of length scales grows with the number of hyperparameters, LogNormal(sqrt(2) + log(b)/2, sqrt(3)), so that
    the model's complexity does not: Hvarfner et al. 2024, "Vanilla Bayesian optimization performs great in high
    dimensions" (arXiv:2402.02229), eq. (8).

    Args:
        layout: Meaning of the input columns.
        ard: Whether each hyperparameter has a length scale of its own.
        warping: Input warping applied first, if any.
    """

    def __init__(self, layout: InputLayout, *, ard: bool = True, warping: InputWarping | None = None) -> None:
        self._embedding = Embedding(layout)
        self._warping = warping
        blocks = max(1, len(layout.blocks))
        owner = self._embedding.block_of_feature
        self._scale_of_feature = owner if ard else np.zeros_like(owner)
        self._num_scales, self._num_columns = blocks if ard else 1, layout.num_columns
        own = (length_scale_prior(blocks, self._num_scales), SIGNAL_VARIANCE)
        self.parameters: tuple[Parameter, ...] = own + (warping.parameters if warping else ())

    def features(self, values: Values, x: FloatArray) -> FloatArray:
        """Warps, embeds, and divides by length scales: ``(n, d)`` to ``(n, e)``."""
        warped = self._warping.forward(values, x) if self._warping else x
        return np.asarray(self._embedding.features(warped) / self._scales(values))

    def _scales(self, values: Values) -> FloatArray:
        return np.asarray(values["length_scale"][self._scale_of_feature])

    def length_scales(self, values: Values) -> FloatArray:
        """Those of the hyperparameters, by column ``(d,)``; input warping is left aside."""
        return self._scales(values)[: self._num_columns]

    def diagonal(self, values: Values, features: FloatArray) -> FloatArray:
        """The signal variance, n times."""
        return np.full(len(features), values["signal_variance"][0])

    def diagonal_pullback(self, values: Values, x: FloatArray, by_diagonal: FloatArray) -> FloatArray:
        """Zeros: the kernel is stationary."""
        return np.zeros_like(x)

    def cross(self, values: Values, left: FloatArray, right: FloatArray) -> FloatArray:
        """Covariances ``(m, n)`` between features."""
        result = matern52(squared_distances(left, right))
        result *= values["signal_variance"][0]
        return result

    def cross_with_pullback(
        self, values: Values, x: FloatArray, left: FloatArray, right: FloatArray
    ) -> tuple[FloatArray, CrossPullback]:
        """Covariances ``(m, n)`` between features, and derivatives with respect to the inputs on the left."""
        correlation, slope = matern52_with_slope(squared_distances(left, right))
        variance = values["signal_variance"][0]
        correlation *= variance

        def pullback(arriving: FloatArray) -> FloatArray:
            weights = arriving * slope
            by_features = 2 * variance * (weights.sum(axis=1, keepdims=True) * left - weights @ right)
            return self._to_inputs(values, x, by_features / self._scales(values))

        return correlation, pullback

    def _to_inputs(self, values: Values, x: FloatArray, by_embedded: FloatArray) -> FloatArray:
        by_warped = self._embedding.pullback(x, by_embedded)
        return self._warping.input_pullback(values, x, by_warped) if self._warping else by_warped

    def gram_with_pullback(
        self, values: Values, x: FloatArray, workspace: Workspace
    ) -> tuple[FloatArray, GramPullback]:
        """Covariances ``(n, n)`` among inputs, and derivatives with respect to encoded parameters."""
        z = self.features(values, x)
        shape = (len(x), len(x))
        squared = squared_distances(z, z, out=workspace.array("gram", shape))
        gram, slope = matern52_with_slope(squared, out=workspace.array("slope", shape))
        variance = values["signal_variance"][0]
        gram *= variance

        def pullback(arriving: FloatArray) -> dict[str, FloatArray]:
            weights = np.multiply(arriving, slope, out=slope)
            by_features = 4 * variance * (weights.sum(axis=1, keepdims=True) * z - weights @ z)
            by_scales = np.bincount(self._scale_of_feature, -(by_features * z).sum(axis=0), minlength=self._num_scales)
            by_variance = np.array([np.vdot(arriving, gram)])
            gradients = {"length_scale": by_scales, "signal_variance": by_variance}
            if self._warping:
                by_warped = self._embedding.pullback(x, by_features / self._scales(values))
                gradients |= self._warping.parameter_pullback(values, x, by_warped)
            return gradients

        return gram, pullback


def length_scale_prior(num_blocks: int, size: int) -> Parameter:
    """The length-scale parameter of a kernel over ``num_blocks`` hyperparameters, with ``size`` entries."""
    location, spread = np.sqrt(2) + 0.5 * np.log(num_blocks), np.sqrt(3)
    start = mode_of_log_normal(location, spread)
    return Parameter("length_scale", start, lower=0.01, upper=1e3, location=location, spread=spread, size=size)


SIGNAL_VARIANCE = Parameter("signal_variance", initial=1.0, lower=0.01, upper=100.0, location=1.0, spread=1.0)
"""Variance of standardised targets: log-normal prior with mode 1."""
