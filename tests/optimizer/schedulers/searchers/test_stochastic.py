from __future__ import annotations

import pytest

from syne_tune.config_space import uniform
from syne_tune.optimizer.schedulers.searchers import RandomSearcher, extract_random_seed
from syne_tune.seeds import RandomSeedGenerator

SPACE = {"x": uniform(0, 1)}


def test_seed_comes_from_the_argument_then_the_generator():
    assert extract_random_seed(random_seed=3, random_seed_generator=RandomSeedGenerator(7), mode="min") == (
        3,
        {"mode": "min"},
    )
    assert extract_random_seed(random_seed_generator=RandomSeedGenerator(7)) == (327741615, {})


def test_searchers_without_seed_differ():
    """Row 7.4: hand-made searchers without seed shared one constant seed."""
    assert len({RandomSearcher(SPACE, "loss").random_seed for _ in range(5)}) > 1


def test_seed_in_use_is_known_and_repeats_the_searcher():
    searcher = RandomSearcher(SPACE, "loss")
    again = RandomSearcher(SPACE, "loss", random_seed=searcher.random_seed)
    assert [searcher.get_config() for _ in range(4)] == [again.get_config() for _ in range(4)]


def test_seed_zero_is_a_seed():
    """Row 7.4: seed 0 was treated as none."""
    assert RandomSearcher(SPACE, "loss", random_seed=0).random_seed == 0


def test_clone_leaves_the_original_alone():
    searcher = RandomSearcher(SPACE, "loss", random_seed=0)
    searcher.get_config()
    clone = searcher.clone_from_state(searcher.get_state())
    following = [clone.get_config() for _ in range(3)]
    assert [searcher.get_config() for _ in range(3)] == following


@pytest.mark.parametrize("points", [[], [{"x": 0.3}]])
def test_state_includes_initial_configurations_left(points):
    searcher = RandomSearcher(SPACE, "loss", points, random_seed=0)
    other = RandomSearcher(SPACE, "loss", random_seed=1).clone_from_state(searcher.get_state())
    assert other.get_config() == searcher.get_config()
