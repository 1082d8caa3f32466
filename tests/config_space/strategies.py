"""Random domains and spaces for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from syne_tune.config_space import (
    Domain,
    Space,
    active_if,
    at_least,
    choice,
    finrange,
    logfinrange,
    logordinal,
    lograndint,
    loguniform,
    normal,
    ordinal,
    qlograndint,
    qloguniform,
    qrandint,
    quniform,
    randint,
    reverseloguniform,
    uniform,
)

STEPS = st.sampled_from([0.001, 0.05, 0.1, 0.25, 0.3, 1.0, 2, 7.5])
INTEGERS = st.integers(-(10**6), 10**6)
POSITIVE_INTEGERS = st.integers(1, 10**6)
FLOATS = st.floats(-1e6, 1e6, allow_subnormal=False) | INTEGERS
POSITIVE_FLOATS = st.floats(1e-8, 1e6) | POSITIVE_INTEGERS
BELOW_ONE = st.floats(0.0, 0.999999, allow_subnormal=False)
UNITS = st.floats(0.0, 1.0)
CATEGORIES = st.one_of(
    st.lists(st.text(max_size=5), min_size=1, max_size=6, unique=True),
    st.lists(INTEGERS, min_size=1, max_size=6, unique=True),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6, unique=True),
    st.sampled_from([[True], [False, True], [True, False]]),
    st.lists(st.tuples(INTEGERS, st.text(max_size=3)), min_size=1, max_size=4, unique=True),
)


@st.composite
def ranges(draw: st.DrawFn, numbers: st.SearchStrategy[Any]) -> tuple[Any, Any]:
    """``lower <= upper``; in some cases equal."""
    lower, upper = sorted([draw(numbers), draw(numbers)])
    return (lower, lower) if draw(st.integers(0, 9)) == 0 else (lower, upper)


@st.composite
def quantized_floats(draw: st.DrawFn) -> Domain:
    q = draw(STEPS)
    first, last = draw(ranges(st.integers(1, 1000)))
    return draw(st.sampled_from([quniform, qloguniform]))(first * q, last * q, q)


@st.composite
def quantized_integers(draw: st.DrawFn) -> Domain:
    q = draw(st.integers(1, 50))
    lower, upper = draw(ranges(POSITIVE_INTEGERS))
    return draw(st.sampled_from([qrandint, qlograndint]))(lower, upper + q, q)


@st.composite
def finite_ranges(draw: st.DrawFn) -> Domain:
    lower, upper = draw(ranges(st.floats(0.01, 1e4)))
    size = draw(st.integers(2, 30))
    return draw(st.sampled_from([finrange, logfinrange]))(lower + 1, upper + 1, size, cast_int=draw(st.booleans()))


@st.composite
def normals(draw: st.DrawFn) -> Domain:
    lower, upper = draw(ranges(st.floats(-10, 10).map(lambda x: x + 0.0)))  # no -0.0
    return normal(lower, upper, draw(st.floats(lower, upper)), draw(st.floats(1.0, 10.0)))


INCREASING = st.lists(st.integers(1, 10**6), min_size=1, max_size=8, unique=True).map(sorted)

FLOAT_DOMAINS: st.SearchStrategy[Domain] = st.one_of(
    ranges(FLOATS).map(lambda r: uniform(*r)),
    ranges(POSITIVE_FLOATS).map(lambda r: loguniform(*r)),
    ranges(BELOW_ONE).map(lambda r: reverseloguniform(*r)),
    normals(),
)
FINITE_DOMAINS: st.SearchStrategy[Domain] = st.one_of(
    ranges(INTEGERS).map(lambda r: randint(*r)),
    ranges(POSITIVE_INTEGERS).map(lambda r: lograndint(*r)),
    quantized_floats(),
    quantized_integers(),
    st.just(reverseloguniform(0, 0.9).quantized(0.1)),
    st.just(normal(-2, 3, 0.5, 1.0).quantized(0.5)),
    finite_ranges(),
    CATEGORIES.map(choice),
    CATEGORIES.map(lambda c: choice(c).grid()),
    CATEGORIES.map(lambda c: ordinal(c, kind="equal")),
    INCREASING.map(lambda c: ordinal(c, kind="nn")),
    INCREASING.map(logordinal),
)
DOMAINS = FLOAT_DOMAINS | FINITE_DOMAINS

CONSTANTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.sampled_from(["a", "domain_cls", "st_tuple", "st_dict"]), inner, max_size=2),
    ),
    max_leaves=5,
)

NAMES = st.text("abcdefgh ._-", min_size=1, max_size=4)


@st.composite
def flat_spaces(draw: st.DrawFn, domains: st.SearchStrategy[Domain] = DOMAINS) -> Space:
    """Parameters without conditions, and constants."""
    entries: dict[str, Any] = draw(st.dictionaries(NAMES, domains, min_size=1, max_size=5))
    return Space({**draw(st.dictionaries(NAMES, CONSTANTS, max_size=2)), **entries})


@st.composite
def conditional_spaces(draw: st.DrawFn, domains: st.SearchStrategy[Domain] = DOMAINS) -> Space:
    """A choice, a child for some of its values, and a grandchild; in any order."""
    entries = {
        "root": choice(["a", "b", "c"]),
        "child": active_if(randint(1, 5), root=draw(st.sampled_from([["a"], ["a", "c"]]))),
        "grandchild": active_if(draw(domains), child=at_least(draw(st.integers(1, 5)))),
        "twice": active_if(draw(domains), root="a", child=draw(st.integers(1, 5))),
        "free": draw(domains),
        "constant": draw(CONSTANTS),
    }
    return Space({name: entries[name] for name in draw(st.permutations(list(entries)))})


SPACES = flat_spaces() | conditional_spaces()
