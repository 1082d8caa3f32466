"""Bayesian optimisation that begins with what earlier tasks say: :class:`WarmStartedSearcher`, and over resources."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.gp.informed_surrogate import InformedSurrogate
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.surrogates import (
    CURVE_MODELS,
    MultiFidelityModelOptions,
    gaussian_process_over_resources,
)
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import Surrogate
from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.gaussian_process_searcher import GaussianProcessSearcher
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.proposals import Proposer
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TaskEvaluations
from syne_tune.optimizer.schedulers.transfer_learning.source_models import SourceModels
from syne_tune.trial import Config, Result

_DEFAULTS: Mapping[str, Any] = {"num_init_random": 4, "resource_acq": "final"}
"""Where the model over resources differs from that of MOBSTER: it can decide earlier, and knows most of the end."""


class EarlierTasksFirst(GaussianProcessSearcher):
    """What searchers that begin with earlier tasks have in common; subclasses call :meth:`_begin_with`.

    First comes the configuration that is best for the earlier tasks, second the default one, unless there are
    ``points_to_evaluate``. Others that complement the first on earlier tasks follow as long as nothing else was better.
    """

    _sources: SourceModels
    _informed: InformedSurrogate[Posterior] | None = None

    def _begin_with(self, tasks: TaskEvaluations, num_init_transfer: int) -> None:
        check_integer("num_init_transfer", num_init_transfer, 0)
        goal, inputs = self._goal, self._inputs
        mode = "min" if goal.sign > 0 else "max"
        self._sources = SourceModels(tasks, goal.name, mode, inputs, self.space, self._model_random_state)
        self._earlier = self._sources.complementary(num_init_transfer)
        self._tried: list[FloatArray] = []
        self._default_is_due = not self._num_initial
        self._best_costs = {True: np.inf, False: np.inf}

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        config = self._from_earlier_tasks()
        if config is not None:
            self._num_drawn += 1
            return config
        found = super()._get_config(**kwargs)
        reason, facts = self._explanation
        if facts.get("source") == "model":
            self._explain_as(f"{reason}; {self._trust()}", **facts, task_weights=self.task_weights())
        return found

    def _from_earlier_tasks(self) -> dict[str, Any] | None:
        if self._tried and self._default_is_due:
            self._default_is_due = False
            default = self.space.default()
            if not self.should_not_suggest(default):
                self._explain_as("the default configuration, to compare earlier tasks with", source="default")
                return default
        while self._earlier and self._best_costs[True] <= self._best_costs[False]:
            config = self._earlier.pop(0)
            if not self.should_not_suggest(config):
                self._tried.append(self._encode(config))
                num_tasks = len(self._sources.names)
                reason = f"one of the configurations that complement each other on {num_tasks} earlier tasks"
                self._explain_as(reason, source="earlier tasks", num_tasks=num_tasks)
                return config
        return None

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        super()._update(trial_id, config, result)
        cost, code = self._goal.cost(trial_id, result), self._encode(config)
        if np.isfinite(cost):
            is_earlier = any(np.array_equal(code, tried, equal_nan=True) for tried in self._tried)
            self._best_costs[is_earlier] = min(self._best_costs[is_earlier], cost)

    def _trust(self) -> str:
        weights = self.task_weights()
        if not any(weights.values()):
            return "earlier tasks do not count: present results do not agree with them"
        foremost = max(weights, key=lambda name: weights[name])
        return f"earlier tasks count {sum(weights.values()):.2f}, most of all {foremost!r}"

    def task_weights(self) -> dict[str, float]:
        """How much each earlier task counts at present, by name; 0 if it is ignored, or before there is a model."""
        weights = [0.0] * len(self._sources.names) if self._informed is None else self._informed.weights()
        return dict(zip(self._sources.names, weights, strict=True))


class WarmStartedSearcher(EarlierTasksFirst, BayesianOptimizationSearcher):
    """Bayesian optimisation whose prior mean is learned from earlier tasks.

    First, configurations that complement each other on the earlier tasks are evaluated
    (:class:`~syne_tune.optimizer.schedulers.transfer_learning.portfolio.Portfolio`). Then decides a Gaussian process
    whose prior mean is a weighted sum of the predictions of one model per task, each fitted to normal quantiles of
    ranks (Salinas, Shen, Perrone, ICML 2020), so that units do not matter. How far a task is trusted is a matter of how
    well its model orders the present results; it begins low, and is zero for a task that orders them by chance. Within
    that, weights are parameters of the process.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        transfer_learning_evaluations: Name of task to what was measured there. Evaluations outside of the present
            space do not count.
        num_init_transfer: So many configurations that were good on earlier tasks come after ``points_to_evaluate``.
        points_to_evaluate: First suggestions; ``None`` means none here.
        **arguments: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.searchers.bayesian.BayesianOptimizationSearcher`.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If an option is not allowed, or no evaluation lies in the space.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        transfer_learning_evaluations: TaskEvaluations,
        num_init_transfer: int = 2,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(config_space, metric, points_to_evaluate or [], **arguments)
        self._begin_with(transfer_learning_evaluations, num_init_transfer)
        layout, random_state = self._inputs.layout, self._model_random_state
        make = partial(GaussianProcessSurrogate, layout, self._options.surrogate(), random_state)
        self._informed = InformedSurrogate(make, self._sources.models, layout.num_columns)
        self._proposer = Proposer(self._inputs, self._options, random_state, self._aspects, surrogate=self._informed)


class WarmStartedMultiFidelitySearcher(EarlierTasksFirst, MultiFidelitySearcher):
    """As :class:`WarmStartedSearcher`, with a model over configurations and resources, for schedulers that have rungs.

    What earlier tasks say does not depend on the resource: of each of their configurations counts the value at its best
    fidelity. Since this need not hold for the beginning of a training, tasks are judged at each level by itself, and
    configurations are compared at the largest resource (``resource_acq="final"``), unless another option is given.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        transfer_learning_evaluations: As in :class:`WarmStartedSearcher`.
        num_init_transfer: Likewise.
        points_to_evaluate: Likewise.
        **arguments: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher.MultiFidelitySearcher`. The option
            ``model`` cannot be one of whole curves.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If an option is not allowed, or no evaluation lies in the space.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        transfer_learning_evaluations: TaskEvaluations,
        num_init_transfer: int = 2,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(config_space, metric, points_to_evaluate or [], **{**_DEFAULTS, **arguments})
        if self._options.model in CURVE_MODELS:
            raise OptionError(
                f"model = {self._options.model!r}: models of whole curves cannot begin with earlier tasks"
            )
        self._begin_with(transfer_learning_evaluations, num_init_transfer)

    def _make_surrogate(self, layout: InputLayout, model: MultiFidelityModelOptions) -> Surrogate:
        make = partial(gaussian_process_over_resources, self._options.model, layout, model, self._model_random_state)
        levels = ResourceLevels(model.levels)
        group_of = partial(_level_of, levels)
        self._informed = InformedSurrogate(
            make, self._sources.models, layout.num_columns - 1, group_of, num_groups=len(levels)
        )
        return self._informed


def _level_of(levels: ResourceLevels, x: FloatArray) -> npt.NDArray[np.intp]:
    """Which level the inputs ``(n, d)``, resource last, belong to."""
    return levels.index(x[:, -1])


def warm_started_searcher(scheduler: str = "fifo", **arguments: Any) -> BaseSearcher:
    """What the name ``"bayesopt_transfer"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks. If it compares trials before their end, the model is one over
            configurations and resources.
        **arguments: Of :class:`WarmStartedSearcher` or :class:`WarmStartedMultiFidelitySearcher`.

    Raises:
        OptionError: If an argument is not allowed.
    """
    if scheduler != "fifo":
        return WarmStartedMultiFidelitySearcher(**arguments)
    return WarmStartedSearcher(**arguments)
