"""How much of the variation of a function each of its inputs explains: Sobol' indices.

Notation::

    f      function of b independent hyperparameters, uniform over their ranges
    A, B   two independent sets of N points;  AB_i: A with hyperparameter i from B
    V      variance of f

    main effect  S_i = Var(E[f | x_i]) / V ~ mean f(B) (f(AB_i) - f(A)) / V          Saltelli et al. 2010, eq. (b)
    total        T_i = E[Var(f | all but x_i)] / V ~ mean (f(A) - f(AB_i))^2 / (2 V)  Jansen 1999, eq. (f) there

The functional ANOVA of Hutter, Hoos, Leyton-Brown 2014 ("An efficient approach for assessing hyperparameter
importance") decomposes a forest in the same way; this works for any model. Main effects sum to at most 1, and what
they leave is due to interactions; totals count each interaction once for every hyperparameter that takes part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray

_SMALLEST_VARIANCE = 1e-12
"""Relative to the mean square: a function that varies less is constant."""


class Sensitivity(NamedTuple):
    """Shares of the variance.

    Attributes:
        main: By each hyperparameter alone, ``(b,)``.
        total: By each hyperparameter, with all interactions it takes part in, ``(b,)``.
        variance: Of the function.
    """

    main: FloatArray
    total: FloatArray
    variance: float


@single_blas_thread()
def sobol_indices(
    function: Callable[[FloatArray], FloatArray], layout: InputLayout, num_points: int = 2048, seed: int = 0
) -> Sensitivity:
    """Estimates main effects and totals.

    Args:
        function: From points ``(m, d)`` in the unit cube to values ``(m,)``; called b + 2 times. It has to round to
            legal levels and categories, and to mask inactive hyperparameters.
        layout: Meaning of the columns.
        num_points: N, a power of 2; at 2048, the error is about one per cent of the variance.
        seed: Of the points.
    """
    first, second = _two_sets(layout.num_columns, num_points, seed)
    at_first, at_second = function(first), function(second)
    both = np.concatenate([at_first, at_second])
    variance = float(np.var(both))
    if variance <= _SMALLEST_VARIANCE * float(np.mean(both**2)):
        return Sensitivity(np.zeros(len(layout.blocks)), np.zeros(len(layout.blocks)), 0.0)
    main, total = [], []
    for columns in layout.slices:
        mixed = first.copy()
        mixed[:, columns] = second[:, columns]
        at_mixed = function(mixed)
        main.append(float(np.mean((at_second - both.mean()) * (at_mixed - at_first))))
        total.append(float(np.mean((at_first - at_mixed) ** 2)) / 2)
    shares = np.clip(np.array([main, total]) / variance, 0.0, 1.0)
    return Sensitivity(shares[0], np.maximum(shares[0], shares[1]), variance)


def _two_sets(num_columns: int, num_points: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """A scrambled Sobol' sequence, cut in two. The import is here because it takes half a second."""
    from scipy.stats import qmc

    drawn = qmc.Sobol(2 * num_columns, seed=np.random.RandomState(seed)).random(num_points)
    return drawn[:, :num_columns], drawn[:, num_columns:]
