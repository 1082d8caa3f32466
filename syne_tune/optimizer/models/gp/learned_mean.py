"""A mean function that was learned elsewhere.

Notation::

    t        earlier tasks, T of them
    m_t(x)   what the model of task t predicts, in units of normal quantiles
    g(x)     group of an input: its resource level, or the same for all
    w_gt     trust in task t in group g, in [0, 1], see :mod:`~.trust`
    c(x)     mean without earlier tasks
    b_t      weights, parameters of the process: b_t >= 0

    m(x) = c(x) + sum_t w_g(x)t b_t m_t(x)

The kernel models what is left. A task that is of no use here gets the weight 0 as soon as the likelihood of the targets
says so; before, weights are those of the prior, which share one unit equally.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.gp.means import ConstantMean, MeanFunction
from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.predictor import FloatArray

WEIGHTS = "task_weights"
"""Name of the parameter b."""

_LARGEST_WEIGHT = 3.0
_SPREAD = 0.5
"""Standard deviation of the prior of each weight, times the share of its task."""


GroupOf: TypeAlias = Callable[[FloatArray], npt.NDArray[np.intp]]
"""From inputs ``(n, d)`` to the groups ``(n,)`` within which values can be compared, counted from 0."""


def one_group(x: FloatArray) -> npt.NDArray[np.intp]:
    """All inputs ``(n, d)`` belong together: ``(n,)`` zeros."""
    return np.zeros(len(x), dtype=np.intp)


class LearnedMean:
    """See the top of this file.

    Args:
        sources: One predictor per task, T at least 1; their deviations are not used.
        base: c. Default: a constant.
        num_columns: The first so many input columns are those of the sources. Default: all.
        trusts: w ``(G, T)``. Default: ones.
        group_of: g, from inputs ``(n, d)`` to ``(n,)``. Default: zeros.
    """

    def __init__(
        self,
        sources: Sequence[Posterior],
        base: MeanFunction | None = None,
        num_columns: int | None = None,
        trusts: FloatArray | None = None,
        group_of: GroupOf | None = None,
    ) -> None:
        count = len(sources)
        self._sources, self._num_columns, self._group_of = tuple(sources), num_columns, group_of or one_group
        self._trusts = np.ones((1, count)) if trusts is None else trusts
        self._base = base or ConstantMean()
        weights = Parameter(
            WEIGHTS,
            initial=1 / count,
            lower=0.0,
            upper=_LARGEST_WEIGHT,
            location=1 / count,
            spread=_SPREAD / np.sqrt(count),
            size=count,
            log=False,
        )
        self.parameters: tuple[Parameter, ...] = (*self._base.parameters, weights)
        self._latest: tuple[FloatArray, FloatArray] | None = None

    def predictions(self, x: FloatArray) -> FloatArray:
        """Products w m ``(n, T)`` at inputs ``(n, d)``; the latest are remembered, since fits ask many times."""
        if self._latest is None or not np.array_equal(self._latest[0], x, equal_nan=True):
            trusts = self._trusts[self._group_of(x)]
            self._latest = (x.copy(), trusts * source_predictions(self._sources, self._of_sources(x)))
        return self._latest[1]

    def _of_sources(self, x: FloatArray) -> FloatArray:
        return x[:, : self._num_columns]

    def evaluate(self, values: Values, x: FloatArray) -> FloatArray:
        """Means ``(n,)`` at inputs ``(n, d)``."""
        return np.asarray(self._base.evaluate(values, x) + self.predictions(x) @ values[WEIGHTS])

    def parameter_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to b and the parameters of c."""
        by_weights = np.asarray(self.predictions(x).T @ by_mean)
        return {**self._base.parameter_pullback(values, x, by_mean), WEIGHTS: by_weights}

    def input_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> FloatArray:
        """From derivatives with respect to means ``(n,)`` to those with respect to inputs ``(n, d)``."""
        total, nothing = self._base.input_pullback(values, x, by_mean), np.zeros_like(by_mean)
        own, weights = self._of_sources(total), self._trusts[self._group_of(x)] * values[WEIGHTS]
        for source, weight in zip(self._sources, weights.T, strict=True):
            if np.any(weight > 0):
                _, pullback = source.predict_with_pullback(self._of_sources(x))
                own += pullback(weight * by_mean, nothing)
        return np.where(np.isnan(x), 0.0, total)


def source_predictions(sources: Sequence[Posterior], x: FloatArray) -> FloatArray:
    """m_t ``(n, T)`` at inputs ``(n, d)``."""
    return np.stack([source.predict_mean(x) for source in sources], axis=1)
