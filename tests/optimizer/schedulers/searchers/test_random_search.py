from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, loguniform, randint
from syne_tune.optimizer.schedulers.searchers import RandomSearcher
from syne_tune.seeds import RandomSeedGenerator

SPACE = Space({"lr": loguniform(1e-6, 1.0), "units": randint(1, 100), "epochs": 9})


def test_draws_are_those_of_the_space_with_the_first_seed_of_the_scheduler():
    """So that all methods with equal seed begin with the same random configurations."""
    searcher = RandomSearcher(SPACE, "loss", [], random_seed_generator=RandomSeedGenerator(7))
    random_state = np.random.RandomState(327741615)
    expected = [SPACE.sample(random_state) for _ in range(5)]
    assert [searcher.get_config() for _ in range(5)] == expected


class OneByOne(RandomSearcher):
    """Does not draw ahead."""

    def _sample(self):
        return self.space.sample(self.random_state)


def test_drawing_ahead_changes_nothing_even_when_a_finite_space_runs_out():
    space = Space({"x": randint(0, 9), "y": randint(0, 9)})
    searchers = [kind(space, "loss", random_seed=3) for kind in (RandomSearcher, OneByOne)]
    found = [[searcher.get_config() for _ in range(101)] for searcher in searchers]
    assert found[0] == found[1]
    assert found[0][-1] is None
    assert searchers[0].random_state.rand() == searchers[1].random_state.rand()


def test_copy_goes_on_with_what_was_drawn_ahead():
    searcher = RandomSearcher(SPACE, "loss", random_seed=3)
    for _ in range(5):
        searcher.get_config()
    clone = searcher.clone_from_state(searcher.get_state())
    assert [clone.get_config() for _ in range(9)] == [searcher.get_config() for _ in range(9)]


def test_documented_arguments_in_documented_order():
    searcher = RandomSearcher(SPACE, "loss", [{"units": 3}], True, "epoch", False, None, random_seed=1)
    assert searcher.get_config()["units"] == 3


def test_many_suggestions_stay_distinct():
    searcher = RandomSearcher(SPACE, "loss", random_seed=1)
    strings = {SPACE.match_string(searcher.get_config()) for _ in range(2000)}
    assert len(strings) == 2000


@pytest.mark.parametrize("space", [SPACE, Space({"x": randint(1, 40), "c": 5}), Space({"x": choice(["a", "b"])})])
def test_upcoming_suggestions_are_those_that_come(space):
    points = [{"x": 3}, {"x": 5}] if "c" in space.constants else None
    searcher = RandomSearcher(space, "loss", points, random_seed=3)
    other = RandomSearcher(space, "loss", points, random_seed=3)
    for step in range(60):
        upcoming = searcher.upcoming(step % 7 + 1)
        for config, reason, facts, *_ in upcoming:
            assert (other.get_config(), other.explain(config)) == (config, (reason, facts))
        if upcoming:
            searcher.take(upcoming[: max(1, step % 3)])
            other = other.clone_from_state(searcher.get_state())
        else:
            assert searcher.get_config() == other.get_config()


def test_nothing_is_upcoming_if_duplicates_are_allowed():
    assert RandomSearcher(SPACE, "loss", allow_duplicates=True).upcoming(5) == []


@pytest.mark.parametrize("size", [30, 3000])
def test_taking_many_at_once_gives_what_asking_one_by_one_gives(size):
    space = Space({"x": randint(1, size)})
    searcher, other = (RandomSearcher(space, "loss", random_seed=2) for _ in range(2))
    taken = []
    while len(taken) < 200 and (upcoming := searcher.upcoming(11)):
        searcher.take(upcoming[:9])
        taken += [suggestion.config for suggestion in upcoming[:9]]
    while len(taken) < 200 and (config := searcher.get_config()) is not None:
        taken.append(config)
    assert taken == [other.get_config() for _ in taken]
    assert len(taken) == min(size, 200)
