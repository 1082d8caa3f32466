"""When a level says something about the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.auto.rank_agreement import RankAgreement


def agreement_of(pairs: list[tuple[float, float]]) -> RankAgreement:
    agreement = RankAgreement()
    for low, high in pairs:
        agreement.add(low, high)
    return agreement


def test_a_few_stops_are_made_on_trust() -> None:
    agreement = RankAgreement()
    num_stops = 0
    while agreement.allows_stop:
        agreement.note_stop()
        num_stops += 1
    assert num_stops == 4
    agreement.add(1.0, 1.0)
    assert agreement.allows_stop


def test_same_order_is_trusted_and_reversed_order_is_not() -> None:
    assert agreement_of([(x, x**3) for x in range(6)]).allows_stop
    assert not agreement_of([(x, -x) for x in range(20)]).allows_stop


def test_equal_values_say_nothing() -> None:
    agreement = agreement_of([(0.0, x) for x in range(20)])
    assert agreement.share == 0.5
    assert not agreement.allows_stop


def test_old_trials_are_forgotten() -> None:
    agreement = agreement_of([(x, -x) for x in range(32)] + [(x, x) for x in range(32)])
    assert agreement.num_trials == 32
    assert agreement.allows_stop


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), max_size=12))
def test_share_is_a_share_and_does_not_depend_on_units(pairs: list[tuple[float, float]]) -> None:
    share = agreement_of(pairs).share
    assert 0 <= share <= 1
    assert agreement_of([(8 * low, 4 * high) for low, high in pairs]).share == share
