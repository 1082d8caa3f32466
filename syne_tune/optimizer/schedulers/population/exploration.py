"""How a member of a population varies the configuration it has copied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from syne_tune.config_space import Domain, FiniteRange, Ordinal, Space
from syne_tune.config_space.numeric import NumericDomain
from syne_tune.errors import ConfigSpaceError, OptionError
from syne_tune.trial import Config

_FACTORS = (0.8, 1.2)
_MAX_ATTEMPTS = 100


class Exploration(Protocol):
    """Makes a new configuration from that of a better member, and learns what configurations led to."""

    def explore(self, config: Config, resource: float, score: float) -> dict[str, Any]:
        """A variation.

        Args:
            config: Configuration of the better member.
            resource: How far it has been trained.
            score: Its score there; smaller is better.
        """
        ...

    def learn(self, config: Config, resource: float, before: float, after: float) -> None:
        """What a member achieved in one interval.

        Args:
            config: Its configuration.
            resource: How far it had been trained at the beginning of the interval.
            before: Its score there; smaller is better.
            after: Its score at the end.
        """
        ...


class RandomExploration:
    """Moves every parameter at random: Jaderberg et al., *Population Based Training of Neural Networks*, 2017, sec. 4.

    A number is multiplied by 0.8 or 1.2, a value of an ordered finite domain replaced by a neighbour. With a
    probability, it is drawn from its domain instead, as categories without order always are. Conditions and constraints
    of the space are respected.

    Args:
        space: The space.
        resample_probability: In [0, 1].
        random_state: Source of randomness.
    """

    def __init__(self, space: Space, resample_probability: float, random_state: np.random.RandomState) -> None:
        self._space = space
        self._resample_probability = resample_probability
        self._random_state = random_state

    def explore(self, config: Config, resource: float, score: float) -> dict[str, Any]:
        """A random variation; ``config`` itself if constraints allow no other."""
        for _ in range(_MAX_ATTEMPTS):
            varied = self._vary(config)
            if not self._space.broken_constraints(varied):
                return varied
        return dict(config)

    def learn(self, config: Config, resource: float, before: float, after: float) -> None:
        """Chance has no memory."""

    def _vary(self, config: Config) -> dict[str, Any]:
        """Parameters that become active are drawn, those that no longer are are dropped."""
        values = {}
        for name, domain in self._space.free.items():
            if name in config:
                values[name] = self._moved(domain, config[name])
            else:
                values[name] = domain.sample(random_state=self._random_state)
        return {name: values[name] for name in self._space.active(values)}

    def _moved(self, domain: Domain, value: Any) -> Any:
        is_drawn = self._random_state.uniform() < self._resample_probability
        if isinstance(domain, Ordinal | FiniteRange) and not is_drawn:
            step = int(self._random_state.choice((-1, 1)))
            return domain.value_at(min(max(domain.index_of(value) + step, 0), domain.cardinality - 1))
        if isinstance(domain, NumericDomain) and not is_drawn:
            factor = float(self._random_state.choice(_FACTORS))
            return domain.cast(min(max(value * factor, domain.lower), domain.upper))
        return domain.sample(random_state=self._random_state)


class CustomExploration:
    """Variations by a function of the user.

    Args:
        space: The space.
        function: From a configuration, constants included, to a new one.
    """

    def __init__(self, space: Space, function: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        self._space, self._function = space, function

    def explore(self, config: Config, resource: float, score: float) -> dict[str, Any]:
        """What the function returns.

        Raises:
            OptionError: If it is not a configuration of the space.
        """
        varied = self._function(self._space.with_constants(config))
        try:
            self._space.check(varied, what="custom_explore_fn")
        except (ConfigSpaceError, TypeError) as error:
            raise OptionError(f"custom_explore_fn returned {varied!r} for {dict(config)!r}: {error}") from error
        return {name: value for name, value in self._space.cast(varied).items() if name in self._space.active(varied)}

    def learn(self, config: Config, resource: float, before: float, after: float) -> None:
        """The function learns by itself, if at all."""
