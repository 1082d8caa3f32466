from __future__ import annotations

import inspect
import re

import pytest

from syne_tune import errors
from syne_tune.errors import SyneTuneError, nearest

CLASSES = [
    member
    for _, member in inspect.getmembers(errors, inspect.isclass)
    if issubclass(member, SyneTuneError) and member is not SyneTuneError
]


def test_the_drawn_tree_shows_every_class_with_its_bases() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+)(?: \((\w+)\))?", errors.__doc__ or ""))
    bases = {c.__name__: [b.__name__ for b in c.__bases__ if b is not SyneTuneError] for c in CLASSES}
    assert {name: [base] if base else [] for name, base in drawn.items()} == bases


@pytest.mark.parametrize("error", CLASSES, ids=lambda c: c.__name__)
def test_catching_the_base_class_catches_each_error(error: type[SyneTuneError]) -> None:
    with pytest.raises(SyneTuneError, match="what went wrong"):
        raise error("what went wrong")


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("ConfigSpaceError", ValueError),
        ("OptionError", ValueError),
        ("ReportError", ValueError),
        ("TooManyFailuresError", ValueError),
        ("MissingExtraError", ImportError),
    ],
)
def test_errors_that_existing_scripts_catch_by_a_builtin_name(name: str, builtin: type[Exception]) -> None:
    assert issubclass(getattr(errors, name), builtin)


def test_nearest_name_is_suggested_first() -> None:
    assert nearest("los", ["epoch", "loss"]) == "did you mean 'loss'? Legal are: 'epoch', 'loss'"


def test_without_a_near_name_the_legal_ones_are_listed() -> None:
    assert nearest("xyz", ["loss", "epoch"]) == "Legal are: 'epoch', 'loss'"


def test_without_any_legal_name_it_says_so() -> None:
    assert nearest("loss", []) == "Legal are: none"
