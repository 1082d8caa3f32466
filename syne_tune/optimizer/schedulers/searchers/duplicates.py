"""Searchers that never suggest the same configuration twice, and know when nothing is left."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypedDict

from syne_tune.config_space import Space
from syne_tune.optimizer.schedulers.searchers.stochastic import StochasticSearcher
from syne_tune.trial import Config

DRAWS_BEFORE_ENUMERATION = 100
"""So many draws in a row may hit excluded configurations before a finite space is enumerated."""

DRAWS_FROM_INFINITE_SPACE = 1000
"""So many draws in a row that cannot be told apart (to seven digits) from excluded configurations mean that an
infinite space has nothing new to offer, for example ``uniform(1, 1 + 1e-9)``."""


RANDOM_DRAW: tuple[str, dict[str, Any]] = ("random draw", {})
"""Reason and facts of a configuration that was drawn from the whole space."""

_MOST_KNOWN = 4096


class ConfigSet:
    """A set of configurations; constants and inactive parameters do not count.

    Args:
        space: The space they belong to.
        configs: First members.
    """

    def __init__(self, space: Space, configs: list[dict[str, Any]] | None = None) -> None:
        self._space = space
        self._strings = {space.match_string(config) for config in configs or ()}
        self._known: dict[tuple[Any, ...], str] = {}

    def add(self, config: Config) -> None:
        """Adds a configuration."""
        self._strings.add(self._string(config))

    def __contains__(self, config: object) -> bool:
        return isinstance(config, Mapping) and self._string(config) in self._strings

    @property
    def strings(self) -> set[str]:
        """What tells the members from other configurations, see :meth:`Space.match_string`."""
        return self._strings

    def learn(self, configs: list[dict[str, Any]]) -> list[str]:
        """Finds out the strings of configurations that will be asked for, because this is faster for many at once.

        Returns:
            One string per configuration.
        """
        self._make_room()
        strings = self._space.match_strings(configs)
        with suppress(TypeError):  # values that are not hashable
            self._known.update(zip([tuple(config.items()) for config in configs], strings, strict=True))
        return strings

    def _make_room(self) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()

    def _string(self, config: Config) -> str:
        """Its string, which is asked for many times for one configuration, if there are few."""
        key = tuple(config.items())
        try:
            string = self._known.get(key)
        except TypeError:  # a value that is not hashable, which only a cast makes legal
            return self._space.match_string(config)
        if string is None:
            self._make_room()
            string = self._known[key] = self._space.match_string(config)
        return string

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": {}}


class SearcherArguments(TypedDict, total=False):
    """What base classes hand on to :class:`StochasticAndFilterDuplicatesSearcher`, where all are described."""

    points_to_evaluate: list[dict[str, Any]] | None
    allow_duplicates: bool | None
    restrict_configurations: list[dict[str, Any]] | None
    mode: str | list[str]
    random_seed_generator: Callable[[], int] | None
    random_seed: int | None


class StochasticAndFilterDuplicatesSearcher(StochasticSearcher):
    """Base class of searchers that do not repeat themselves.

    Subclasses implement :meth:`_get_config`, with the help of :meth:`_get_random_config` and
    :meth:`should_not_suggest`, and :meth:`_update` if they learn.

    Args:
        config_space: As in :class:`StochasticSearcher`.
        metric: Likewise.
        points_to_evaluate: Likewise.
        allow_duplicates: Whether a configuration may be suggested again. Those of failed trials never are.
        restrict_configurations: If given, only these are suggested; ``points_to_evaluate`` that are not among them are
            dropped.
        mode: As in :class:`StochasticSearcher`.
        random_seed_generator: Likewise.
        random_seed: Likewise.

    Raises:
        ConfigSpaceError: If one of ``restrict_configurations`` is not in the space.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str | list[str] = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(config_space, metric, points_to_evaluate, mode, random_seed_generator, random_seed)
        self._allow_duplicates = bool(allow_duplicates)
        self._excluded = ConfigSet(self.space)
        self._config_of: dict[str, Config] = {}
        self._allowed: ConfigSet | None = None
        self._pool: list[dict[str, Any]] | None = None
        if restrict_configurations is not None:
            self._restrict(restrict_configurations)
        self._num_initial = len(self._points_to_evaluate)
        self._explanation: tuple[str, dict[str, Any]] = ("", {})

    def _restrict(self, configs: list[dict[str, Any]]) -> None:
        for config in configs:
            self.space.check(config, what="restrict_configurations")
        self._pool = [self.space.cast(config) for config in configs]
        self._allowed = ConfigSet(self.space, self._pool)
        self._points_to_evaluate = [point for point in self._points_to_evaluate if point in self._allowed]

    def get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        """The next configuration: first the initial ones in order, then what :meth:`_get_config` returns.

        Args:
            **kwargs: ``trial_id`` (str) and what else the scheduler knows; none of it is mandatory.

        Returns:
            A configuration, or ``None`` if nothing is left to suggest.
        """
        config = self._next_initial_config()
        if config is not None:
            self._explanation = self._about_initial(self._num_initial - len(self._points_to_evaluate))
        else:
            self._explain_as(f"suggested by {type(self).__name__}")
            config = self._get_config(**kwargs)
        if config is not None:
            self._remember(kwargs.get("trial_id"), config)
        return config

    def _about_initial(self, number: int) -> tuple[str, dict[str, Any]]:
        """Reason and facts of an initial configuration; they are counted from 1."""
        return f"initial configuration {number} of {self._num_initial}", {"initial": number}

    @abstractmethod
    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        """As :meth:`get_config`, once the initial configurations are used up."""

    def _explain_as(self, reason: str, **facts: Any) -> None:
        """Sets what :meth:`explain` says about the suggestion being made."""
        self._explanation = (reason, facts)

    def explain(self, config: Config) -> tuple[str, dict[str, Any]]:
        """Why ``config`` was returned by the last :meth:`get_config`."""
        return self._explanation

    def _remember(self, trial_id: str | None, config: Config) -> None:
        if not self._allow_duplicates:
            self._excluded.add(config)
        elif trial_id is not None:
            self._config_of[str(trial_id)] = config

    def should_not_suggest(self, config: Config) -> bool:
        """Whether ``config`` was suggested before (unless that is allowed), has failed, or is not allowed."""
        return config in self._excluded or (self._allowed is not None and config not in self._allowed)

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation is under way; its configuration is not suggested a second time."""
        if config is not None:
            self._remember(trial_id, config)

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: its configuration is never suggested again."""
        config = self._config_of.pop(str(trial_id), None)
        if config is not None:
            self._excluded.add(config)

    def cleanup_pending(self, trial_id: str) -> None:
        """Nothing of this trial is pending any more."""
        self._config_of.pop(str(trial_id), None)

    def _get_random_config(self) -> dict[str, Any] | None:
        """A random configuration that may be suggested; it counts as suggested once :meth:`get_config` returns it.

        As soon as draws keep hitting excluded configurations, a finite space is enumerated, so that ``None`` means
        that nothing is left.
        """
        if self._pool is None:
            self._explanation = RANDOM_DRAW
            config = self._draw(DRAWS_BEFORE_ENUMERATION)
            if config is not None:
                return config
            if self.space.size() is None:
                return self._draw(DRAWS_FROM_INFINITE_SPACE)
            self._pool = list(self.space.configurations())
        return self._draw_from(self._pool)

    def _at_random(self, why: str) -> dict[str, Any] | None:
        """As :meth:`_get_random_config`, and :meth:`explain` says ``why`` no model was asked."""
        config = self._get_random_config()
        if config is not None:
            reason, facts = self._explanation
            self._explain_as(f"{reason}: {why}", source="random", **facts)
        return config

    def _draw(self, num_draws: int) -> dict[str, Any] | None:
        """The first of ``num_draws`` random configurations that may be suggested."""
        for _ in range(num_draws):
            config = self._sample()
            if not self.should_not_suggest(config):
                return config
        return None

    def _sample(self) -> dict[str, Any]:
        """A random configuration."""
        return self.space.sample(self.random_state)

    def _draw_from(self, pool: list[dict[str, Any]]) -> dict[str, Any] | None:
        """A random member that may be suggested; drops those that may not from ``pool`` as it meets them."""
        while pool:
            self._explain_as("random draw from a finite set", at_most_left=len(pool))
            place = int(self.random_state.randint(len(pool)))
            if not self.should_not_suggest(pool[place]):
                return dict(pool[place])
            pool[place] = pool[-1]
            pool.pop()
        return None
