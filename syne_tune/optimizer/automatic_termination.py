"""Ends a run when a model says that hardly anything is left to gain: :class:`AutomaticTerminationCriterion`.

Notation::

    mu, sigma    predictive mean and standard deviation of the metric, to be minimised
    beta         width of the confidence bounds
    O, X         configurations observed so far, all configurations

    bound = min over O of (mu + sqrt(beta) sigma)  -  min over X of (mu - sqrt(beta) sigma)

The bound exceeds the simple regret with high probability: the first term is a pessimistic value of the best observed
configuration, the second an optimistic value of the best possible one. Makarova et al. 2022, "Automatic termination for
hyperparameter optimization" (arXiv:2104.08166), eq. (4), with the same sqrt(beta) in both terms.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from syne_tune.config_space import Space
from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.acquisition import Sum, Term
from syne_tune.optimizer.acquisition.functions import LowerConfidenceBound
from syne_tune.optimizer.acquisition.optimize import optimize
from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.gp.linalg import NotPositiveDefinite
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.seeds import check_random_seed
from syne_tune.trial import Status

_FEWEST_FOR_MODEL = 20
_NUM_CENTRES = 3


class _Statistics(Protocol):
    @property
    def min_metrics(self) -> Mapping[str, float]: ...

    @property
    def max_metrics(self) -> Mapping[str, float]: ...


class StatusOfRun(Protocol):
    """What is needed of a :class:`~syne_tune.tuning_status.TuningStatus`."""

    @property
    def trial_metric_statistics(self) -> Mapping[int, Any]:
        """Smallest and largest finite values per trial and metric."""
        ...

    @property
    def trial_rows(self) -> Mapping[int, Mapping[str, Any]]:
        """Status and configuration per trial."""
        ...


class AutomaticTerminationCriterion:
    """Ends the run once the best configuration is worse than the best possible one by less than a threshold, at most.

    A trial counts with its best value, as soon as it is not running. The decision is a function of the trials and the
    arguments: the same run ends at the same point, also when it is resumed.

    Args:
        config_space: Mapping from name to domain or constant.
        metric: Name of the metric.
        threshold: The run ends when the bound on what is left to gain falls below, in units of the metric; positive.
        mode: ``"min"`` or ``"max"``.
        beta: Confidence bounds are ``sqrt(beta)`` standard deviations wide; positive.
        seed: Of the search for the most promising configuration. Default: 0.
        warm_up: Number of trials before which the run does not end; at least 1.
        topq: Share of the trials, the best ones, that the model is fitted to, in (0, 1]; at least 20 trials.

    Attributes:
        regret_bound: The latest bound, in units of the metric; ``None`` before the first one.

    Raises:
        OptionError: If an argument is outside of its range.
        ConfigSpaceError: If the space breaks a rule.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        threshold: float,
        mode: str = "min",
        beta: float = 1.0,
        seed: int | None = None,
        warm_up: int = 10,
        topq: float = 0.5,
    ) -> None:
        _check("threshold", threshold, threshold > 0, "positive")
        _check("mode", mode, mode in ("min", "max"), "'min' or 'max'")
        _check("beta", beta, beta > 0, "positive")
        _check("warm_up", warm_up, warm_up >= 1, "at least 1")
        _check("topq", topq, 0 < topq <= 1, "larger than 0 and at most 1")
        self.metric, self.threshold, self.mode, self.beta = metric, threshold, mode, beta
        self.seed = 0 if seed is None else check_random_seed(seed, "seed")
        self.warm_up, self.topq = warm_up, topq
        self.regret_bound: float | None = None
        self._space = Space.of(config_space)
        self._inputs = ModelInputs(HyperparameterRanges(self._space))
        self._seen: dict[int, float] = {}

    def __call__(self, status: StatusOfRun) -> bool:
        """Whether hardly anything is left to gain."""
        losses = self._losses(status)
        if len(losses) < self.warm_up:
            return False
        if losses != self._seen:
            self._seen = losses
            self.regret_bound = self._bound_or_none(losses, status.trial_rows)
        return self.regret_bound is not None and self.regret_bound < self.threshold

    def _losses(self, status: StatusOfRun) -> dict[int, float]:
        """Best values of trials that are not running, negated if they are to be maximised."""
        losses = {}
        for trial_id, statistics in status.trial_metric_statistics.items():
            loss = self._loss(statistics)
            if loss is not None and status.trial_rows[trial_id]["status"] != Status.in_progress:
                losses[trial_id] = loss
        return losses

    def _loss(self, statistics: _Statistics) -> float | None:
        if self.mode == "min":
            return statistics.min_metrics.get(self.metric)
        value = statistics.max_metrics.get(self.metric)
        return None if value is None else -value

    def _bound_or_none(self, losses: dict[int, float], rows: Mapping[int, Mapping[str, Any]]) -> float | None:
        count = max(_FEWEST_FOR_MODEL, int(len(losses) * self.topq))
        best = sorted(losses, key=lambda trial_id: losses[trial_id])[:count]
        configs = [{name: rows[t][name] for name in self._space.active(rows[t])} for t in best]
        try:
            return self._bound(self._inputs.encode(configs), np.array([losses[t] for t in best]))
        except NotPositiveDefinite as error:
            warnings.warn(f"The run goes on, since no regret bound could be computed: {error}", stacklevel=2)
            return None

    @single_blas_thread()
    def _bound(self, x: FloatArray, y: FloatArray) -> float:
        """The bound in units of the metric, for inputs ``(n, d)`` and values to be minimised ``(n,)``."""
        random_state = np.random.RandomState(self.seed)
        options = SurrogateOptions(transform="standardize", warping=False)
        surrogate = GaussianProcessSurrogate(self._inputs.layout, options, random_state)
        posterior = surrogate.update(x, y)
        width = float(np.sqrt(self.beta))
        mean, std = posterior.predict(x)
        acquisition = Sum([Term(posterior, LowerConfidenceBound(width))])
        centres = x[np.argsort(y, kind="stable")[:_NUM_CENTRES]]
        found = optimize(acquisition, self._inputs.domain, random_state, centres=centres)
        pessimistic = np.min(mean + width * std)
        optimistic = min(np.min(mean - width * std), -np.max(found.values, initial=-np.inf))
        ends = surrogate.transform.inverse(np.array([pessimistic, optimistic]))
        return float(ends[0] - ends[1])


def _check(name: str, value: object, is_legal: bool, rule: str) -> None:
    if not is_legal:
        raise OptionError(f"AutomaticTerminationCriterion: {name} = {value!r} must be {rule}")
