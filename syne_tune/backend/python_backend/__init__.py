"""Trials as calls of a Python function: :class:`~syne_tune.backend.python_backend.python_backend.PythonBackend`."""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` would cost every trial milliseconds
if TYPE_CHECKING:
    from typing import Any

    from syne_tune.backend.python_backend.python_backend import PythonBackend

__all__ = ["PythonBackend"]


def __getattr__(name: str) -> Any:
    if name != "PythonBackend":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return import_module("syne_tune.backend.python_backend.python_backend").PythonBackend
