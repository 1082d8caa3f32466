"""What holds for every domain."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import Domain, Float, Integer, LogUniform, Uniform, choice, finrange, randint, uniform
from syne_tune.errors import ConfigSpaceError
from tests.config_space.strategies import DOMAINS, FINITE_DOMAINS, UNITS


def close(left: Any, right: Any) -> bool:
    return left == right or (isinstance(left, float) and left == pytest.approx(right, rel=1e-6, abs=1e-6))


@given(DOMAINS, st.integers(0, 2**31 - 1))
def test_samples_are_valid_values_of_the_plain_type(domain: Domain, seed: int) -> None:
    random_state = np.random.RandomState(seed)
    for value in domain.sample(size=20, random_state=random_state):
        assert domain.is_valid(value)
        assert type(value) is domain.value_type


@given(DOMAINS)
def test_one_draw_is_a_value_and_several_are_a_list(domain: Domain) -> None:
    one = domain.sample(random_state=np.random.RandomState(3))
    several = domain.sample(size=2, random_state=np.random.RandomState(3))
    assert several[0] == one
    assert len(several) == 2


def test_without_a_random_state_the_global_one_of_numpy_is_used() -> None:
    state = np.random.get_state()
    np.random.seed(5)
    first = uniform(0, 1).sample()
    np.random.seed(5)
    assert uniform(0, 1).sample() == first
    np.random.set_state(state)


@given(DOMAINS, UNITS)
def test_many_quantiles_equal_single_ones(domain: Domain, unit: float) -> None:
    assert domain.quantile_many(np.array([unit, 0.3])) == [domain.quantile(unit), domain.quantile(0.3)]
    assert domain.decode_many(np.array([unit, 0.3])) == [domain.decode(unit), domain.decode(0.3)]


@given(DOMAINS, UNITS)
def test_cast_is_idempotent_and_keeps_values(domain: Domain, unit: float) -> None:
    value = domain.quantile(unit)
    assert domain.cast(value) == value
    assert type(domain.cast(value)) is domain.value_type


@given(DOMAINS, UNITS)
def test_cast_reads_what_was_written_as_text(domain: Domain, unit: float) -> None:
    value = domain.quantile(unit)
    assert domain.cast(str(value)) == value


@given(DOMAINS, UNITS)
def test_decoding_inverts_encoding(domain: Domain, unit: float) -> None:
    value = domain.quantile(unit)
    position = domain.encode_many([value])
    assert position.shape == (1,)
    assert 0.0 <= position[0] <= 1.0
    assert close(domain.decode(position[0]), value)


@given(DOMAINS, UNITS, UNITS)
def test_encoding_and_sampling_preserve_order(domain: Domain, left: float, right: float) -> None:
    low, high = sorted([left, right])
    positions = domain.encode_many([domain.decode(low), domain.decode(high)])
    assert positions[0] <= positions[1] + 1e-9


@given(DOMAINS)
def test_the_middle_is_a_value(domain: Domain) -> None:
    assert domain.is_valid(domain.midpoint())


@given(FINITE_DOMAINS)
def test_finite_domains_reach_both_ends_in_sampling_and_encoding(domain: Domain) -> None:
    """Acceptance check 4 of section 7.7: finite domains never miss an end point."""
    first, last = domain.value_at(0), domain.value_at(domain.cardinality - 1)
    assert (domain.quantile(0.0), domain.quantile(1.0)) == (first, last)
    assert (domain.decode(0.0), domain.decode(1.0)) == (first, last)
    low, high = domain.encode_many([first, last])
    assert 0.0 < low <= high < 1.0


@given(FINITE_DOMAINS)
def test_finite_domains_enumerate_distinct_valid_values(domain: Domain) -> None:
    if domain.cardinality <= 1000:
        values = list(domain.enumerate_values())
        assert len(values) == len(set(values)) == len(domain)
        assert all(domain.is_valid(value) for value in values)


@given(DOMAINS)
def test_every_domain_is_true(domain: Domain) -> None:
    """7.6: infinite domains were falsy."""
    assert bool(domain)


def test_length_zero_means_infinite() -> None:
    assert len(uniform(0, 1)) == 0
    assert len(uniform(1, 1)) == 1
    assert len(randint(0, 2**70)) > 2**60
    with pytest.raises(ConfigSpaceError, match="infinitely many"):
        uniform(0, 1).enumerate_values()


@given(DOMAINS)
def test_equal_domains_have_equal_hashes(domain: Domain) -> None:
    """7.6: domains were not hashable."""
    for twin in (copy.deepcopy(domain), pickle.loads(pickle.dumps(domain))):
        assert twin == domain
        assert hash(twin) == hash(domain)
        assert twin.quantile(0.4) == domain.quantile(0.4)


@given(DOMAINS)
def test_domains_differ_from_other_things(domain: Domain) -> None:
    assert domain != repr(domain)
    assert domain.is_function() is False


@given(DOMAINS, UNITS)
def test_match_strings_are_equal_for_a_value_and_its_text(domain: Domain, unit: float) -> None:
    value = domain.quantile(unit)
    assert domain.match_string(value) == domain.match_string(domain.cast(str(value)))


def test_set_sampler_changes_a_fresh_domain_once() -> None:
    domain = Float(1, 10)
    assert domain.sampler is None
    assert domain.get_sampler() == Uniform()
    domain.set_sampler(LogUniform())
    assert domain == Float(1, 10).loguniform()
    assert domain.midpoint() == pytest.approx(10**0.5)
    with pytest.raises(ConfigSpaceError, match="allow_override"):
        domain.set_sampler(Uniform())
    domain.set_sampler(Uniform(), allow_override=True)
    assert domain == uniform(1, 10)


def test_samplers_are_described_by_their_dictionary() -> None:
    assert vars(uniform(0, 1).sampler) == {}
    assert vars(Float(1, 2).loguniform().sampler) == {"base": 2.718281828459045}
    assert vars(Float(0, 2).normal(1.0, 0.5).sampler) == {"mean": 1.0, "sd": 0.5}
    assert vars(randint(0, 4).quantized(2).sampler) == {"sampler": Uniform(), "q": 2}


@pytest.mark.parametrize("domain", [choice(["a", "b"]), finrange(0, 1, 3)])
def test_samplers_that_do_not_suit_are_refused(domain: Domain) -> None:
    with pytest.raises(ConfigSpaceError, match="cannot use"):
        domain.set_sampler(LogUniform(), allow_override=True)


def test_values_outside_are_refused_when_encoded() -> None:
    with pytest.raises(ConfigSpaceError, match="7 is not in randint"):
        Integer(1, 5).encode_many([3, 7])
    with pytest.raises(ConfigSpaceError, match="nan"):
        Float(1, 5).encode_many([float("nan")])
