from __future__ import annotations

from typing import Any

import numpy as np

from syne_tune.config_space import choice, loguniform, randint
from syne_tune.config_space.repair import NUM_CANDIDATES, NUM_DRAWS, nearest_valid

FREE = {"batch": randint(0, 1000), "lr": loguniform(1e-4, 1)}


def valid_draw(random_state: np.random.RandomState) -> dict[str, Any] | None:
    batch, lr = random_state.random_sample(2)
    config = {"batch": FREE["batch"].quantile(batch), "lr": FREE["lr"].quantile(lr)}
    return config if config["batch"] >= 700 else None


def test_the_nearest_of_the_candidates_is_taken() -> None:
    found = nearest_valid({"batch": 500, "lr": 0.01}, FREE, valid_draw)
    assert found is not None
    assert 700 <= found["batch"] < 800
    assert 1e-3 < found["lr"] < 1e-1


def test_the_answer_is_always_the_same() -> None:
    assert nearest_valid({"batch": 1, "lr": 0.1}, FREE, valid_draw) == nearest_valid(
        {"batch": 1, "lr": 0.1}, FREE, valid_draw
    )


def test_draws_end() -> None:
    calls: list[int] = []
    assert nearest_valid({"batch": 1, "lr": 0.1}, FREE, lambda draws: calls.append(1)) is None
    assert len(calls) == NUM_DRAWS
    calls.clear()
    assert nearest_valid({"batch": 1, "lr": 0.1}, FREE, lambda draws: calls.append(1) or {"batch": 1, "lr": 0.1})
    assert len(calls) == NUM_CANDIDATES


def test_inactive_parameters_count_as_the_middle() -> None:
    free = {"kind": choice(["a", "b"]), "n": randint(1, 101)}
    candidates = iter([{"kind": "a", "n": 101}, {"kind": "a"}])
    assert nearest_valid({"kind": "a", "n": 51}, free, lambda draws: next(candidates, None)) == {"kind": "a"}
