"""Spaces written as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings

from syne_tune.config_space import (
    Domain,
    Space,
    active_if,
    at_least,
    at_most,
    between,
    choice,
    finrange,
    logfinrange,
    lograndint,
    loguniform,
    ordinal,
    parse_domain,
    parse_entry,
    parse_space,
    randint,
    read_space,
    reverseloguniform,
    uniform,
)
from syne_tune.errors import ConfigSpaceError
from tests.config_space.strategies import DOMAINS, SPACES

TEXT = """
# what a user writes
lr: loguniform(1e-5, 1e-1)
optimizer: choice([sgd, adam])
momentum: active_if(uniform(0.8, 0.99), optimizer=sgd)
nesterov: active_if(choice([true, false]), momentum=at_least(0.9))
batch_size: lograndint(8, 512)
epochs: 27
weight_decay: 1e-5
name: adam (with warm-up)
layers: [64, 64]
constraints:
  - batch_size * lr <= 1
"""

EXPECTED = Space(
    {
        "lr": loguniform(1e-5, 1e-1),
        "optimizer": choice(["sgd", "adam"]),
        "momentum": active_if(uniform(0.8, 0.99), optimizer="sgd"),
        "nesterov": active_if(choice([True, False]), momentum=at_least(0.9)),
        "batch_size": lograndint(8, 512),
        "epochs": 27,
        "weight_decay": 1e-5,
        "name": "adam (with warm-up)",
        "layers": [64, 64],
    },
    constraints=["batch_size * lr <= 1"],
)


def test_yaml() -> None:
    space = parse_space(TEXT)
    assert space == EXPECTED
    assert list(space) == list(EXPECTED)
    assert isinstance(space["weight_decay"], float)


def test_json() -> None:
    assert parse_space(json.dumps(yaml.safe_load(TEXT) | {"weight_decay": 1e-5})) == EXPECTED


def test_a_yaml_mapping_in_braces() -> None:
    assert parse_space("{lr: 'loguniform(1e-5, 1e-1)', epochs: 3}") == {"lr": loguniform(1e-5, 1e-1), "epochs": 3}


def test_files_are_named_in_errors(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(TEXT)
    assert read_space(path) == EXPECTED
    path.write_text("lr: loguniform(0, 1)")
    with pytest.raises(ConfigSpaceError, match=r"space\.yaml: lr: loguniform\(0, 1\): lower = 0: must be positive"):
        read_space(path)
    path.write_bytes(b"lr: \xff\xfe")
    with pytest.raises(ConfigSpaceError, match=r"space\.yaml: .*decode"):
        read_space(path)


def test_constraints_may_stand_beside_the_space() -> None:
    below = "space:\n  a: randint(1, 5)\n  constraints: 3\nconstraints: a + constraints < 6"
    assert parse_space(below) == Space({"a": randint(1, 5), "constraints": 3}, ["a + constraints < 6"])
    assert parse_space("space: randint(1, 5)") == Space({"space": randint(1, 5)})


@settings(max_examples=40)
@given(SPACES)
def test_the_json_form_is_read_too(space: Space) -> None:
    assume(not any(isinstance(constant, str) and "(" in constant for constant in space.constants.values()))
    assert parse_space(space.to_json()) == space


def test_the_json_form_of_a_constrained_space() -> None:
    space = Space({"a": randint(1, 5), "b": {"domain_cls": 1}, "c": (1, 2)}, ["a < 4"])
    assert parse_space(space.to_json()) == space


@given(DOMAINS)
def test_domains_are_read_as_they_are_shown(domain: Domain) -> None:
    conditional = active_if(domain, a=["x", "y"], b=at_least(3), c=between(1, 2.5), d=(1, 2), e=at_most(2))
    for written in (domain, conditional, active_if(domain, {"two words": True})):
        assert parse_domain(repr(written)) == written


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("choice([sgd, adam])", choice(["sgd", "adam"])),
        ("choice(['sgd', \"adam\"])", choice(["sgd", "adam"])),
        ("choice(categories=[1, 2])", choice([1, 2])),
        ("choice([True, false])", choice([True, False])),
        ("choice([(1, 2), (3,)])", choice([(1, 2), (3,)])),
        (" uniform( -1.5, +2 ) ", uniform(-1.5, 2)),
        ("uniform(lower=0, upper=1)", uniform(0, 1)),
        ("finrange(1, 9, 5, cast_int=True)", finrange(1, 9, 5, cast_int=True)),
        ("logfinrange(1, 9, size=5)", logfinrange(1, 9, 5)),
        ("ordinal([1, 2, 4], kind=equal)", ordinal([1, 2, 4], kind="equal")),
        ("reverseloguniform(0, 0.9).quantized(0.1)", reverseloguniform(0, 0.9).quantized(0.1)),
        ("choice([a, b]).grid()", choice(["a", "b"]).grid()),
        ("active_if(uniform(0, 1), {'a b': [1, 2]})", active_if(uniform(0, 1), {"a b": [1, 2]})),
        ("uniform (0, 1)", uniform(0, 1)),
    ],
)
def test_the_text_form_equals_the_constructor_form(text: str, domain: Domain) -> None:
    assert parse_domain(text) == domain
    assert parse_space(json.dumps({"x": text, "a b": 1}))["x"] == domain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("27", 27),
        ("1e-5", 1e-5),
        ("1.5", 1.5),
        ("true", True),
        ("sgd", "sgd"),
        ("[1, a]", [1, "a"]),
        ("constant('f(x)')", "f(x)"),
        ("constant([1, 2])", [1, 2]),
        ("randint(1, 3)", randint(1, 3)),
        ("adam (slow)", "adam (slow)"),
    ],
)
def test_single_entries(text: str, value: Any) -> None:
    assert parse_entry(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').mkdir('executed')",
        "os.mkdir('executed')",
        "open('executed', 'w')",
        "eval('1')",
        "choice([__import__('os').mkdir('executed')])",
        "choice([open('executed', 'w')])",
        "uniform(0, 1).__class__.__base__()",
        "uniform(0, 1).set_sampler(3)",
        "(lambda: 1)()",
        "choice([x for x in [1, 2]])",
        "choice(*[[1, 2]])",
        "choice(**{'categories': [1]})",
        "choice([f'{1}'])",
        "uniform(0, 1 if True else 2)",
        "choice([1][0])",
        "randint(0, 2**10)",
    ],
)
def test_nothing_is_executed(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigSpaceError):
        parse_domain(text)
    if not text.startswith("("):
        with pytest.raises(ConfigSpaceError, match=r"^x: "):
            parse_space(json.dumps({"x": text}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x: loguniforn(1, 2)", "x: unknown constructor 'loguniforn'; did you mean 'loguniform'"),
        ("x: f(x)", "written constant('f(x)')"),
        ("x: uniform(0)", "x: uniform(0): uniform() missing 1 required positional argument: 'upper'"),
        ("x: uniform(0, 1, steps=3)", "unexpected keyword argument 'steps'"),
        ("x: uniform(0, 1", "cannot be read: '(' was never closed; write"),
        ("x: 'choice(linear, net)'", "were given; write choice([first, second, ...])"),
        ("x: loguniform(1)", "write loguniform(lower, upper)"),
        ("x: active_if()", "write active_if(domain, parent=value)"),
        ("x: finrange(1, 2)", "write finrange(lower, upper, size, cast_int=...)"),
        ("x: uniform(0, one)", "upper = 'one': must be a number"),
        ("x: choice([resnet-18])", "'resnet - 18' is not allowed here; write numbers, and texts in quotes"),
        ("x: choice([a]).quantized(2)", "unknown constructor"),
        ("x: at_least(3)", "unknown constructor 'at_least'"),
        ("x: active_if(uniform(0, 1), a=at_leest(3))", "did you mean 'at_least'"),
        ("x: 'active_if(uniform(0, 1), {[1]: 2})'", "is not allowed here"),
        ("x: 'active_if(uniform(0, 1), {**a})'", "is not allowed here"),
        ("x: 1\nx: 2", "the key 'x' appears twice"),
        ('{"x": 1, "x": 2}', "the key 'x' appears twice"),
        ("? [1, 2]\n: 3", "[1, 2] cannot be the name of a parameter"),
        ("1: 3", "1 cannot be the name of a parameter"),
        ("x: !!python/object/apply:os.getcwd []", "not valid YAML"),
        ("x: [", "not valid YAML"),
        ("x: " + "[" * 500, "not valid YAML"),
        ("", "a space maps names to values"),
        ("- x", "a space maps names to values"),
        ("x: 1\nconstraints: {a: 1}", "must be a list of texts"),
        ("x: 1\nconstraints: [1]", "must be a list of texts"),
        ("x: randint(1, 2)\nconstraints: [y < 1]", "unknown name 'y'"),
        ("constraints: []", "the search space is empty"),
        ("x: uniform(" + "-" * 5000 + "1, 2)", "cannot be read"),
    ],
)
def test_bad_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigSpaceError) as raised:
        parse_space(text)
    assert message in str(raised.value)


def test_other_text_is_no_domain() -> None:
    for text in ("27", "sgd", "constant(3)", "", "uniform"):
        with pytest.raises(ConfigSpaceError):
            parse_domain(text)
