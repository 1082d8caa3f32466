"""Scripts, and backends whose processes are gone when the test ends."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from syne_tune.backend import LocalBackend
from syne_tune.backend.host_client import HostClient


@pytest.fixture
def make_script(tmp_path: Path) -> Callable[..., Path]:
    """Writes a training script, whose first lines import what most need."""

    def write(text: str, name: str = "train.py") -> Path:
        path = tmp_path / name
        header = "import json, os, signal, subprocess, sys, time\n"
        path.write_text(header + textwrap.dedent(text))
        return path

    return write


@pytest.fixture
def make_backend(tmp_path: Path) -> Iterator[Callable[..., LocalBackend]]:
    """Makes backends that keep their files in ``tmp_path / "trials"``; all of their trials are stopped at the end."""
    made: list[LocalBackend] = []

    def make(script: Path | str, folder: str = "trials", **options: object) -> LocalBackend:
        options.setdefault("stop_grace", 2.0)
        backend = LocalBackend(str(script), **options)  # type: ignore[arg-type]
        backend.set_path(str(tmp_path / folder))
        made.append(backend)
        return backend

    yield make
    for backend in made:
        backend.stop_all()
        backend.close()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[HostClient]:
    """A connection to the worker host of ``tmp_path``, not yet made."""
    client = HostClient(tmp_path)
    yield client
    client.close()
