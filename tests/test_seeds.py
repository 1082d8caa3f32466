from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.optimizer.automatic_termination import AutomaticTerminationCriterion
from syne_tune.optimizer.schedulers.multiobjective.random_scalarization import (
    MultiObjectiveLCBRandomLinearScalarization,
)
from syne_tune.optimizer.schedulers.searchers import RandomSearcher
from syne_tune.optimizer.schedulers.searchers.gaussian_process_estimator import create_gaussian_process_estimator
from syne_tune.optimizer.schedulers.searchers.stochastic import extract_random_seed
from syne_tune.seeds import RANDOM_SEED_UPPER_BOUND, RandomSeedGenerator, generate_random_seed

MASTER_SEEDS = st.integers(0, RANDOM_SEED_UPPER_BOUND)


def test_sequence_of_a_master_seed_never_changes() -> None:
    """Studies of different versions are compared by equal seeds."""
    generator = RandomSeedGenerator(7)
    assert [generator(), generator()] == [327741615, 976413892]


@given(MASTER_SEEDS)
def test_equal_master_seeds_give_equal_sequences(master_seed: int) -> None:
    first, second = RandomSeedGenerator(master_seed), RandomSeedGenerator(np.int64(master_seed))  # type: ignore[arg-type]
    assert [first() for _ in range(5)] == [second() for _ in range(5)]


@given(MASTER_SEEDS)
def test_each_seed_can_be_a_master_seed_again(master_seed: int) -> None:
    seed = RandomSeedGenerator(master_seed)()
    assert isinstance(seed, int)
    assert 0 <= seed < RANDOM_SEED_UPPER_BOUND
    RandomSeedGenerator(seed)


def test_seed_zero_is_a_seed_like_any_other() -> None:
    assert RandomSeedGenerator(0)() == RandomSeedGenerator(0)()
    assert RandomSeedGenerator(0)() != RandomSeedGenerator(1)()


@pytest.mark.parametrize("wrong", [-1, 2**31, 1.0, "7", None, True])
def test_impossible_master_seed_is_refused_with_its_value(wrong: object) -> None:
    with pytest.raises(OptionError, match=f"{wrong!r}.*between 0 and 2147483647"):
        RandomSeedGenerator(wrong)  # type: ignore[arg-type]


SPACE = {"x": uniform(0, 1)}
WHERE_SEEDS_ENTER: dict[str, Callable[[Any], object]] = {
    "master seed": RandomSeedGenerator,
    "searcher": lambda seed: RandomSearcher(SPACE, "loss", random_seed=seed),
    "keyword arguments": lambda seed: extract_random_seed(random_seed=seed),
    "source of a searcher": lambda seed: extract_random_seed(random_seed_generator=lambda: seed),
    "estimator": lambda seed: create_gaussian_process_estimator(SPACE, "loss", random_seed=seed),
    "weights": lambda seed: MultiObjectiveLCBRandomLinearScalarization({"loss": None}, random_seed=seed),  # type: ignore[dict-item]
    "criterion": lambda seed: AutomaticTerminationCriterion(SPACE, "loss", 0.1, seed=seed),
    "launcher": lambda seed: ConfigDict({"experiment_tag": "study", "random_seed": seed}),
}


@pytest.mark.parametrize("wrong", [-1, 2**31, 2**32 + 7, 2**64, 1.5, "7", True])
@pytest.mark.parametrize("enter", WHERE_SEEDS_ENTER.values(), ids=WHERE_SEEDS_ENTER)
def test_an_impossible_seed_is_refused_wherever_it_enters(enter: Callable[[Any], object], wrong: object) -> None:
    with pytest.raises(OptionError, match=rf"seed = {wrong!r}: must be an integer between 0 and 2147483647"):
        enter(wrong)


@pytest.mark.parametrize("seed", [0, 1, RANDOM_SEED_UPPER_BOUND, np.int64(3)])
@pytest.mark.parametrize("enter", WHERE_SEEDS_ENTER.values(), ids=WHERE_SEEDS_ENTER)
def test_any_other_seed_is_taken(enter: Callable[[Any], object], seed: object) -> None:
    enter(seed)


def test_without_a_source_seeds_differ() -> None:
    assert len({generate_random_seed() for _ in range(20)}) > 1


def test_global_random_state_is_neither_used_nor_moved() -> None:
    np.random.seed(1)
    first = RandomSeedGenerator(7)()
    np.random.seed(2)
    expected = np.random.RandomState(2).randint(1000)
    assert RandomSeedGenerator(7)() == first
    generate_random_seed()
    assert np.random.randint(1000) == expected
