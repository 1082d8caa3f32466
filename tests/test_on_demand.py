from __future__ import annotations

import sys

import pytest

from syne_tune.on_demand import names_on_demand


def test_imports_a_module_when_one_of_its_names_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    load = names_on_demand("colours", {"colorsys": "rgb_to_hsv hsv_to_rgb", "no_such_module": "nothing"})
    assert "colorsys" not in sys.modules
    assert load("hsv_to_rgb")(0.0, 0.0, 1.0) == (1.0, 1.0, 1.0)


def test_other_names_are_missing_like_those_of_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'colours' has no attribute 'red'"):
        names_on_demand("colours", {"colorsys": "rgb_to_hsv"})("red")
