from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import (
    Space,
    active_if,
    choice,
    finrange,
    loguniform,
    ordinal,
    quniform,
    randint,
    uniform,
)
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers import GridSearcher
from syne_tune.optimizer.schedulers.searchers.grid_search import LazyOrder, grid_values


def all_of(searcher):
    configs = []
    while (config := searcher.get_config()) is not None:
        configs.append(config)
    return configs


def test_values_of_each_kind_of_domain():
    assert grid_values(uniform(0, 1), 5) == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert grid_values(loguniform(1, 10**4), 2) == pytest.approx([10, 1000])
    assert grid_values(randint(1, 101), 5) == [11, 31, 51, 71, 91]
    assert grid_values(choice(["a", "b"]), 1) == ["a", "b"]
    assert grid_values(ordinal([1, 5, 9]), 1) == [1, 5, 9]
    assert grid_values(finrange(0, 1, 3), 1) == [0.0, 0.5, 1.0]
    assert grid_values(quniform(0, 1, 0.5), 5) == [0.0, 0.5, 1.0]


def test_size_above_the_range_is_cut_to_the_range():
    """W23: it was cut to 5."""
    assert grid_values(randint(1, 8), 100) == [1, 2, 3, 4, 5, 6, 7, 8]
    searcher = GridSearcher({"x": randint(1, 8)}, "loss", [], num_samples={"x": 100})
    assert sorted(config["x"] for config in all_of(searcher)) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_order_without_shuffling():
    space = {"a": choice(["x", "y"]), "b": randint(1, 2), "c": 7}
    searcher = GridSearcher(space, "loss", [], shuffle_config=False)
    assert all_of(searcher) == [
        {"a": "x", "b": 1, "c": 7},
        {"a": "x", "b": 2, "c": 7},
        {"a": "y", "b": 1, "c": 7},
        {"a": "y", "b": 2, "c": 7},
    ]


def test_initial_configurations_come_first_and_are_not_repeated():
    searcher = GridSearcher({"a": randint(1, 3), "b": randint(1, 2)}, "loss", [{"a": 3, "b": 1}], random_seed=0)
    configs = all_of(searcher)
    assert configs[0] == {"a": 3, "b": 1}
    assert len(configs) == len({tuple(config.values()) for config in configs}) == 6


def test_conditions_and_constraints():
    space = Space(
        {"a": choice(["x", "y"]), "b": active_if(randint(1, 3), a="x"), "c": randint(1, 3)}, constraints=["c != 2"]
    )
    configs = all_of(GridSearcher(space, "loss", [], random_seed=0))
    assert len(configs) == space.size() == 8
    for config in configs:
        space.check(config)


def test_duplicates_begin_again():
    searcher = GridSearcher({"a": randint(1, 3)}, "loss", [], allow_duplicates=True, random_seed=0)
    values = [searcher.get_config()["a"] for _ in range(9)]
    assert all(sorted(values[start : start + 3]) == [1, 2, 3] for start in (0, 3, 6))


def test_duplicates_of_failed_configurations_end():
    searcher = GridSearcher({"a": randint(1, 2)}, "loss", [], allow_duplicates=True, random_seed=0)
    for trial_id in "01":
        searcher.get_config(trial_id=trial_id)
        searcher.evaluation_failed(trial_id)
    assert searcher.get_config() is None


def test_restriction():
    searcher = GridSearcher(
        {"a": randint(1, 3)}, "loss", [], restrict_configurations=[{"a": 2}, {"a": 3}], random_seed=0
    )
    assert sorted(config["a"] for config in all_of(searcher)) == [2, 3]


def test_reason():
    searcher = GridSearcher({"a": randint(1, 3)}, "loss", [], random_seed=0)
    searcher.get_config()
    assert searcher.explain(searcher.get_config())[0] == "grid point 2 of 3"


def test_gigantic_grid_costs_nothing():
    space = {f"x{number}": uniform(0, 1) for number in range(60)}
    searcher = GridSearcher(space, "loss", [], random_seed=0)
    first, second = searcher.get_config(), searcher.get_config()
    assert first != second


@pytest.mark.parametrize(
    ("num_samples", "message"),
    [({"b": 3}, "not a float or integer"), ({"aa": 3}, "did you mean 'a'"), ({"a": 0}, "at least 1")],
)
def test_number_of_samples_is_checked(num_samples, message):
    with pytest.raises(OptionError, match=message):
        GridSearcher({"a": uniform(0, 1), "b": choice([1, 2])}, "loss", num_samples=num_samples)


@given(st.integers(0, 40), st.integers(0, 1000))
def test_random_order_is_a_permutation(size, seed):
    order, random_state = LazyOrder(size), np.random.RandomState(seed)
    assert sorted(order.take(random_state) for _ in range(size)) == list(range(size))


def test_random_orders_are_equally_likely():
    random_state, counts = np.random.RandomState(0), {}
    for _ in range(3000):
        order = LazyOrder(3)
        taken = tuple(order.take(random_state) for _ in range(3))
        counts[taken] = counts.get(taken, 0) + 1
    assert len(counts) == 6
    assert min(counts.values()) > 400
