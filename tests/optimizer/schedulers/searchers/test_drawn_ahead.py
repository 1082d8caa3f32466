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
        assert [ahead.sample(space, once) for _ in range(number)] == [space.sample(single) for _ in range(number)]
        ahead.give_back(space, once)
        assert once.rand() == single.rand()
