"""Floats and integers: bounds, scales, steps."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import (
    Float,
    Grid,
    Integer,
    Normal,
    ReverseLogUniform,
    lograndint,
    loguniform,
    normal,
    qlograndint,
    qloguniform,
    qrandint,
    quniform,
    randint,
    reverseloguniform,
    uniform,
)
from syne_tune.config_space.constructors import finrange
from syne_tune.errors import ConfigSpaceError


@pytest.mark.parametrize(
    ("construct", "message"),
    [
        (lambda: uniform(1, 0), "lower = 1, upper = 0: lower must not exceed upper"),
        (lambda: uniform(float("nan"), 1), "lower = nan: must be finite"),
        (lambda: uniform(0, float("inf")), "upper = inf: must be finite"),
        (lambda: uniform("0", 1), "lower = '0': must be a number"),
        (lambda: uniform(True, 1), "lower = True: must be a number"),
        (lambda: uniform(-1.7e308, 1.7e308), "too wide"),
        (lambda: uniform(0, 10**400), "too large"),
        (lambda: loguniform(0, 1), "lower = 0: must be positive on a log scale"),
        (lambda: lograndint(0, 5), "lower = 0: must be positive on a log scale"),
        (lambda: reverseloguniform(0.5, 1.0), "0 <= lower <= upper < 1"),
        (lambda: reverseloguniform(-0.5, 0.5), "0 <= lower <= upper < 1"),
        (lambda: randint(0.5, 3), "lower = 0.5: must be an integer"),
        (lambda: quniform(0.05, 1, 0.1), "lower = 0.05: must be a multiple of q = 0.1"),
        (lambda: quniform(0, 0.95, 0.1), "upper = 0.95: must be a multiple of q = 0.1"),
        (lambda: quniform(0, 1, 0), "q = 0: the step must be a positive number"),
        (lambda: qrandint(1, 10, 0.5), "q = 0.5: the step of an integer domain must be an integer"),
        (lambda: qrandint(5, 7, 4), "no multiple of q = 4 lies in"),
        (lambda: normal(0, 1, 0.5, 0.0), "sd finite and positive"),
        (lambda: normal(0, 1, 500.0, 1.0), "no mass"),
        (lambda: uniform(0, 1).with_sampler(Grid()), "Float cannot use the sampler Grid()"),
        (lambda: Integer(1, 3).with_sampler(Normal(2.0, 1.0)), "Integer cannot use"),
        (lambda: Integer(0, 0).with_sampler(ReverseLogUniform()), "Integer cannot use"),
    ],
)
def test_broken_rules_are_refused_with_argument_and_value(construct: Any, message: str) -> None:
    with pytest.raises(ConfigSpaceError) as raised:
        construct()
    assert message in str(raised.value)


def test_errors_are_value_errors_too() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        loguniform(-1, 1)


def test_bounds_are_plain_numbers_as_given() -> None:
    assert repr(uniform(0, 1)) == "uniform(0, 1)"
    assert repr(uniform(np.float32(0.5), np.int64(1))) == "uniform(0.5, 1)"
    assert repr(randint(1.0, 10)) == "randint(1, 10)"
    assert type(randint(1.0, 10).lower) is int


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (loguniform(1e-5, 0.1), "loguniform(1e-05, 0.1)"),
        (qloguniform(0.1, 1.0, 0.1), "qloguniform(0.1, 1.0, 0.1)"),
        (qrandint(2, 8, 2), "qrandint(2, 8, 2)"),
        (reverseloguniform(0, 0.9).quantized(0.1), "reverseloguniform(0, 0.9).quantized(0.1)"),
        (normal(0, 1, 0.5, 0.1), "normal(0, 1, 0.5, 0.1)"),
    ],
)
def test_domains_are_shown_as_the_call_that_makes_them(domain: Any, text: str) -> None:
    assert repr(domain) == text
    assert domain.domain_str == f"({domain.lower}, {domain.upper})"


def test_equality_is_exact() -> None:
    """W22: floats were compared with an absolute tolerance."""
    assert uniform(0, 1e-9) != uniform(0, 1e-10)
    assert uniform(0, 1) == uniform(0.0, 1.0) == Float(0, 1)
    assert uniform(0, 1) != randint(0, 1)


def test_reverse_log_and_log_differ() -> None:
    """W11: ``==`` said they were equal."""
    assert reverseloguniform(0.1, 0.9) != loguniform(0.1, 0.9) != uniform(0.1, 0.9)
    assert quniform(0, 1, 0.1) != quniform(0, 1, 0.5) != uniform(0, 1)


def test_integers_round_half_to_even_and_keep_large_values_exact() -> None:
    assert [randint(0, 9).cast(x) for x in (2.5, 3.5, "4", "4.2", np.int64(3), np.float32(2))] == [2, 4, 4, 4, 3, 2]
    assert randint(0, 2**70).cast(str(2**61 + 1)) == 2**61 + 1


@pytest.mark.parametrize("value", ["abc", None, [1], float("nan"), float("inf")])
def test_what_is_no_integer_cannot_be_cast(value: Any) -> None:
    with pytest.raises(ConfigSpaceError, match="cannot be read as a number"):
        randint(0, 5).cast(value)


def test_values_of_any_numeric_type_become_plain_floats() -> None:
    for value in (1, True, "1", np.float32(1), np.int64(1)):
        assert type(uniform(0, 1).cast(value)) is float
    assert [type(value) for value in uniform(0, 1).decode_many(np.array([-0.1, 0.0, 1.0, 1.1]))] == [float] * 4
    assert type(uniform(3, 3).value_at(0)) is float


@pytest.mark.parametrize("value", ["much", [1], 10**400, None])
def test_what_is_no_number_cannot_be_cast_or_encoded(value: Any) -> None:
    for domain in (uniform(0, 1), randint(0, 5), quniform(0, 1, 0.5)):
        with pytest.raises(ConfigSpaceError):
            domain.encode_many([0, value])
        with pytest.raises(ConfigSpaceError):
            domain.cast(value)


def test_very_wide_integer_ranges() -> None:
    domain = qrandint(0, 2**70, 1)
    assert domain.cardinality == 2**70 + 1
    assert domain.is_valid(domain.sample(random_state=np.random.RandomState(0)))
    assert uniform(0, 2**60 + 1).upper == float(2**60)


def test_steps_may_be_numpy_numbers() -> None:
    assert uniform(0, 1).quantized(np.float64(0.5)) == quniform(0, 1, 0.5)
    assert randint(0, 8).quantized(np.int64(2)) == qrandint(0, 8, 2)
    assert repr(uniform(0, 1).quantized(np.float64(0.5))) == "quniform(0, 1, 0.5)"


def test_cast_leaves_numbers_outside_of_the_bounds_outside() -> None:
    assert uniform(0, 1).cast(7) == 7.0
    assert not uniform(0, 1).is_valid(7.0)
    assert randint(0, 5).cast(8.2) == 8


def test_values_inside_the_bounds_go_to_the_nearest_multiple() -> None:
    """W11: ``q`` was ignored by casts."""
    assert [qrandint(1, 10, 4).cast(x) for x in (1, 5, 6.1, 10)] == [4, 4, 8, 8]
    assert quniform(0, 1, 0.1).cast(0.32) == 0.3


def test_what_counts_as_valid() -> None:
    assert randint(1, 3).is_valid(2)
    assert randint(1, 3).is_valid(2.0)
    assert not any(randint(1, 3).is_valid(x) for x in (True, 2.5, 4, "2", None, float("nan")))
    assert quniform(0, 1, 0.1).is_valid(0.1 + 0.2)
    assert not quniform(0, 1, 0.1).is_valid(0.35)
    assert not uniform(0, 1).is_valid("0.5")
    assert not randint(10**12, 10**13).is_valid(10**12 + 0.25)


@pytest.mark.parametrize(
    ("domain", "middle"),
    [
        (uniform(0, 1), 0.5),
        (loguniform(1e-4, 1e-2), 1e-3),
        (reverseloguniform(0.5, 0.9), 0.7),
        (randint(1, 10), 6),
        (lograndint(1, 100), 10),
        (quniform(0, 1, 0.2), 0.4),
        (qloguniform(0.25, 4, 0.25), 1.0),
        (normal(0, 1, 0.2, 0.1), 0.2),
        (normal(0, 1, -0.1, 0.1), 0.0),
        (qrandint(1, 10, 4), 4),
    ],
)
def test_midpoints(domain: Any, middle: float) -> None:
    """W11: midpoints of quantised domains ignored ``q``."""
    assert domain.midpoint() == pytest.approx(middle)
    assert domain.is_valid(domain.midpoint())


def test_match_strings() -> None:
    assert uniform(0, 1).match_string(0.1234567890) == "1.234568e-01"
    assert uniform(-1, 1).match_string(-0.0) == uniform(-1, 1).match_string(0)
    assert randint(1, 5).match_string(3) == "3"


def frequencies(domain: Any, n: int = 6000) -> dict[Any, float]:
    values = domain.sample(size=n, random_state=np.random.RandomState(1))
    return {value: count / n for value, count in Counter(values).items()}


@pytest.mark.parametrize("domain", [randint(1, 4), qrandint(3, 17, 4), quniform(-0.5, 1.0, 0.5)])
def test_linear_lattices_are_equally_likely_at_the_ends_too(domain: Any) -> None:
    assert list(frequencies(domain).values()) == pytest.approx([0.25] * 4, abs=0.03)


def test_lograndint_gives_end_points_their_full_share() -> None:
    """7.6: ``lograndint`` edge values were half as likely as they should be."""
    shares = frequencies(lograndint(1, 4))
    widths = np.diff(np.log([0.5, 1.5, 2.5, 3.5, 4.5]))
    expected = widths / widths.sum()
    assert [shares[value] for value in (1, 2, 3, 4)] == pytest.approx(expected.tolist(), abs=0.03)


@given(st.integers(1, 50), st.integers(0, 50), st.integers(1, 5))
def test_encoding_gives_log_integers_their_full_share_too(first: int, extra: int, q: int) -> None:
    domain = qlograndint(first * q, (first + extra) * q, q)
    scaled = np.log(np.arange(first, first + extra + 2) - 0.5)
    shares = (scaled - scaled[0]) / (scaled[-1] - scaled[0])
    for index, value in enumerate(domain.enumerate_values()):
        assert domain.decode(0.999 * shares[index] + 0.001 * shares[index + 1]) == value
        assert domain.decode(0.001 * shares[index] + 0.999 * shares[index + 1]) == value


def test_reverse_log_from_zero_can_be_sampled() -> None:
    """W11: with lower bound 0 a restored reverse-log domain could not be sampled."""
    values = reverseloguniform(0, 0.99).sample(size=100, random_state=np.random.RandomState(0))
    assert 0 <= min(values) <= max(values) <= 0.99
    assert np.median(values) == pytest.approx(0.9, abs=0.05)


def test_degenerate_ranges_have_one_value() -> None:
    for domain in (uniform(2, 2), loguniform(2, 2), randint(2, 2), qrandint(2, 2, 2), normal(2, 2, 2, 1)):
        assert len(domain) == 1
        assert domain.sample(size=3, random_state=np.random.RandomState(0)) == [2, 2, 2]
        assert list(domain.enumerate_values()) == [2]


def test_methods_return_new_domains() -> None:
    domain = uniform(1, 2)
    assert domain.loguniform() == loguniform(1, 2)
    assert domain == uniform(1, 2)
    assert loguniform(1, 2).quantized(0.5).uniform() == uniform(1, 2)
    assert Integer(1, 8).loguniform().quantized(2).quantized(4) == qlograndint(1, 8, 4)
    assert finrange(0, 1, 3) != uniform(0, 1)
