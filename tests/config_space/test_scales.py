"""Maps to the unit interval, and lattices of multiples."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space.scales import LINEAR, LOG, REVERSE_LOG, Lattice, Scale, UnitInterval

CASES = [(LINEAR, -3.0, 5.0), (LOG, 1e-5, 10.0), (REVERSE_LOG, 0.1, 0.999)]


@pytest.mark.parametrize(("scale", "lower", "upper"), CASES)
def test_ends_are_mapped_to_zero_and_one(scale: Scale, lower: float, upper: float) -> None:
    interval = UnitInterval(scale, lower, upper)
    assert interval.encode_array([lower, upper]).tolist() == pytest.approx([0.0, 1.0])
    assert (interval.decode(0.0), interval.decode(1.0)) == pytest.approx((lower, upper), rel=1e-12)


@pytest.mark.parametrize(("scale", "lower", "upper"), CASES)
def test_decoding_never_leaves_the_interval(scale: Scale, lower: float, upper: float) -> None:
    interval = UnitInterval(scale, lower, upper)
    positions = np.linspace(-0.1, 1.1, 200)
    assert interval.decode_list(positions) == [interval.decode(u) for u in positions.tolist()]
    assert all(lower <= value <= upper for value in interval.decode_list(positions))


@given(st.sampled_from(CASES), st.floats(0, 1))
def test_encoding_inverts_decoding(case: tuple[Scale, float, float], position: float) -> None:
    interval = UnitInterval(*case)
    assert interval.encode_array([interval.decode(position)])[0] == pytest.approx(position, abs=1e-9)


def test_an_interval_of_one_point_is_mapped_to_zero() -> None:
    interval = UnitInterval(LOG, 2.0, 2.0)
    assert interval.encode_array([2.0])[0] == 0.0
    assert np.isnan(interval.encode_array([3.0])[0])
    assert interval.decode(0.7) == 2.0


def test_scales_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(REVERSE_LOG)) == REVERSE_LOG


def test_multiples_of_decimal_steps_are_the_decimals() -> None:
    lattice = Lattice.inside(0.1, 0.9, 0.1, integral=False)
    assert [lattice.value(k) for k in range(lattice.first, lattice.last + 1)] == [k / 10 for k in range(1, 10)]


@given(st.integers(-1000, 1000), st.integers(0, 1000), st.sampled_from([0.001, 0.1, 0.3, 0.7, 1e-7, 12.5]))
def test_bounds_that_are_multiples_belong_to_the_lattice(first: int, extra: int, step: float) -> None:
    lattice = Lattice.inside(first * step, (first + extra) * step, step, integral=False)
    assert (lattice.first, lattice.last) == (first, first + extra)
    assert lattice.multiplier(lattice.value(first)) == first


def test_integers_between_bounds_that_are_no_multiples() -> None:
    lattice = Lattice.inside(-5, 10, 4, integral=True)
    assert (lattice.value(lattice.first), lattice.value(lattice.last), lattice.size) == (-4, 8, 4)
    assert Lattice.inside(5, 7, 4, integral=True).size == 0


def test_the_reverse_log_interval_of_a_lattice_stays_below_one() -> None:
    lattice = Lattice.inside(0.0, 0.7, 0.7, integral=False)
    assert lattice.widened(REVERSE_LOG).upper < 1.0
