"""The contract of searchers, and batches of a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, uniform
from syne_tune.optimizer.schedulers.auto.model_batches import ModelBatches, Order
from syne_tune.optimizer.schedulers.auto.observations import Observations
from syne_tune.optimizer.schedulers.auto.pace import BATCH, LIGHT_BATCH, Source
from syne_tune.optimizer.schedulers.auto.paced_searcher import PacedSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.testing.searchers import SearcherContract


class TestPacedSearcher(SearcherContract):
    seeds = (0, 1)

    num_events = 40

    def make_searcher(self, config_space: Space, random_seed: int, points_to_evaluate: Any = None) -> PacedSearcher:
        return PacedSearcher(config_space, "loss", points_to_evaluate, random_seed=random_seed)


def make(source: Source, size: int) -> list[dict[str, object]]:
    space = Space.of({"x": uniform(0, 1), "kind": choice(["a", "b", "c"])})
    inputs = ModelInputs(HyperparameterRanges(space))
    known = Observations(inputs.encode, inputs.layout.num_columns)
    random_state = np.random.RandomState(0)
    for _ in range(30):
        config = space.sample(random_state)
        known.observe(config, (config["x"] - 0.3) ** 2 + (config["kind"] != "b"), 0)
    order = Order(number=0, source=source, size=size, level=0, count=30, pending=known.pending())
    return [member.config for member in ModelBatches(inputs, seed=5).make(order, known)]


@pytest.mark.parametrize("source", [BATCH, LIGHT_BATCH])
def test_members_differ_and_are_good(source: Source) -> None:
    members = make(source, 16)
    assert len(members) >= 16
    assert len({str(member) for member in members}) == len(members)
    assert members[0]["kind"] == "b"
    assert sum(member["kind"] == "b" for member in members) > len(members) / 2


def test_same_order_same_batch() -> None:
    assert make(BATCH, 8) == make(BATCH, 8)
