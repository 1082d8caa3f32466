"""Searchers that draw at random: :class:`StochasticSearcher`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.seeds import check_random_seed, generate_random_seed

S = TypeVar("S", bound="StochasticSearcher")

_FIXED = ("config_space", "space")
"""Attributes that do not change once a searcher has been constructed."""


def extract_random_seed(**kwargs: Any) -> tuple[int, dict[str, Any]]:
    """Takes the seed out of keyword arguments.

    Args:
        **kwargs: ``random_seed`` wins over ``random_seed_generator``, of which one value is drawn. With neither, the
            seed comes from the operating system.

    Returns:
        The seed, and the other keyword arguments.

    Raises:
        OptionError: If the seed is not an integer in ``[0, 2**31 - 1]``.
    """
    others = dict(kwargs)
    random_seed = others.pop("random_seed", None)
    generator = others.pop("random_seed_generator", None)
    if random_seed is None:
        random_seed = generate_random_seed() if generator is None else generator()
    return check_random_seed(random_seed), others


class StochasticSearcher(BaseSearcher):
    """Base class of searchers with a random state of their own; nothing else may be drawn from.

    Args:
        config_space: As in :class:`~syne_tune.optimizer.schedulers.searchers.searcher.BaseSearcher`.
        metric: Likewise.
        points_to_evaluate: Likewise.
        mode: Likewise.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given. Schedulers pass this.
        random_seed: The seed, in ``[0, 2**31 - 1]``. With neither, every searcher gets a seed of its own from the
            operating system; it can be read from the attribute ``random_seed``.

    Attributes:
        random_seed: The seed in use.
        random_state: The source of all random draws.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        mode: str | list[str] = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(config_space, metric, points_to_evaluate, mode)
        self.random_seed, _ = extract_random_seed(random_seed=random_seed, random_seed_generator=random_seed_generator)
        self.random_state = np.random.RandomState(self.random_seed)

    def get_state(self) -> dict[str, Any]:
        """All that distinguishes this searcher from a new one over the same space.

        Returns:
            A copy that can be pickled; to be handed to :meth:`clone_from_state`.
        """
        return copy.deepcopy({name: value for name, value in vars(self).items() if name not in _FIXED})

    def clone_from_state(self: S, state: Mapping[str, Any]) -> S:
        """A searcher over the same space that goes on where ``state`` was taken; this one is left as it is.

        Args:
            state: From :meth:`get_state` of a searcher of the same class.
        """
        clone = copy.copy(self)
        clone.__dict__.update(copy.deepcopy(dict(state)))
        return clone
