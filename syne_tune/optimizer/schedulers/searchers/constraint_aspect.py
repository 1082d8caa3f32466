"""Whether a reported constraint will hold: :class:`ConstraintAspect`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from syne_tune.optimizer.acquisition.acquisition import Term
from syne_tune.optimizer.acquisition.functions import LogProbabilityBelow
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import Conditioned
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect, Opinion, reported_number
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.pending import with_pending
from syne_tune.trial import Result


class ConstraintAspect(Aspect):
    """A Gaussian process of one reported value, which must be zero or less.

    Gardner, Kusner, Xu, Weinberger, Cunningham 2014, "Bayesian optimization with inequality constraints", eq. (8):
    expected improvement over the best feasible point, times the probability that the constraint holds.

    Args:
        attr: Name of the reported value.
        inputs: The encoding.
        options: Of the searcher; the model has the same ones as that of the metric.
        random_state: Of the searcher.
    """

    def __init__(
        self, attr: str, inputs: ModelInputs, options: BayesianOptions, random_state: np.random.RandomState
    ) -> None:
        self._attr = attr
        self._options, self._random_state = options, random_state
        self._history = History(inputs.layout.num_columns)
        self._surrogate = GaussianProcessSurrogate(inputs.layout, options.surrogate(), random_state)

    def read(self, trial_id: str, result: Result) -> float:
        """The value; every report must hold it."""
        return reported_number(trial_id, result, self._attr)

    def observe(self, trial_id: str, x: FloatArray, result: Result) -> None:
        """Learns the value."""
        self._history.observe(trial_id, x, self.read(trial_id, result))

    def forget(self, trial_id: str) -> None:
        """The value does not count any more."""
        self._history.forget(trial_id)

    def opinion(self, pending: FloatArray) -> Opinion | None:
        """The logarithm of the probability that the constraint holds."""
        if not len(self._history):
            return None
        x, values = self._history.observations()
        known = self._surrogate.update(x, values)
        assumed = with_pending(known, pending, self._options, self._random_state)
        threshold = float(self._surrogate.transform.forward(np.array([_limit(values)]))[0])

        def admits(points: FloatArray) -> npt.NDArray[np.bool_]:
            mean = assumed.predict_mean(points)
            return np.asarray(mean.reshape(len(points), -1).mean(axis=1) <= threshold)

        return Opinion(
            Term(assumed, LogProbabilityBelow(threshold)), lambda point: self._facts(known, threshold, point), admits
        )

    def _facts(self, known: Conditioned, threshold: float, x: FloatArray) -> dict[str, float]:
        mean, std = known.predict(x)
        predicted = self._surrogate.transform.inverse(mean)
        return {
            f"predicted_{self._attr}": float(predicted[0]),
            f"probability_{self._attr}_holds": float(ndtr((threshold - mean[0]) / std[0])),
        }


def _limit(values: FloatArray) -> float:
    """Zero; or, if zero itself was reported, halfway to the smallest value above it.

    A script that says 0 for "holds" and 1 for "broken" would otherwise have all its feasible values on the border,
    where the model finds feasible and infeasible equally likely.
    """
    above = values[values > 0]
    return float(above.min()) / 2 if len(above) and np.any(values == 0) else 0.0
