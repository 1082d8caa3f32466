"""Every benchmark runs in its short form and prints its figures. How large these are is not looked at here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
IN_SHORT_FORM = re.search(r"for name in (.*); do", (REPOSITORY / "scripts" / "benchmarks").read_text())


@pytest.mark.parametrize("name", IN_SHORT_FORM.group(1).split() if IN_SHORT_FORM else [])
def test_short_form_prints_figures(name: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--quick"]
    result = subprocess.run(command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-6000:]
    assert re.search(r"^.+: -?[\d.e-]+ [^(]+\(.*\)$", result.stdout, re.MULTILINE), result.stdout


def test_each_target_of_the_table_has_a_benchmark_that_exists() -> None:
    table = (REPOSITORY / "benchmarks" / "README.md").read_text()
    modules = re.findall(r"`python -m benchmarks\.(\w+)`", table)
    assert modules
    assert all((REPOSITORY / "benchmarks" / f"{module}.py").exists() for module in modules)
