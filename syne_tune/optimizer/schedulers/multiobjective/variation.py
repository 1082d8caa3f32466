"""Children of configurations: :class:`Variation`.

Notation::

    u      position of a value on the scale of its parameter, in [0, 1]
    eta    distribution index: the larger, the nearer a child is to its parents

Positions respect scales: on a logarithmic one, equal steps are equal factors. Decoding puts every position on a value
of the domain, bounds included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.config_space import Categorical, Domain, Ordinal, Space
from syne_tune.optimizer.schedulers.searchers.regularized_evolution import with_active_only
from syne_tune.trial import Config

_SMALLEST_GAP = 1e-12


@dataclass(frozen=True)
class Variation:
    """Crossover of two parents, then mutation, parameter by parameter.

    Simulated binary crossover (Deb, Agrawal, *Simulated Binary Crossover for Continuous Search Space*, Complex Systems
    1995) and polynomial mutation (Deb, Goyal, 1996), both in the bounded form of NSGA-II. Categories are taken from
    either parent, and mutated into any other. A mutation of a parameter with few values goes to a neighbouring value at
    least.

    Args:
        space: The space.
        crossover_probability: With which positions of the parents are mixed at all.
        crossover_eta: Of the crossover.
        mutation_eta: Of the mutation.
    """

    space: Space
    crossover_probability: float = 0.9
    crossover_eta: float = 15.0
    mutation_eta: float = 20.0

    def child(self, first: Config, second: Config, random_state: np.random.RandomState) -> dict[str, Any]:
        """A configuration between or near two others.

        Parameters that only one parent has come from that one; those that neither has are drawn when they are active.
        On average, one parameter is mutated. Constraints of the space are not looked at.

        Args:
            first: Active parameters of a parent.
            second: Of another one; may be the same.
            random_state: Source of randomness.
        """
        names = [name for name in self.space.free if name in first or name in second]
        mixes = random_state.random_sample() < self.crossover_probability
        values = {}
        for name in names:
            domain = self.space.free[name]
            values[name] = first.get(name, second.get(name))
            if mixes and name in first and name in second:
                values[name] = self._cross(domain, first[name], second[name], random_state)
            if random_state.random_sample() * len(names) < 1:
                values[name] = self._mutate(domain, values[name], random_state)
        return with_active_only(self.space, values, random_state)

    def _cross(self, domain: Domain, first: Any, second: Any, random_state: np.random.RandomState) -> Any:
        if random_state.random_sample() < 0.5:
            first, second = second, first
        if not _is_ordered(domain) or random_state.random_sample() < 0.5:
            return first
        low, high = sorted(domain.encode_many([first, second]).tolist())
        if high - low < _SMALLEST_GAP:
            return first
        share = random_state.random_sample()
        if random_state.random_sample() < 0.5:
            return domain.decode(self._lower_child(low, high, share))
        return domain.decode(1.0 - self._lower_child(1.0 - high, 1.0 - low, share))

    def _lower_child(self, low: float, high: float, share: float) -> float:
        """The child nearer to the lower of two positions."""
        alpha = 2 - (1 + 2 * low / (high - low)) ** -(self.crossover_eta + 1)
        spread = share * alpha if share <= 1 / alpha else 1 / (2 - share * alpha)
        factor = spread ** (1 / (self.crossover_eta + 1))
        return float(np.clip(0.5 * (low + high - factor * (high - low)), 0, 1))

    def _mutate(self, domain: Domain, value: Any, random_state: np.random.RandomState) -> Any:
        if domain.cardinality == 1:
            return value
        if not _is_ordered(domain):
            others = [other for other in domain.enumerate_values() if other != value]
            return others[int(random_state.randint(len(others)))]
        position = float(domain.encode_many([value])[0])
        moved = domain.decode(self._moved(position, random_state.random_sample()))
        if domain.cardinality is None or domain.match_string(moved) != domain.match_string(value):
            return moved
        return _neighbour(domain, position, random_state.random_sample())

    def _moved(self, position: float, share: float) -> float:
        power = 1 / (self.mutation_eta + 1)
        if share < 0.5:
            step = (2 * share + (1 - 2 * share) * (1 - position) ** (self.mutation_eta + 1)) ** power - 1
        else:
            step = 1 - (2 * (1 - share) + (2 * share - 1) * position ** (self.mutation_eta + 1)) ** power
        return float(np.clip(position + step, 0, 1))


def _is_ordered(domain: Domain) -> bool:
    return not isinstance(domain, Categorical) or isinstance(domain, Ordinal)


def _neighbour(domain: Domain, position: float, share: float) -> Any:
    """The value before or after the one at ``position``, in a domain of several values."""
    assert domain.cardinality is not None, "only finite domains have neighbours"
    own = domain.match_string(domain.decode(position))
    step = 0.5 / domain.cardinality
    towards = [1.0 if share < 0.5 else -1.0, -1.0 if share < 0.5 else 1.0]
    for direction in towards:
        place = position
        while 0.0 < place < 1.0:
            place = float(np.clip(place + direction * step, 0, 1))
            value = domain.decode(place)
            if domain.match_string(value) != own:
                return value
    return domain.decode(position)
