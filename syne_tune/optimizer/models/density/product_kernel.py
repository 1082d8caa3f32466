"""Kernel density estimates for encoded inputs of mixed kind: :class:`ProductKernelDensity`.

Notation::

    x, c   inputs (m, d) at which densities are wanted; centres (n, d) of the components
    w, w0  weights (n,) of the components, weight of the uniform component; they add up to 1
    h      bandwidths (b,), one per hyperparameter

    p(x) = w0 + sum_i w_i prod_j k_j(x_j, c_ij)

All densities are with respect to the uniform distribution over legal values, so that 1 means "as dense as uniform".

* Numbers: a normal distribution around the centre, cut off at 0 and 1.
* Numbers with levels: the same, with the mass around each level concentrated in it.
* Categories: Aitchison and Aitken, *Multivariate binary discrimination by the kernel method*, 1976: the category of the
  centre has probability ``1 - h``, the others share ``h``; bandwidths are cut off where all have the same.
* Inactive hyperparameters, in input or centre: the factor is 1, as nothing is known about them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.predictor import FloatArray

_SMALLEST = 1e-300
"""Densities are not smaller than this, so that their logarithms are finite."""


@dataclass(frozen=True)
class ProductKernelDensity:
    """A mixture of products of kernels and a uniform component.

    Args:
        layout: Meaning of the columns.
        centres: ``(n, d)``, ``nan`` where inactive; n may be 0 if the uniform component has all the weight.
        weights: ``(n,)``, non-negative.
        uniform_weight: Weight of the uniform component. All weights add up to 1.
        bandwidths: ``(b,)``, positive: standard deviation of a number, probability that a category changes.
    """

    layout: InputLayout
    centres: FloatArray
    weights: FloatArray
    uniform_weight: float
    bandwidths: FloatArray

    def log_density(self, x: FloatArray) -> FloatArray:
        """Logarithm of the density.

        Args:
            x: Inputs ``(m, d)``, ``nan`` where inactive.

        Returns:
            ``(m,)``; 0 where the density is that of the uniform distribution.
        """
        products = np.ones((len(x), len(self.centres)))
        for block, columns, bandwidth in zip(self.layout.blocks, self.layout.slices, self.bandwidths, strict=True):
            start = columns.start
            unknown = np.isnan(x[:, start, None]) | np.isnan(self.centres[:, start])
            if isinstance(block, OneHot):
                factor = _category_kernel(block, x[:, columns], self.centres[:, columns], float(bandwidth))
            else:
                factor = _number_kernel(block, x[:, start], self.centres[:, start], float(bandwidth))
            products *= np.where(unknown, 1.0, factor)
        density = self.uniform_weight + products @ self.weights
        return np.asarray(np.log(np.maximum(density, _SMALLEST)))

    def sample(self, num: int, random_state: np.random.RandomState) -> FloatArray:
        """Draws points.

        Args:
            num: How many.
            random_state: Source of randomness.

        Returns:
            Full points ``(num, d)``: values of inactive hyperparameters are drawn uniformly, numbers with levels are
            not yet rounded.
        """
        x = random_state.random_sample((num, self.layout.num_columns))
        uniform = random_state.random_sample(num) < self.uniform_weight
        rows = np.flatnonzero(~uniform)
        share = self.weights / max(float(np.sum(self.weights)), _SMALLEST)
        chosen = random_state.choice(len(share), size=len(rows), p=share) if len(rows) else rows
        for block, columns, bandwidth in zip(self.layout.blocks, self.layout.slices, self.bandwidths, strict=True):
            centres = self.centres[chosen, columns.start]
            known = ~np.isnan(centres)
            if isinstance(block, OneHot):
                one_hot = self.centres[chosen[known], columns]
                x[rows[known], columns] = _near_category(one_hot, float(bandwidth), random_state)
            else:
                x[rows[known], columns.start] = _near_number(centres[known], float(bandwidth), random_state)
        return x


def _number_kernel(block: Scalar, x: FloatArray, centres: FloatArray, bandwidth: float) -> FloatArray:
    """Density ``(m, n)`` of truncated normal distributions; ``nan`` where something is inactive."""
    inside = ndtr((1 - centres) / bandwidth) - ndtr(-centres / bandwidth)
    if block.levels is None:
        distance = (x[:, None] - centres) / bandwidth
        return np.asarray(np.exp(-0.5 * distance**2) / (np.sqrt(2 * np.pi) * bandwidth * inside))
    edges = np.concatenate([[0.0], (block.grid[1:] + block.grid[:-1]) / 2, [1.0]])
    mass = np.diff(ndtr((edges[:, None] - centres) / bandwidth), axis=0) / inside
    levels = block.nearest_level(np.where(np.isnan(x), 0.0, x))
    return np.asarray(mass[levels] * len(block.grid))


def _category_kernel(block: OneHot, x: FloatArray, centres: FloatArray, bandwidth: float) -> FloatArray:
    """Probability ``(m, n)`` times the number of categories; ``nan`` counts as any category."""
    if block.num_values == 1:
        return np.ones((len(x), len(centres)))
    change = _largest_change(bandwidth, block.num_values)
    same = np.argmax(x, axis=1)[:, None] == np.argmax(centres, axis=1)
    probability = np.where(same, 1 - change, change / (block.num_values - 1))
    return np.asarray(probability * block.num_values)


def _largest_change(bandwidth: float, num_values: int) -> float:
    return min(bandwidth, (num_values - 1) / num_values)


def _near_number(centres: FloatArray, bandwidth: float, random_state: np.random.RandomState) -> FloatArray:
    """One draw from each truncated normal distribution, by inversion."""
    low, high = ndtr(-centres / bandwidth), ndtr((1 - centres) / bandwidth)
    quantile = low + (high - low) * random_state.random_sample(len(centres))
    return np.asarray(np.clip(centres + bandwidth * ndtri(quantile), 0.0, 1.0))


def _near_category(one_hot: FloatArray, bandwidth: float, random_state: np.random.RandomState) -> FloatArray:
    count = one_hot.shape[1]
    if count == 1:
        return one_hot
    changes = random_state.random_sample(len(one_hot)) < _largest_change(bandwidth, count)
    shift = np.where(changes, random_state.randint(1, count, size=len(one_hot)), 0)
    return np.asarray(np.eye(count)[(np.argmax(one_hot, axis=1) + shift) % count])
