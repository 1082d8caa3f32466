import numpy as np
import pytest
from scipy import stats

from syne_tune.errors import OptionError
from syne_tune.experiments.comparison.ranks import rank_setups


def test_ranks_are_those_of_rows_with_ties_shared():
    ranking = rank_setups(np.array([[1.0, 2.0, 2.0], [1.0, 3.0, 2.0]]), ["a", "b", "c"])
    assert ranking.setups == ("a", "c", "b")
    assert ranking.mean_ranks.tolist() == [1.0, 2.25, 2.75]


def test_what_is_missing_counts_as_worst():
    assert rank_setups(np.array([[np.nan, 2.0]]), ["a", "b"]).setups == ("b", "a")


def test_friedman_is_that_of_scipy_and_alike_setups_are_joined():
    values = np.random.RandomState(0).normal(size=(30, 4))
    ranking = rank_setups(values, list("abcd"))
    assert ranking.friedman_p == pytest.approx(stats.friedmanchisquare(*values.T).pvalue)
    assert ranking.cliques() == [(0, 3)]


def test_clear_differences_are_significant_and_split_the_cliques():
    values = np.random.RandomState(0).normal(size=(30, 4)) * 0.1 + np.array([0, 0, 5, 5])
    ranking = rank_setups(values, list("abcd"))
    assert ranking.friedman_p < 1e-6
    assert ranking.cliques() == [(0, 1), (2, 3)]
    assert ranking.is_significant(0, 3)


def test_holm_multiplies_the_smallest_probability_by_the_number_of_pairs():
    values = np.random.RandomState(5).normal(size=(12, 3)) + np.array([0, 0.8, 0.1])
    ranking = rank_setups(values, list("abc"))
    columns = dict(zip("abc", values.T, strict=True))
    raw = [
        [_signed_rank(columns[one] - columns[other]) if one != other else 1.0 for other in ranking.setups]
        for one in ranking.setups
    ]
    assert ranking.pairwise_p.min() == pytest.approx(min(1.0, 3 * np.min(raw)))


def _signed_rank(difference):
    return stats.wilcoxon(difference).pvalue


def test_two_setups_are_compared_by_their_wins():
    ranking = rank_setups(np.array([[0.0, 1.0]] * 10), ["a", "b"])
    assert ranking.friedman_p == pytest.approx(stats.binomtest(10, 10).pvalue)


def test_intervals_contain_the_mean_rank():
    ranking = rank_setups(np.random.RandomState(1).normal(size=(20, 3)), list("abc"))
    assert np.all(ranking.intervals[:, 0] <= ranking.mean_ranks)
    assert np.all(ranking.intervals[:, 1] >= ranking.mean_ranks)


def test_one_setup_has_no_rank():
    with pytest.raises(OptionError, match="two setups"):
        rank_setups(np.zeros((3, 1)), ["a"])
