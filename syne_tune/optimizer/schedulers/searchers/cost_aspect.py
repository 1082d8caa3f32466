"""What an evaluation will cost: :class:`CostAspect` from final costs, :class:`CostCurveAspect` from whole curves."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np

from syne_tune.errors import SchedulerError
from syne_tune.optimizer.acquisition.acquisition import Term
from syne_tune.optimizer.acquisition.functions import CheapnessOfLogCost
from syne_tune.optimizer.models.cost.cost_model import CostCurves, CostModel
from syne_tune.optimizer.models.cost.log_cost import LogCostPredictor
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect, Opinion, reported_number
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.trial import Config, Result


def reported_cost(trial_id: str, result: Result, attr: str) -> float:
    """The cost in a report.

    Raises:
        SchedulerError: If there is none, or it is not positive.
    """
    cost = reported_number(trial_id, result, attr)
    if cost <= 0:
        raise SchedulerError(
            f"Trial {trial_id} reported {attr} = {cost}: a cost must be positive, as the seconds since the trial began"
        )
    return cost


class CostAspect(Aspect):
    """A Gaussian process of the logarithm of the final cost of a trial.

    Snoek, Larochelle, Adams 2012, "Practical Bayesian optimization of machine learning algorithms", section 3.2:
    expected improvement per second, with a model of log seconds.

    Args:
        attr: Name of the reported cost.
        exponent: In (0, 1]; less than 1 weakens the influence of cost.
        inputs: The encoding.
        options: Of the searcher.
        random_state: Of the searcher.
    """

    def __init__(
        self,
        attr: str,
        exponent: float,
        inputs: ModelInputs,
        options: BayesianOptions,
        random_state: np.random.RandomState,
    ) -> None:
        self._attr, self._exponent = attr, exponent
        self._history = History(inputs.layout.num_columns)
        self._surrogate = GaussianProcessSurrogate(inputs.layout, options.surrogate("standardize"), random_state)

    def read(self, trial_id: str, result: Result) -> float:
        """The cost so far; every report must hold it."""
        return reported_cost(trial_id, result, self._attr)

    def observe(self, trial_id: str, x: FloatArray, result: Result) -> None:
        """Learns the final cost."""
        self._history.observe(trial_id, x, float(np.log(self.read(trial_id, result))))

    def forget(self, trial_id: str) -> None:
        """The cost does not count any more."""
        self._history.forget(trial_id)

    def opinion(self, pending: FloatArray) -> Opinion | None:
        """Minus the predicted logarithm of the cost, times the exponent, up to a constant."""
        if not len(self._history):
            return None
        known = self._surrogate.update(*self._history.observations())
        low, high = self._surrogate.transform.inverse(np.array([0.0, 1.0]))
        term = Term(known, CheapnessOfLogCost(self._exponent * float(high - low)))

        def facts(x: FloatArray) -> dict[str, float]:
            log_cost = self._surrogate.transform.inverse(known.predict_mean(x))
            return {f"predicted_{self._attr}": float(np.exp(log_cost[0]))}

        return Opinion(term, facts)


class CostCurveAspect(Aspect):
    """A model of the cost at every resource, evaluated at the largest one.

    Every report counts, so that much is known of a trial before it has ended.

    Args:
        attr: Name of the reported cost, since the start of the trial.
        exponent: In (0, 1].
        cost_model: From configuration and resource to cost.
        resource_attr: Name of the reported resource.
        max_resource: The largest resource.
        inputs: The encoding.
        options: Of the searcher.
        random_state: Of the searcher.
    """

    every_report = True

    def __init__(
        self,
        attr: str,
        exponent: float,
        cost_model: CostModel,
        resource_attr: str,
        max_resource: int,
        inputs: ModelInputs,
        options: BayesianOptions,
        random_state: np.random.RandomState,
    ) -> None:
        self._attr, self._exponent = attr, exponent
        self._cost_model, self._random_state = copy.deepcopy(cost_model), random_state
        self._resource_attr, self._max_resource = resource_attr, max_resource
        self._decode: Callable[[FloatArray], Sequence[Config]] = inputs.decode_with_constants
        self._curves: dict[str, tuple[FloatArray, dict[int, float]]] = {}

    def read(self, trial_id: str, result: Result) -> float:
        """The cost so far; every report must hold it, and the resource."""
        resource = reported_number(trial_id, result, self._resource_attr)
        if resource < 1 or resource != int(resource):
            raise SchedulerError(
                f"Trial {trial_id} reported {self._resource_attr} = {resource}: must be an integer of at least 1"
            )
        return reported_cost(trial_id, result, self._attr)

    def observe(self, trial_id: str, x: FloatArray, result: Result) -> None:
        """Learns the cost at one resource."""
        _, curve = self._curves.setdefault(trial_id, (x, {}))
        curve[int(result[self._resource_attr])] = self.read(trial_id, result)

    def fail(self, trial_id: str, x: FloatArray) -> None:
        """What was measured before a failure stays."""

    def forget(self, trial_id: str) -> None:
        """The costs do not count any more."""
        self._curves.pop(trial_id, None)

    def opinion(self, pending: FloatArray) -> Opinion | None:
        """Minus the predicted logarithm of the cost at the largest resource, times the exponent."""
        if not self._curves:
            return None
        codes = np.array([x for x, _ in self._curves.values()])
        curves = [curve for _, curve in self._curves.values()]
        self._cost_model.update(CostCurves.of(self._decode(codes), curves))
        self._cost_model.resample(self._random_state)
        predictor = LogCostPredictor(self._cost_model, self._decode, self._max_resource)
        term = Term(predictor, CheapnessOfLogCost(self._exponent))
        return Opinion(term, lambda x: {f"predicted_{self._attr}": float(np.exp(predictor.predict(x).mean[0]))})
