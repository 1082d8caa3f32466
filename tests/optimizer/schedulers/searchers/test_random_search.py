from __future__ import annotations

import numpy as np

from syne_tune.config_space import Space, loguniform, randint
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


def test_upcoming_configurations_are_those_that_come():
    searcher = RandomSearcher(SPACE, "loss", random_seed=3)
    first = searcher.upcoming(5)
    assert [searcher.get_config() for _ in first] == first
    for _ in range(40):
        searcher.get_config()
        known = searcher.upcoming(3)
        assert [searcher.get_config() for _ in known] == known
    assert RandomSearcher(SPACE, "loss", allow_duplicates=True).upcoming(5) == []
