"""Whether an evaluation will succeed: :class:`SuccessAspect`."""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.acquisition.acquisition import Term
from syne_tune.optimizer.acquisition.functions import LogProbabilityOfSuccess
from syne_tune.optimizer.models.feasibility import FeasibilityModel
from syne_tune.optimizer.models.laplace import probability
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect, Opinion
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.trial import Result

_LEAST_CAUTION = 1.0


class SuccessAspect(Aspect):
    """Keeps away from where evaluations failed; silent as long as none did.

    The acquisition value becomes that of an improvement *and* a success, compare Gardner et al. 2014, "Bayesian
    optimization with inequality constraints". Where evaluations fail, the model of the metric learns nothing, and goes
    on to promise an improvement; a probability, which cannot fall faster than the number of failures grows, may never
    outweigh it. Therefore caution grows with every failure, and is halved with every success: it is the exponent of
    the probability.

    Args:
        inputs: The encoding.
        options: Of the searcher.
        random_state: Of the searcher.
    """

    def __init__(self, inputs: ModelInputs, options: BayesianOptions, random_state: np.random.RandomState) -> None:
        self._model = FeasibilityModel(inputs.layout)
        self._num_columns = inputs.layout.num_columns
        self._successes: dict[str, FloatArray] = {}
        self._failures: dict[str, FloatArray] = {}
        self._caution = _LEAST_CAUTION

    def observe(self, trial_id: str, x: FloatArray, result: Result) -> None:
        """The evaluation succeeded."""
        if trial_id not in self._successes:
            self._caution = max(_LEAST_CAUTION, self._caution / 2)
        self._successes[trial_id] = x

    def fail(self, trial_id: str, x: FloatArray) -> None:
        """The evaluation failed."""
        self.forget(trial_id)
        self._failures[trial_id] = x
        self._caution += 1

    def forget(self, trial_id: str) -> None:
        """The success of this trial does not count any more; a failure stays one."""
        self._successes.pop(trial_id, None)

    def opinion(self, pending: FloatArray) -> Opinion | None:
        """The logarithm of the probability of success, once there was a failure."""
        if not self._failures:
            return None
        posterior = self._model.update(self._rows(self._successes), self._rows(self._failures))
        term = Term(posterior, LogProbabilityOfSuccess(self._caution))
        return Opinion(term, lambda x: {"predicted_success": float(probability(posterior.predict(x))[0])})

    def _rows(self, codes: dict[str, FloatArray]) -> FloatArray:
        return np.array(list(codes.values())).reshape(len(codes), self._num_columns)
