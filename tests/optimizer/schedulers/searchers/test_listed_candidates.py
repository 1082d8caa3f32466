from __future__ import annotations

import numpy as np

from syne_tune.config_space import Space, randint, uniform
from syne_tune.optimizer.schedulers.searchers.listed_candidates import ListedCandidates

SMALL = Space.of({"x": randint(0, 9)})


def nothing(config):
    return False


def draws():
    return np.random.RandomState(1)


def test_a_small_space_is_listed_without_what_may_not_be_suggested():
    left = ListedCandidates(SMALL, None, draws()).left(lambda config: config["x"] > 2)
    assert left == [{"x": 0}, {"x": 1}, {"x": 2}]


def test_a_large_space_is_to_be_searched():
    assert ListedCandidates(Space.of({"x": uniform(0, 1)}), None, draws()).left(nothing) is None
    assert ListedCandidates(Space.of({"x": randint(0, 10**6)}), None, draws()).left(nothing) is None


def test_given_configurations_count_whatever_the_size_of_the_space():
    given = [{"x": 7}, {"x": 3}]
    assert ListedCandidates(SMALL, given, draws()).left(nothing) == given


def test_of_a_long_list_a_part_is_drawn_that_the_seed_determines():
    given = [{"x": number} for number in range(1500)]
    first, again = (ListedCandidates(Space.of({"x": randint(0, 2000)}), given, draws()).left(nothing) for _ in range(2))
    assert first == again
    assert len({config["x"] for config in first or ()}) == 1000
