"""The incremental computation against the definition, written down naively."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.rungs import soft_ranking
from syne_tune.optimizer.schedulers.rungs.soft_ranking import SoftRanking

CURVES = st.lists(st.lists(st.integers(0, 6).map(float), min_size=4, max_size=4), min_size=1, max_size=8)
"""Each a learning curve at resources 1 to 4; the upper rung is 4, the lower rung 2. Ties are frequent."""


def naive_epsilon(curves):
    gaps = []
    for one, other in combinations(curves, 2):
        signs = [np.sign(a - b) for a, b in zip(one, other, strict=True) if a != b]
        if sum(left != right for left, right in pairwise(signs)) >= 2:
            gaps.append(abs(one[-1] - other[-1]))
    return float(np.quantile(gaps, 0.9)) if gaps else 0.0


def naive_agrees(curves, epsilon, sign):
    lower = sorted(sign * curve[1] for curve in curves)
    by_upper = [sign * curve[1] for curve in sorted(curves, key=lambda curve: sign * curve[3])]
    return all(abs(p - q) <= epsilon for p, q in zip(lower, by_upper, strict=True))


def ranking_of(curves, mode="min", epsilon=0.0):
    ranking = SoftRanking(mode, epsilon)
    for curve in curves:
        ranking.add(curve[3], curve[1], dict(enumerate(curve, start=1)))
    return ranking


@given(CURVES, st.sampled_from(["min", "max"]))
def test_incremental_equals_naive(curves, mode):
    """Row 7.5: the noise was recomputed over all pairs and epochs on every report."""
    ranking = ranking_of(curves, mode)
    assert ranking.epsilon == pytest.approx(naive_epsilon(curves))
    assert ranking.agrees() == naive_agrees(curves, ranking.epsilon, 1 if mode == "min" else -1)


def test_noisy_pair_by_hand():
    """The order of the first two flips twice, so 0.2 is noise; the third is worse throughout."""
    curves = [[1.0, 0.7, 0.6, 0.3], [0.9, 0.8, 0.5, 0.5], [2.0, 2.0, 2.0, 2.0]]
    ranking = ranking_of(curves)
    assert ranking.epsilon == pytest.approx(0.2)
    assert ranking.agrees()


def test_swapped_neighbours_disagree_unless_within_the_noise():
    curves = [[1.0, 0.5, 0.5, 0.4], [1.1, 0.6, 0.4, 0.3]]
    assert not ranking_of(curves).agrees()
    assert ranking_of(curves, epsilon=0.11).agrees()


def test_default_noise_holds_until_there_is_an_estimate():
    assert ranking_of([[1.0, 1.0, 1.0, 1.0]], epsilon=0.3).epsilon == 0.3


def test_curves_with_gaps_are_compared_where_both_are_known():
    """W15: missing epochs were a KeyError."""
    ranking = SoftRanking("min")
    ranking.add(0.3, 0.7, {1: 1.0, 2: 0.7, 4: 0.3})
    ranking.add(0.5, 0.8, {2: 0.8, 3: 0.5, 4: 0.5})
    ranking.add(0.1, 0.2, {})
    assert ranking.epsilon == 0.0
    assert ranking.agrees()


def test_number_of_stored_curves_is_bounded(monkeypatch):
    monkeypatch.setattr(soft_ranking, "MOST_CURVES", 3)
    curves = [[1.0, 0.7, 0.6, 0.3], [0.9, 0.8, 0.5, 0.5], [2.0, 2.0, 2.0, 2.0]]
    ranking = ranking_of([*curves, [1.0, 0.7, 0.4, 9.0], [9.0, 9.0, 9.0, 9.0]])
    assert ranking.epsilon == pytest.approx(0.2)
