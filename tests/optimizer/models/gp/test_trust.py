"""How far an earlier task is to be trusted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.models.gp.trust import agreement, trust_by_group

Y = np.array([1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [([1, 2, 3, 4], 1.0), ([4, 3, 2, 1], 0.0), ([0, 0, 0, 0], 0.5), ([2, 1, 3, 4], 5 / 6)],
)
def test_agreement_is_the_share_of_pairs_in_the_same_order(predicted, expected):
    assert agreement(np.array(predicted, dtype=float)[:, None], Y) == pytest.approx([expected])


def test_equal_values_say_nothing():
    assert agreement(np.array([[1.0], [2.0]]), np.array([3.0, 3.0])) == pytest.approx([0.5])


def trust(agreement, count):
    return trust_by_group(np.array([[agreement]]), np.array([count])).item()


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 100))
def test_trust_grows_with_agreement(one, other, count):
    low, high = sorted([one, other])
    assert 0 <= trust(low, count) <= trust(high, count) <= 1


def test_trust_begins_low_and_goes_to_either_extreme():
    assert trust(0.9, 0) == pytest.approx(0.3)
    assert trust(0.9, 10) == 1
    assert trust(0.5, 30) == 0
    assert trust(0.1, 2) == 0


def test_groups_without_values_follow_those_before():
    bad, good = (trust_by_group(np.array([[a], [0.0]]), np.array([20, 0]))[1, 0] for a in (0.1, 0.9))
    assert bad == 0
    assert good > 0.3


def test_a_group_with_values_of_its_own_can_differ():
    assert trust_by_group(np.array([[0.3], [0.9]]), np.array([20, 20]))[:, 0].tolist() == [0.0, 1.0]
