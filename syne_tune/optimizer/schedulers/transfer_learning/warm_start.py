"""Bayesian optimisation that begins with what earlier tasks say: :class:`WarmStartedSearcher`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.gp.learned_mean import InformedSurrogate, LearnedMean
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.ranks import smallest_ranks
from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.proposals import Proposer
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TaskEvaluations
from syne_tune.optimizer.schedulers.transfer_learning.fitting import distinct
from syne_tune.optimizer.schedulers.transfer_learning.portfolio import Portfolio
from syne_tune.optimizer.schedulers.transfer_learning.task_data import TaskData, read_tasks

_ROWS_PER_TASK = 20000
_MOST_OBSERVATIONS, _FEWEST_OBSERVATIONS, _TOTAL_OBSERVATIONS = 300, 60, 1500
_CANDIDATES_PER_TASK = 20


class WarmStartedSearcher(BayesianOptimizationSearcher):
    """Bayesian optimisation whose prior mean is learned from earlier tasks.

    First, configurations that complement each other on the earlier tasks are evaluated
    (:class:`~syne_tune.optimizer.schedulers.transfer_learning.portfolio.Portfolio`). Then decides a Gaussian process
    whose prior mean is a weighted sum of the predictions of one model per task, each fitted to normal quantiles of
    ranks (Salinas, Shen, Perrone, ICML 2020), so that units do not matter. The weights, none negative, are parameters
    of the process: what results of the present task contradict is soon ignored.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        transfer_learning_evaluations: Name of task to what was measured there. Evaluations outside of the present
            space do not count.
        num_init_transfer: So many configurations that were good on earlier tasks come after ``points_to_evaluate``.
        points_to_evaluate: First suggestions; ``None`` means none here.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.
        **search_options: Fields of
            :class:`~syne_tune.optimizer.schedulers.searchers.bayesian_options.BayesianOptions`.

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
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
        **search_options: Any,
    ) -> None:
        check_integer("num_init_transfer", num_init_transfer, 0)
        super().__init__(
            config_space,
            metric,
            points_to_evaluate or [],
            allow_duplicates,
            restrict_configurations,
            mode,
            random_seed_generator,
            random_seed,
            **search_options,
        )
        tasks = read_tasks(
            transfer_learning_evaluations, metric, mode, self._inputs, self.space, max_rows=_ROWS_PER_TASK
        )
        self._task_names = [task.name for task in tasks]
        models = _models(self._inputs.layout, tasks, self._model_random_state)
        self._earlier = self._portfolio(tasks, models, num_init_transfer)
        options = BayesianOptions.of(search_options)
        self._informed = InformedSurrogate(
            self._inputs.layout, options.surrogate(), self._model_random_state, LearnedMean(models)
        )
        self._proposer = Proposer(
            self._inputs, options, self._model_random_state, self._aspects, surrogate=self._informed
        )

    def _portfolio(self, tasks: Sequence[TaskData], models: Sequence[Posterior], count: int) -> list[dict[str, Any]]:
        """Configurations of earlier tasks that complement each other, in the order in which they are suggested."""
        best = [task.configs[row] for task in tasks for row in np.argsort(task.z, kind="stable")[:_CANDIDATES_PER_TASK]]
        candidates = distinct(best, self.space)
        x = self._inputs.encode(candidates)
        portfolio = Portfolio(np.stack([smallest_ranks(model.predict_mean(x)) for model in models]))
        return [candidates[choice.candidate] for _ in range(count) if (choice := portfolio.next()) is not None]

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        while self._earlier:
            config = self._earlier.pop(0)
            self._num_drawn += 1
            if not self.should_not_suggest(config):
                self._explain_as(
                    f"one of the configurations that complement each other on {len(self._task_names)} earlier tasks",
                    source="earlier tasks",
                    num_tasks=len(self._task_names),
                )
                return config
        found = super()._get_config(**kwargs)
        reason, facts = self._explanation
        if facts.get("source") == "model":
            self._explain_as(f"{reason}; {self._trust()}", **facts, task_weights=self.task_weights())
        return found

    def _trust(self) -> str:
        weights = self.task_weights()
        foremost = max(weights, key=lambda name: weights[name])
        return f"earlier tasks count {sum(weights.values()):.2f}, most of all {foremost!r}"

    def task_weights(self) -> dict[str, float]:
        """How much each earlier task counts at present, by name; 0 if it is ignored."""
        return dict(zip(self._task_names, self._informed.weights(), strict=True))


def _models(layout: InputLayout, tasks: Sequence[TaskData], random_state: np.random.RandomState) -> list[Posterior]:
    """One model per task, of normalised values."""
    size = min(_MOST_OBSERVATIONS, max(_FEWEST_OBSERVATIONS, _TOTAL_OBSERVATIONS // len(tasks)))
    options = SurrogateOptions(
        transform="standardize", warping=False, max_observations=size, subset_size=size, top_fraction=0.3
    )
    return [GaussianProcessSurrogate(layout, options, random_state).update(task.x, task.z) for task in tasks]


def warm_started_searcher(scheduler: str = "fifo", **arguments: Any) -> WarmStartedSearcher:
    """What the name ``"bayesopt_transfer"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks.
        **arguments: Of :class:`WarmStartedSearcher`.

    Raises:
        OptionError: If trials are compared before their end, or another argument is not allowed.
    """
    if scheduler != "fifo":
        raise OptionError(
            "searcher = 'bayesopt_transfer': only where every trial runs to its end. To stop trials early with earlier "
            "tasks in mind, use searcher='quantile_based' (ASHACTS), RUSHScheduler, or points_to_evaluate"
        )
    for name in ("resource_attr", "max_epochs"):
        arguments.pop(name, None)
    return WarmStartedSearcher(**arguments)
