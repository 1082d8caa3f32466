"""Lists that complement themselves."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.transfer_learning.portfolio import Portfolio


def chosen(ranks):
    portfolio = Portfolio(np.asarray(ranks))
    return list(iter(portfolio.next, None))


def test_the_second_entry_makes_up_for_the_first():
    choices = chosen([[1, 2, 3, 4], [3, 2, 1, 4]])
    assert [choice.candidate for choice in choices[:2]] == [0, 2]
    assert (choices[0].after, choices[1].after) == (2.0, 1.0)
    assert [choice.number for choice in choices] == [1, 2, 3, 4]


def test_once_nothing_can_be_gained_the_list_begins_anew():
    assert [choice.candidate for choice in chosen([[1, 3, 2], [1, 2, 3]])] == [0, 1, 2]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 4), st.integers(1, 12), st.integers(0, 1000))
def test_every_candidate_comes_once_and_averages_never_rise_within_a_list(num_tasks, num_candidates, seed):
    random_state = np.random.RandomState(seed)
    ranks = np.stack([random_state.permutation(num_candidates) + 1 for _ in range(num_tasks)])
    choices = chosen(ranks)
    assert sorted(choice.candidate for choice in choices) == list(range(num_candidates))
    assert all(choice.after <= choice.before for choice in choices)
