"""Where evaluations succeed: a model of P(success | x), learned from those that failed and those that did not.

Failures never reach the model of the metric: they have no value. What they tell is where not to look again. A priori,
success is likely everywhere, so that a single failure does not close a region; failures that crowd together do.
"""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.gp.kernels import Matern52
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.laplace import BinaryPosterior, BinaryProcess
from syne_tune.optimizer.models.predictor import FloatArray

_IMAGINED_SUCCESSES, _IMAGINED_FAILURES = 5.0, 0.25
"""Added to the counts which say how likely success is where nothing is known: 95 per cent at first."""

_MOST_PER_OUTCOME = 75
"""So many failures, the latest, and so many successes, those nearest to a failure, are in the model."""

_REFIT_GROWTH = 1.25
"""Kernel parameters are fitted each time the number of failures or of successes has grown by a quarter."""


class FeasibilityModel:
    """Keeps the model up to date while evaluations end; the work per update is bounded.

    Args:
        layout: Meaning of the input columns.
    """

    def __init__(self, layout: InputLayout) -> None:
        self._kernel = Matern52(layout)
        self._theta: FloatArray | None = None
        self._fitted_at = (0, 0)

    def update(self, successes: FloatArray, failures: FloatArray) -> BinaryPosterior:
        """The posterior of the log odds of success.

        Args:
            successes: Encoded inputs ``(n, d)``, oldest first; n may be 0.
            failures: Encoded inputs ``(k, d)``, oldest first; k is at least 1.
        """
        failed = failures[-_MOST_PER_OUTCOME:]
        succeeded = _nearest(successes, failed, _MOST_PER_OUTCOME)
        x = np.vstack([succeeded, failed])
        outcomes = np.repeat([1.0, -1.0], [len(succeeded), len(failed)])
        log_odds = np.log((len(successes) + _IMAGINED_SUCCESSES) / (len(failures) + _IMAGINED_FAILURES))
        process = BinaryProcess(self._kernel, float(log_odds))
        if self._theta is None or self._is_due(len(successes), len(failures)):
            start = process.parameters.initial if self._theta is None else self._theta
            self._theta = process.fit(x, outcomes, start)
            self._fitted_at = (len(successes), len(failures))
        return BinaryPosterior(process, self._theta, x, outcomes)

    def _is_due(self, *counts: int) -> bool:
        return any(
            count >= _REFIT_GROWTH * fitted for count, fitted in zip(counts, self._fitted_at, strict=True) if count
        )


def _nearest(x: FloatArray, centres: FloatArray, count: int) -> FloatArray:
    """The ``count`` rows of ``x`` that are nearest to any of the centres, in their order; all if there are fewer."""
    if len(x) <= count:
        return x
    left, right = np.nan_to_num(x, nan=0.5), np.nan_to_num(centres, nan=0.5)
    squared = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return x[np.sort(np.argsort(squared.min(axis=1), kind="stable")[:count])]
