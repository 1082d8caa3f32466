"""The functions users write spaces with."""

from __future__ import annotations

from typing import Any

import pytest

from syne_tune.config_space import (
    FiniteRange,
    Float,
    Integer,
    LogUniform,
    Normal,
    Ordinal,
    OrdinalNearestNeighbor,
    Quantized,
    ReverseLogUniform,
    Uniform,
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
from syne_tune.errors import ConfigSpaceError


@pytest.mark.parametrize(
    ("domain", "cls", "sampler"),
    [
        (uniform(0, 1), Float, Uniform()),
        (loguniform(1, 2), Float, LogUniform()),
        (reverseloguniform(0, 0.5), Float, ReverseLogUniform()),
        (normal(0, 1, 0.5, 2), Float, Normal(0.5, 2.0)),
        (quniform(0, 1, 0.5), Float, Quantized(Uniform(), 0.5)),
        (qloguniform(1, 2, 0.5), Float, Quantized(LogUniform(), 0.5)),
        (randint(0, 1), Integer, Uniform()),
        (lograndint(1, 2), Integer, LogUniform()),
        (qrandint(0, 4, 2), Integer, Quantized(Uniform(), 2)),
        (qrandint(0, 4), Integer, Quantized(Uniform(), 1)),
        (qlograndint(2, 4, 2), Integer, Quantized(LogUniform(), 2)),
    ],
)
def test_numeric_constructors(domain: Any, cls: type, sampler: Any) -> None:
    assert type(domain) is cls
    assert domain.sampler == sampler


def test_finite_ranges() -> None:
    assert finrange(1, 4, 4, cast_int=True) == FiniteRange(1, 4, 4, log_scale=False, cast_int=True)
    assert logfinrange(1, 4, 4) == FiniteRange(1, 4, 4, log_scale=True, cast_int=False)


@pytest.mark.parametrize(
    ("categories", "kind", "expected"),
    [
        ([1, 2], None, OrdinalNearestNeighbor([1, 2])),
        ([1.5, 2.0], None, OrdinalNearestNeighbor([1.5, 2.0])),
        ([2, 1], None, Ordinal([2, 1])),
        ([1], None, Ordinal([1])),
        (["a", "b"], None, Ordinal(["a", "b"])),
        ([False, True], None, Ordinal([False, True])),
        ([1, 2], "equal", Ordinal([1, 2])),
        ([1, 2], "nn-log", OrdinalNearestNeighbor([1, 2], log_scale=True)),
    ],
)
def test_kinds_of_ordinals(categories: list[Any], kind: str | None, expected: Any) -> None:
    assert ordinal(categories, kind) == expected
    assert ordinal(iter(categories), kind) == expected


def test_unknown_kinds_are_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigSpaceError, match="did you mean 'equal'"):
        ordinal([1, 2], "equl")
    with pytest.raises(ConfigSpaceError, match="must be a list"):
        ordinal("abc")


def test_logordinal() -> None:
    assert logordinal([1, 2]) == OrdinalNearestNeighbor([1, 2], log_scale=True)


def test_conditions_are_collected() -> None:
    domain = active_if(active_if(uniform(0, 1), a="x"), {"b.c": [1, 2]}, d=at_least(3))
    assert [str(condition) for condition in domain.conditions] == ["a='x'", "b.c=[1, 2]", "d=at_least(3)"]
    assert uniform(0, 1).conditions == ()
    assert domain != uniform(0, 1)


def test_only_domains_can_be_conditional() -> None:
    with pytest.raises(ConfigSpaceError, match="7 is not a domain"):
        active_if(7, a=1)  # type: ignore[type-var]
    with pytest.raises(ConfigSpaceError, match="name at least one parent"):
        active_if(choice([1, 2]))
