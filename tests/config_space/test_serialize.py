"""The JSON form of domains and constants."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from syne_tune.config_space import (
    Domain,
    Float,
    Ordinal,
    active_if,
    at_least,
    between,
    choice,
    finrange,
    from_dict,
    logordinal,
    loguniform,
    normal,
    ordinal,
    quniform,
    reverseloguniform,
    to_dict,
    uniform,
)
from syne_tune.config_space.serialize import pack, unpack
from syne_tune.errors import ConfigSpaceError
from tests.config_space.strategies import CONSTANTS, DOMAINS, UNITS


@given(DOMAINS, UNITS)
def test_every_domain_survives_json(domain: Domain, unit: float) -> None:
    """Acceptance check 4 of section 7.7: JSON round trip for every domain."""
    again = from_dict(json.loads(json.dumps(to_dict(domain))))
    assert again == domain
    assert again.quantile(unit) == domain.quantile(unit)


@given(DOMAINS)
def test_conditions_survive_json(domain: Domain) -> None:
    conditional = active_if(domain, a=["x", "y"], b=at_least(3), c=between(1, 2.5), d=(1, 2))
    assert from_dict(json.loads(json.dumps(to_dict(conditional)))) == conditional


@given(CONSTANTS)
def test_constants_survive_json(constant: Any) -> None:
    again = unpack(json.loads(json.dumps(pack(constant))))
    assert again == constant
    assert type(again) is type(constant)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (
            uniform(0, 1),
            {
                "domain_cls": "Float",
                "domain_kwargs": {"lower": 0, "upper": 1},
                "sampler_cls": "Uniform",
                "sampler_kwargs": {},
            },
        ),
        (
            loguniform(1, 2),
            {
                "domain_cls": "Float",
                "domain_kwargs": {"lower": 1, "upper": 2},
                "sampler_cls": "LogUniform",
                "sampler_kwargs": {"base": 2.718281828459045},
            },
        ),
        (
            normal(0, 1, 0.5, 2),
            {
                "domain_cls": "Float",
                "domain_kwargs": {"lower": 0, "upper": 1},
                "sampler_cls": "Normal",
                "sampler_kwargs": {"mean": 0.5, "sd": 2.0},
            },
        ),
        (
            choice(["a"]),
            {
                "domain_cls": "Categorical",
                "domain_kwargs": {"categories": ["a"]},
                "sampler_cls": "Uniform",
                "sampler_kwargs": {},
            },
        ),
        (
            finrange(0, 1, 3),
            {
                "domain_cls": "FiniteRange",
                "domain_kwargs": {"lower": 0, "upper": 1, "size": 3, "log_scale": False, "cast_int": False},
            },
        ),
        (
            logordinal([1, 2]),
            {"domain_cls": "OrdinalNearestNeighbor", "domain_kwargs": {"categories": [1, 2], "log_scale": True}},
        ),
    ],
)
def test_the_documented_form(domain: Domain, expected: dict[str, Any]) -> None:
    assert to_dict(domain) == expected
    assert from_dict(expected) == domain


def test_reverse_log_and_quantised_domains_keep_their_sampler() -> None:
    """W11: reverse-log became log, quantised domains lost their sampler."""
    assert to_dict(reverseloguniform(0, 0.9))["sampler_cls"] == "ReverseLogUniform"
    form = to_dict(quniform(0, 1, 0.5))
    assert form["sampler_cls"] == "Quantized"
    assert form["sampler_kwargs"] == {"q": 0.5, "sampler_cls": "Uniform", "sampler_kwargs": {}}


def test_files_without_sampler_are_read() -> None:
    form = {"domain_cls": "Float", "domain_kwargs": {"lower": 0, "upper": 1}, "sampler_cls": None}
    assert from_dict(form) == Float(0, 1)
    assert from_dict({"domain_cls": "Ordinal", "domain_kwargs": {"categories": ["a"]}}) == Ordinal(["a"])
    assert ordinal(["a"]).sampler is None


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "domain_cls = None is not known"),
        ({"domain_cls": "Flat"}, "did you mean 'Float'"),
        ({"domain_cls": "Float"}, "is not the JSON form of a domain"),
        ({"domain_cls": "Float", "domain_kwargs": {"lower": 0}}, "is not the JSON form of a domain"),
        ({"domain_cls": "Float", "domain_kwargs": {"lower": 1, "upper": 0}}, "must not exceed"),
        (
            {"domain_cls": "Float", "domain_kwargs": {"lower": 0, "upper": 1}, "sampler_cls": "Uniformm"},
            "did you mean 'Uniform'",
        ),
        (
            {
                "domain_cls": "Float",
                "domain_kwargs": {"lower": 0, "upper": 1},
                "sampler_cls": "Uniform",
                "sampler_kwargs": {"base": 2},
            },
            "is not the JSON form of a domain",
        ),
    ],
)
def test_other_dictionaries_are_refused(form: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigSpaceError) as raised:
        from_dict(form)
    assert message in str(raised.value)


def test_domains_of_the_users_own_have_no_json_form() -> None:
    class Own(Float):
        pass

    with pytest.raises(ConfigSpaceError, match="class Own has no JSON form"):
        to_dict(Own(0, 1))
