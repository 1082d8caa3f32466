"""One master seed, from which every random stream of a study is drawn in a fixed order."""

from __future__ import annotations

import secrets

import numpy as np

from syne_tune.errors import OptionError

RANDOM_SEED_UPPER_BOUND = 2**31 - 1


def check_random_seed(seed: object, name: str = "random_seed") -> int:
    """Checks a seed where it is given, so that no two seeds are taken for the same one further down.

    Args:
        seed: What was given.
        name: Name of the argument, for the error.

    Returns:
        The seed.

    Raises:
        OptionError: Unless it is an integer in ``[0, 2**31 - 1]``.
    """
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and 0 <= seed <= RANDOM_SEED_UPPER_BOUND:
        return int(seed)
    raise OptionError(f"{name} = {seed!r}: must be an integer between 0 and {RANDOM_SEED_UPPER_BOUND}")


def generate_random_seed(random_state: np.random.RandomState | None = None) -> int:
    """Draws a seed.

    Args:
        random_state: Source of randomness. Default: the operating system.

    Returns:
        An integer in ``[0, RANDOM_SEED_UPPER_BOUND)``.
    """
    if random_state is None:
        return secrets.randbelow(RANDOM_SEED_UPPER_BOUND)
    return int(random_state.randint(0, RANDOM_SEED_UPPER_BOUND))


class RandomSeedGenerator:
    """Turns one master seed into a sequence of seeds.

    The searcher of a scheduler takes the first seed of the sequence, so that all methods with equal master seed
    start from the same random configurations (paired comparison).

    Args:
        master_seed: Integer in ``[0, 2**31 - 1]``.

    Raises:
        OptionError: If ``master_seed`` is outside of that range or not an integer.
    """

    def __init__(self, master_seed: int) -> None:
        self._random_state = np.random.RandomState(check_random_seed(master_seed))

    def __call__(self) -> int:
        """The next seed, in ``[0, RANDOM_SEED_UPPER_BOUND)``."""
        return generate_random_seed(self._random_state)
