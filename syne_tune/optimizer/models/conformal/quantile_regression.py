"""Conformal quantile regression: :func:`fit_conformal_quantiles`.

Romano, Patterson, Candès, *Conformalized Quantile Regression*, NeurIPS 2019, algorithm 1: a model predicts quantiles;
on data that it has not seen, the score ``E_i = max(q_low(x_i) - y_i, y_i - q_high(x_i))`` says by how much each
interval failed to contain the value; moving both ends outwards by a quantile of these scores makes intervals hold
values as often as they should. Salinas, Golebiowski, Klein, Seeger, Archambeau, *Optimizing Hyperparameters with
Conformal Quantile Regression*, ICML 2023, section 4, does so for every pair of quantiles that lie symmetrically around
the median.

Values are centred and scaled robustly, and those of diverged evaluations are cut off: quantiles above these do not
matter in the search for the smallest value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.gp.target_transforms import Affine
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.kernel_methods.quantiles import KernelQuantiles, fit_kernel_quantiles
from syne_tune.optimizer.models.predictor import FloatArray

_QUARTILES_APART = 1.349
_LARGEST_SCALED = 5.0


@dataclass(frozen=True)
class QuantileOptions:
    """How quantiles are predicted.

    Args:
        num_quantiles: They lie at ``k / (num_quantiles + 1)``.
        fewest_for_correction: With fewer data, all serve to fit the model, and quantiles are not corrected.
        held_out: Share of the data which is kept for the correction, below 1.

    Raises:
        OptionError: If a value is not allowed.
    """

    num_quantiles: int = 9
    fewest_for_correction: int = 33
    held_out: float = 0.1

    def __post_init__(self) -> None:
        if self.num_quantiles < 1 or self.fewest_for_correction < 2 or not 0 < self.held_out < 1:
            raise OptionError(f"{self}: needs a quantile, two data to correct by one of them, a share between 0 and 1")

    @property
    def levels(self) -> FloatArray:
        """Levels of the quantiles, increasing."""
        return np.arange(1, self.num_quantiles + 1) / (self.num_quantiles + 1)


@dataclass(frozen=True)
class ConformalQuantiles:
    """Predicts corrected quantiles.

    Args:
        model: Predicts scaled values.
        shifts: Added to each quantile, ``(q,)``.
        transform: From values to scaled values.
    """

    model: KernelQuantiles
    shifts: FloatArray
    transform: Affine

    def predict(self, x: FloatArray) -> FloatArray:
        """Quantiles ``(m, q)``, increasing in each row, for inputs ``(m, d)``."""
        return self.transform.inverse(np.sort(self.model.predict(x) + self.shifts, axis=1))


def fit_conformal_quantiles(
    layout: InputLayout,
    x: FloatArray,
    y: FloatArray,
    options: QuantileOptions,
    random_state: np.random.RandomState,
) -> ConformalQuantiles:
    """Fits and corrects.

    Args:
        layout: Meaning of the columns.
        x: Inputs ``(n, d)``, ``nan`` where inactive; n at least 1.
        y: Values ``(n,)``, to be minimised.
        options: See there.
        random_state: Draws which data are held out.
    """
    transform = _robust_scaling(y)
    targets = np.minimum(transform.forward(y), _LARGEST_SCALED)
    num_held = math.ceil(options.held_out * len(y)) if len(y) >= options.fewest_for_correction else 0
    order = random_state.permutation(len(y)) if num_held else np.arange(len(y))
    held, used = order[:num_held], np.sort(order[num_held:])
    levels = options.levels
    model = fit_kernel_quantiles(layout, x[used], targets[used], levels)
    shifts = conformal_shifts(model.predict(x[held]), targets[held], levels) if num_held else np.zeros(len(levels))
    return ConformalQuantiles(model, shifts, transform)


def _robust_scaling(y: FloatArray) -> Affine:
    """Median 0; the quartiles are as far apart as those of a standard normal distribution."""
    low, median, high = np.quantile(y, [0.25, 0.5, 0.75])
    spread = float(high - low) / _QUARTILES_APART or float(np.std(y)) or 1.0
    return Affine(float(median), spread)


def conformal_shifts(predicted: FloatArray, y: FloatArray, levels: FloatArray) -> FloatArray:
    """What to add to quantiles so that symmetric intervals hold values as often as they should.

    Args:
        predicted: Quantiles ``(n, q)`` of data that the model has not seen.
        y: Their values ``(n,)``, n at least 1.
        levels: Levels of the quantiles ``(q,)``, increasing and symmetric around 1/2.

    Returns:
        ``(q,)``: opposite numbers for the ends of an interval, 0 for the median.
    """
    shifts = np.zeros(len(levels))
    for low in range(len(levels) // 2):
        high = len(levels) - 1 - low
        scores = np.maximum(predicted[:, low] - y, y - predicted[:, high])
        coverage = float(levels[high] - levels[low]) * (1 + 1 / len(y))
        correction = np.quantile(scores, min(1.0, coverage), method="inverted_cdf")
        shifts[low], shifts[high] = -correction, correction
    return shifts
