from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, active_if, choice, loguniform, randint, uniform
from syne_tune.optimizer.schedulers.searchers.drawn_ahead import DrawnAhead

SPACES = {
    "plain": Space({"lr": loguniform(1e-6, 1.0), "units": randint(1, 100), "epochs": 9}),
    "constrained": Space({"x": uniform(0, 1), "y": uniform(0, 1)}, ["x + y < 0.5"]),
    "conditional": Space({"kind": choice(["a", "b"]), "x": active_if(uniform(0, 1), kind="a")}),
}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
@pytest.mark.parametrize("number", [0, 1, 4, 100])
def test_hands_out_what_single_draws_give_and_gives_back_the_rest(space: Space, number: int) -> None:
    ahead, once, single = DrawnAhead(), np.random.RandomState(7), np.random.RandomState(7)
    for _ in range(2):
        drawn = [ahead.sample(space, once, space.match_strings) for _ in range(number)]
        assert drawn == [space.sample(single) for _ in range(number)]
        ahead.give_back(space, once)
        assert once.rand() == single.rand()


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_those_waiting_come_next_unless_they_are_skipped(space: Space) -> None:
    ahead, random_state, single = DrawnAhead(), np.random.RandomState(7), np.random.RandomState(7)
    for number in (0, 1, 3, 2, 0, 5):
        ahead.sample(space, random_state, space.match_strings)
        space.sample(single)
        waiting = ahead.waiting(space, random_state, space.match_strings)
        skipped = waiting[:number]
        assert [config for config, _ in skipped] == [space.sample(single) for _ in skipped]
        assert [string for _, string in waiting] == space.match_strings([config for config, _ in waiting])
        ahead.skip(len(skipped))
    assert ahead.sample(space, random_state, space.match_strings) == space.sample(single)
