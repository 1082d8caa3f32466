"""Training scripts are no package: each finds the files of its own folder, as a program does."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[3] / "benchmarking" / "training_scripts"


@pytest.fixture
def from_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], ModuleType]]:
    """Imports a file of a folder of training scripts."""
    names = {path.stem for path in SCRIPTS.rglob("*.py")}

    def load(folder: str, name: str) -> ModuleType:
        monkeypatch.syspath_prepend(str(SCRIPTS / folder))
        return importlib.import_module(name)

    yield load
    for name in names & set(sys.modules):
        del sys.modules[name]
