from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from syne_tune.optimizer.pareto.non_dominated import (
    crowding_distance,
    epsilon_net_order,
    is_non_dominated,
    layer_of_each,
)

COSTS = hnp.arrays(float, st.tuples(st.integers(1, 25), st.integers(1, 4)), elements=st.integers(0, 4).map(float))


def dominates(first, second):
    return bool(np.all(first <= second) and np.any(first < second))


def peeled(costs):
    """Layers by the definition: take away what nothing left dominates, again and again."""
    layers, left, layer = np.full(len(costs), -1), set(range(len(costs))), 0
    while left:
        front = {i for i in left if not any(dominates(costs[j], costs[i]) for j in left)}
        for i in front:
            layers[i] = layer
        left, layer = left - front, layer + 1
    return layers.tolist()


@given(COSTS)
def test_layers_are_those_of_the_definition(costs):
    assert layer_of_each(costs).tolist() == peeled(costs)
    assert is_non_dominated(costs).tolist() == [layer == 0 for layer in peeled(costs)]


def test_best_point_is_in_the_first_layer():
    """W4: a sort returned indices where ranks were expected, so that the best point had the worst rank."""
    assert layer_of_each(np.array([[3.0, 3.0], [1.0, 1.0], [2.0, 2.0]])).tolist() == [2, 0, 1]


@given(COSTS, st.data())
def test_epsilon_net_takes_each_point_once(costs, data):
    first = data.draw(st.integers(0, len(costs) - 1))
    order = epsilon_net_order(costs, first)
    assert order[0] == first
    assert sorted(order) == list(range(len(costs)))


def test_epsilon_net_goes_far_first():
    costs = np.array([[0.0, 1.0], [0.1, 0.9], [0.5, 0.5], [1.0, 0.0]])
    assert epsilon_net_order(costs, 0).tolist() == [0, 3, 2, 1]


def test_crowding_distance():
    costs = np.array([[0.0, 4.0], [1.0, 2.0], [2.0, 1.0], [4.0, 0.0]])
    assert crowding_distance(costs).tolist() == [np.inf, 0.5 + 0.75, 0.75 + 0.5, np.inf]
    assert crowding_distance(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]))[1] == 0
