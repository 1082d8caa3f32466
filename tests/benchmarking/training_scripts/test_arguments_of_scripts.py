"""Everything in the space of a benchmark reaches its script, and has an effect there."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[3]

ACCEPTED_ONLY = {"evaluation_strategy", "save_total_limit"}
"""Have one legal value."""


def real_definitions() -> dict[str, Any]:
    sys.path.insert(0, str(REPOSITORY))
    try:
        from benchmarking.benchmark_definitions import real_benchmark_definitions
    finally:
        sys.path.remove(str(REPOSITORY))
    return real_benchmark_definitions()


REAL = real_definitions()


def arguments_of(script: Path) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(script.read_text())) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if getattr(call.func, "attr", "") == "add_argument"]
    return {str(ast.literal_eval(name)).lstrip("-") for name in named}


@pytest.mark.parametrize("definition", REAL.values(), ids=REAL.keys())
def test_every_entry_of_the_space_is_used(definition: Any) -> None:
    """W-31: some hyperparameters were parsed, or not even that, and then not used."""
    text = definition.script.read_text()
    used = set(re.findall(r'config\["(\w+)"\]', text))
    assert definition.config_space.keys() <= arguments_of(definition.script)
    assert definition.config_space.keys() - ACCEPTED_ONLY <= used


@pytest.mark.parametrize("definition", REAL.values(), ids=REAL.keys())
def test_metric_and_resource_are_reported(definition: Any) -> None:
    text = "".join(path.read_text() for path in definition.script.parent.glob("*.py"))
    metric = definition.metric.removeprefix("eval_")
    assert metric in text
    assert definition.resource_attr in text
