"""Grid search: every combination of finitely many values per parameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from syne_tune.config_space import Domain, Float, Integer
from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher

DEFAULT_NUM_SAMPLES = 5


class LazyOrder:
    """The numbers from 0 to ``size - 1``, each once, in order or at random; memory grows with those taken only.

    The random order is a Fisher-Yates shuffle of a list that is never written down: ``_moved`` holds the entries that
    differ from their index.

    Args:
        size: May be astronomically large.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._moved: dict[int, int] = {}
        self.num_taken = 0

    def take(self, random_state: np.random.RandomState | None) -> int:
        """The next number; drawn from those left if ``random_state`` is given."""
        first = place = self.num_taken
        if random_state is not None:
            place += int(random_state.random_sample() * (self._size - first))
        self.num_taken += 1
        taken = self._moved.get(place, place)
        self._moved[place] = self._moved.pop(first, first)
        return taken


def grid_values(domain: Domain, num_samples: int) -> list[Any]:
    """The values that a parameter contributes to the grid.

    Args:
        domain: Its domain.
        num_samples: Number of values of a float or integer; other domains contribute all values.
    """
    size = domain.cardinality
    takes_all = not isinstance(domain, (Float, Integer)) or (size is not None and size <= num_samples)
    if takes_all:
        return list(domain.enumerate_values())
    positions = ((i + 0.5) / num_samples for i in range(num_samples))
    return list(dict.fromkeys(domain.decode(position) for position in positions))


class GridSearcher(StochasticAndFilterDuplicatesSearcher):
    """Suggests every point of a grid once, after the initial configurations.

    A categorical, ordinal or finite-range parameter contributes all its values. A float or integer contributes ``n``
    values, which lie at ``(i + 0.5) / n`` of its range, on a log scale if its domain has one; at most as many as
    there are. Combinations that break a constraint, or repeat another one because a parameter is inactive, are skipped.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        num_samples: Number of values ``n`` of float and integer parameters, by name. Default: 5 each.
        shuffle_config: Whether grid points come in random order, or with the last parameter changing fastest.
        allow_duplicates: Whether to start again once all grid points were suggested. Default: no, then ``get_config``
            returns ``None``.
        debug_log: Accepted for existing scripts; each suggestion carries its reason in any case.
        restrict_configurations: If given, only grid points among these are suggested.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        OptionError: If ``num_samples`` names anything but a float or integer parameter, or a number below 1.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        num_samples: Mapping[str, int] | None = None,
        shuffle_config: bool = True,
        allow_duplicates: bool | None = False,
        debug_log: bool = False,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str | list[str] = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(
            config_space,
            metric,
            points_to_evaluate,
            allow_duplicates,
            restrict_configurations,
            mode,
            random_seed_generator,
            random_seed,
        )
        requested = dict(num_samples or {})
        self._check_num_samples(requested)
        self._values = {
            name: grid_values(domain, requested.get(name, DEFAULT_NUM_SAMPLES))
            for name, domain in self.space.free.items()
        }
        self._size = math.prod(len(values) for values in self._values.values())
        self._shuffle = shuffle_config
        self._order = LazyOrder(self._size)

    def _check_num_samples(self, num_samples: Mapping[str, int]) -> None:
        legal = [name for name, domain in self.space.free.items() if isinstance(domain, (Float, Integer))]
        for name, number in num_samples.items():
            if name not in legal:
                raise OptionError(f"num_samples[{name!r}]: not a float or integer parameter; {nearest(name, legal)}")
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise OptionError(f"num_samples[{name!r}] = {number!r}: must be an integer of at least 1")

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        config = self._next_grid_point()
        if config is None and self._allow_duplicates:
            self._order = LazyOrder(self._size)
            config = self._next_grid_point()
        return None if config is None else self.space.with_constants(config)

    def _next_grid_point(self) -> dict[str, Any] | None:
        while (number := self._order.num_taken) < self._size:
            config = self._point(self._order.take(self.random_state if self._shuffle else None))
            if not self.space.broken_constraints(config) and not self.should_not_suggest(config):
                self._explain_as(f"grid point {number + 1} of {self._size}", grid_point=number + 1)
                return config
        return None

    def _point(self, index: int) -> dict[str, Any]:
        """Grid point number ``index``, the last parameter changing fastest; inactive parameters are left out."""
        config: dict[str, Any] = {}
        for name, values in reversed(self._values.items()):
            index, place = divmod(index, len(values))
            config[name] = values[place]
        active = set(self.space.active(config))
        return {name: config[name] for name in self._values if name in active}
