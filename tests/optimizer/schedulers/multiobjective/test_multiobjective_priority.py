from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.multiobjective import (
    FixedObjectivePriority,
    LinearScalarizationPriority,
    NonDominatedPriority,
    RankVolumePriority,
)

COSTS = hnp.arrays(float, st.tuples(st.integers(1, 20), st.integers(2, 3)), elements=st.integers(0, 5).map(float))
PRIORITIES = [
    NonDominatedPriority(),
    NonDominatedPriority(dim=None),
    NonDominatedPriority(dim=1, max_num_samples=4),
    LinearScalarizationPriority(),
    FixedObjectivePriority(dim=1),
    RankVolumePriority(),
]


@pytest.mark.parametrize("priority", PRIORITIES)
@given(costs=COSTS, data=st.data())
def test_permuting_points_permutes_priorities(priority, costs, data):
    """7.7 (5)"""
    order = np.array(data.draw(st.permutations(range(len(costs)))))
    assert priority(costs[order]) == pytest.approx(priority(costs)[order])


@pytest.mark.parametrize("priority", [PRIORITIES[place] for place in (0, 1, 3, 5)])
@given(costs=COSTS)
def test_dominated_points_are_always_worse(priority, costs):
    """7.7 (5)"""
    found = priority(costs)
    for i, first in enumerate(costs):
        for j, second in enumerate(costs):
            if np.all(first <= second) and np.any(first < second):
                assert found[i] < found[j]


def test_the_best_point_has_the_best_priority():
    """W4: for these points, the best one got the worst priority."""
    assert NonDominatedPriority()(np.array([[3.0, 3.0], [1.0, 1.0], [2.0, 2.0]])).tolist() == [2, 0, 1]


def test_order_within_a_layer():
    costs = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0], [0.9, 0.1]])
    assert NonDominatedPriority()(costs).tolist() == [2, 1, 0, 3]
    assert NonDominatedPriority(dim=1)(costs).tolist() == [2, 0, 1, 3]
    assert NonDominatedPriority(max_num_samples=2)(costs).tolist() == [2, 1, 0, 2]


def test_compromises_before_extremes():
    costs = np.array([[0.0, 9.0], [1.0, 2.0], [3.0, 0.0], [2.0, 1.0], [2.5, 2.5]])
    assert RankVolumePriority()(costs) == pytest.approx([1 - 5 / 25, 1 - 12 / 25, 1 - 5 / 25, 1 - 12 / 25, 1 - 4 / 25])
    assert RankVolumePriority()(np.exp(costs)) == pytest.approx(RankVolumePriority()(costs))


def test_equal_values_share_their_rank():
    assert RankVolumePriority()(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 2.0]])) == pytest.approx([0, 0, 2 / 3])


def test_scalarisations():
    costs = np.array([[1.0, 4.0], [2.0, 2.0]])
    assert LinearScalarizationPriority()(costs).tolist() == [2.5, 2.0]
    assert LinearScalarizationPriority(weights=[2, 0])(costs).tolist() == [1.0, 2.0]
    assert FixedObjectivePriority(["loss", "latency"], dim="latency")(costs).tolist() == [4.0, 2.0]
    assert FixedObjectivePriority()(costs).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FixedObjectivePriority(["loss", "latency"], dim="latencies"), "did you mean 'latency'"),
        (lambda: FixedObjectivePriority(dim=-1), "dim = -1"),
        (lambda: LinearScalarizationPriority(["loss"], weights=[1, 2]), "one per metric"),
        (lambda: LinearScalarizationPriority(weights=[np.nan, 2]), "finite"),
        (lambda: LinearScalarizationPriority(weights=[1, 2, 3])(np.zeros((2, 2))), "one for each of 2"),
        (lambda: NonDominatedPriority(max_num_samples=0), "at least 1"),
        (lambda: NonDominatedPriority()(np.zeros(3)), "matrix"),
        (lambda: NonDominatedPriority()(np.array([[np.nan, 1.0]])), "finite"),
        (lambda: NonDominatedPriority(["a", "b", "c"])(np.zeros((2, 2))), "one column per metric"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(OptionError, match=message):
        make()


def test_no_points():
    assert len(NonDominatedPriority()(np.empty((0, 2)))) == 0
