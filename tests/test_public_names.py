"""What a package says it offers, it offers."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import syne_tune
from syne_tune.constants import VERSION

NAMES = ["syne_tune", *(m.name for m in pkgutil.walk_packages(syne_tune.__path__, "syne_tune."))]
MODULES = [importlib.import_module(name) for name in sorted(NAMES) if not name.endswith("__main__")]
LISTING = [module for module in MODULES if hasattr(module, "__all__")]


@pytest.mark.parametrize("module", LISTING, ids=lambda module: module.__name__)
def test_listed_names_exist_once_and_have_a_docstring(module: ModuleType) -> None:
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value), name


def test_root_offers_three_names() -> None:
    assert sorted(syne_tune.__all__) == ["Reporter", "StoppingCriterion", "Tuner"]


@pytest.mark.parametrize("module", [m for m in LISTING if "__getattr__" in vars(m)], ids=lambda m: m.__name__)
def test_names_imported_on_demand_fail_like_any_other_if_misspelt(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name


def test_version_can_be_read() -> None:
    assert syne_tune.read_version() == vars(syne_tune)["__version__"] == VERSION
