"""Regularized evolution for several objectives: :class:`MultiObjectiveRegularizedEvolution`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority import MOPriority, NonDominatedPriority
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives
from syne_tune.optimizer.schedulers.searchers.regularized_evolution import Member, RegularizedEvolution
from syne_tune.trial import Config, Result


class MultiObjectiveRegularizedEvolution(RegularizedEvolution):
    """Mutates the member of a random sample that comes first by a priority over the whole population.

    As :class:`~syne_tune.optimizer.schedulers.searchers.regularized_evolution.RegularizedEvolution`, except that the
    score of a member is its priority among all members, which is found anew after every evaluation.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        mode: ``"min"`` or ``"max"``, or one per objective.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        population_size: Number of members.
        sample_size: Number of members that compete for being the parent, at most ``population_size``.
        multiobjective_priority: Puts members into one order. Default: non-dominated sorting.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        mode: str | Sequence[str] = "min",
        points_to_evaluate: list[dict[str, Any]] | None = None,
        population_size: int = 100,
        sample_size: int = 10,
        multiobjective_priority: MOPriority | None = None,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(
            config_space,
            metric if isinstance(metric, str) else list(metric),
            points_to_evaluate,
            population_size,
            sample_size,
            mode if isinstance(mode, str) else list(mode),
            random_seed_generator,
            random_seed,
        )
        self._priority = NonDominatedPriority() if multiobjective_priority is None else multiobjective_priority
        self._costs: dict[str, FloatArray] = {}

    def _check_metric(self) -> None:
        self._objectives = Objectives(self._metric, self._mode)

    def _facts_of(self, parent: Member) -> dict[str, Any]:
        reported = self._objectives.reported(self._costs[parent.trial_id])
        return {"parent_values": reported, "parent_priority": parent.score}

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        costs = self._objectives.costs(trial_id, result)
        if not np.all(np.isfinite(costs)):
            self.evaluation_failed(trial_id)
            return
        self._join(trial_id, config, 0.0)
        self._costs = {member.trial_id: self._costs.get(member.trial_id, costs) for member in self._population}
        self._rank()

    def _rank(self) -> None:
        """Scores of all members, relative to each other."""
        if not self._population:
            return
        scores = self._priority(np.array([self._costs[member.trial_id] for member in self._population]))
        pairs = zip(self._population, scores.tolist(), strict=True)
        self._population = deque((member._replace(score=score) for member, score in pairs), maxlen=self.population_size)

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """The trial leaves the population."""
        super().remove_case(trial_id, **kwargs)
        if self._costs.pop(trial_id, None) is not None:
            self._rank()
