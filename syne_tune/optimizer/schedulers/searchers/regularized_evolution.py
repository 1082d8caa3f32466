"""Regularized evolution: :class:`RegularizedEvolution`."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from syne_tune.config_space import Domain, Space
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers.metric_values import SingleMetric, number_reported
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.optimizer.schedulers.searchers.stochastic import StochasticSearcher
from syne_tune.trial import Config, Result

_MOST_TRIES = 1000
"""So many mutations may leave a configuration as it is, or break a constraint, before a random one is drawn."""


class Member(NamedTuple):
    """A configuration of the population.

    Attributes:
        trial_id: The trial that evaluated it.
        config: Active parameters.
        score: Its value, to be minimised.
    """

    trial_id: str
    config: dict[str, Any]
    score: float


class RegularizedEvolution(StochasticSearcher):
    """Mutates the best of a random sample of the population; the oldest member dies, not the worst.

    Real, Aggarwal, Huang, Le, *Regularized Evolution for Image Classifier Architecture Search*, AAAI 2019, algorithm 1:

    1. ``points_to_evaluate`` and random configurations, until ``population_size`` have been suggested;
    2. then ``sample_size`` members are drawn with replacement, and one parameter of the best of them is changed.

    A mutation draws a parameter that is active and has another value, and a value for it that differs. Parameters that
    become active by that are drawn at random, those that become inactive are dropped, and constraints are respected.
    Members are evaluations that ended well; failed ones, and those that are not finite, never enter. A configuration
    may be suggested again, because a population of few good members lives on that, but never one that failed.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        population_size: Number of members.
        sample_size: Number of members that compete for being the parent, at most ``population_size``.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        population_size: int = 100,
        sample_size: int = 10,
        mode: str | list[str] = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(config_space, metric, points_to_evaluate, mode, random_seed_generator, random_seed)
        check_integer("population_size", population_size, 1)
        check_integer("sample_size", sample_size, 1)
        if sample_size > population_size:
            raise OptionError(f"sample_size = {sample_size}: must not exceed population_size = {population_size}")
        self._check_metric()
        self.population_size = population_size
        self.sample_size = sample_size
        self._population: deque[Member] = deque(maxlen=population_size)
        self._num_suggested = 0
        self._failed: set[str] = set()
        self._config_of: dict[str, Config] = {}
        self._explanation: tuple[str, dict[str, Any]] = ("", {})

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metric and mode.

        Raises:
            OptionError: If there are several metrics.
        """
        super().configure_scheduler(scheduler)
        self._check_metric()

    def _check_metric(self) -> None:
        self._goal = SingleMetric.of(self._metric, self._mode, "regularized evolution")

    # -- suggestions ---------------------------------------------------------------------------------------------

    def get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        """The next configuration.

        Args:
            **kwargs: ``trial_id`` (str) and what else the scheduler knows; none of it is mandatory.

        Returns:
            A configuration; ``None`` only if all that were tried have failed before.
        """
        config = self._next_initial_config()
        if config is not None:
            self._explanation = "initial configuration", {"source": "initial"}
        elif self._num_suggested < self.population_size or not self._population:
            config = self._random("the population is not complete yet")
        else:
            config = self._child()
        if config is not None:
            self._num_suggested += 1
            if "trial_id" in kwargs:
                self._config_of[str(kwargs["trial_id"])] = config
        return config

    def _random(self, why: str) -> dict[str, Any] | None:
        self._explanation = f"random draw: {why}", {"source": "random", "population": len(self._population)}
        draws = (self.space.sample(self.random_state) for _ in range(_MOST_TRIES))
        return next((config for config in draws if not self._has_failed(config)), None)

    def _child(self) -> dict[str, Any] | None:
        places = self.random_state.randint(len(self._population), size=self.sample_size)
        parent = min((self._population[place] for place in places.tolist()), key=lambda member: member.score)
        child = self._mutate(parent.config)
        if child is None:
            return self._random(f"trial {parent.trial_id}, the best of the sample, cannot be changed")
        config, name = child
        self._explanation = (
            f"trial {parent.trial_id}, the best of {self.sample_size} drawn from the population, with another {name}",
            {
                "source": "model",
                "parent": parent.trial_id,
                **self._facts_of(parent),
                "changed": name,
                "population": len(self._population),
            },
        )
        return config

    def _facts_of(self, parent: Member) -> dict[str, Any]:
        """What is said of a parent, JSON-ready."""
        return {"parent_value": self._goal.sign * parent.score}

    def _mutate(self, config: Config) -> tuple[dict[str, Any], str] | None:
        """A configuration that differs in one parameter, and the name of that; ``None`` if none is found."""
        names = [name for name in self.space.active(config) if self.space.free[name].cardinality != 1]
        for _ in range(_MOST_TRIES if names else 0):
            name = names[int(self.random_state.randint(len(names)))]
            domain: Domain = self.space.free[name]
            value = domain.sample(random_state=self.random_state)
            if domain.match_string(value) == domain.match_string(config[name]):
                continue
            child = with_active_only(self.space, {**config, name: value}, self.random_state)
            if not self.space.broken_constraints(child) and not self._has_failed(child):
                return child, name
        return None

    def _has_failed(self, config: Config) -> bool:
        return bool(self._failed) and self.space.match_string(config) in self._failed

    def explain(self, config: Config) -> tuple[str, dict[str, Any]]:
        """Why ``config`` was returned by the last :meth:`get_config`."""
        return self._explanation

    # -- what is known -------------------------------------------------------------------------------------------

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        value = number_reported(trial_id, result, str(self._metric))
        if not math.isfinite(value):
            self.evaluation_failed(trial_id)
            return
        self._join(trial_id, config, self._goal.sign * value)

    def _join(self, trial_id: str, config: Config, score: float) -> None:
        """The trial enters the population, in place of the oldest member if that is complete."""
        self.remove_case(trial_id)
        self._population.append(Member(trial_id, {name: config[name] for name in self.space.active(config)}, score))

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation is under way."""
        if config is not None:
            self._config_of[trial_id] = config

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """The trial leaves the population."""
        if any(member.trial_id == trial_id for member in self._population):
            kept = [member for member in self._population if member.trial_id != trial_id]
            self._population = deque(kept, maxlen=self.population_size)

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: it is no member, and its configuration is never suggested again."""
        self.remove_case(trial_id)
        config = self._config_of.pop(trial_id, None)
        if config is not None:
            self._failed.add(self.space.match_string(config))

    def cleanup_pending(self, trial_id: str) -> None:
        """Nothing of this trial is pending any more."""
        self._config_of.pop(trial_id, None)

    def dataset_size(self) -> int:
        """Number of members."""
        return len(self._population)


def with_active_only(space: Space, config: Config, random_state: np.random.RandomState) -> dict[str, Any]:
    """Draws active parameters that are missing in a configuration, and drops those that are inactive."""
    if not space.is_conditional:
        return dict(config)
    spare = {
        name: config[name] if name in config else domain.sample(random_state=random_state)
        for name, domain in space.free.items()
    }
    return {name: spare[name] for name in space.active(spare)}
