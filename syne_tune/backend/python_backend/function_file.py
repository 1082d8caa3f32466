"""A Python function as a file: written by the tuner, loaded by trials.

The file holds the import path of the tuner, and the function as ``cloudpickle`` writes it: with its closure, its
defaults, and the globals of its module that it uses. A function of a module that trials can import themselves is stored
by name.
"""

from __future__ import annotations

import importlib.machinery
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from syne_tune.errors import OptionError


def serialize(function: Callable[..., Any]) -> bytes:
    """Content of the file.

    Raises:
        OptionError: If the function, or something it refers to, cannot be pickled.
    """
    import cloudpickle

    paths = [os.path.abspath(entry) for entry in sys.path]
    try:
        with _stored_by_value(_home_of(function)):
            return pickle.dumps((paths, cloudpickle.dumps(function)))
    except Exception as error:
        raise OptionError(
            f"The function {function!r} cannot be sent to other processes ({type(error).__name__}: {error}). "
            "Create what it refers to, such as locks, files and connections, inside of it"
        ) from error


@cache
def load_function(path: str) -> Callable[..., Any]:
    """Loads a function, once per process and those forked from it. Executes what is in the file.

    Args:
        path: File with the content made by :func:`serialize`.
    """
    paths, content = pickle.loads(Path(path).read_bytes())
    sys.path.extend(entry for entry in paths if entry not in sys.path)
    function: Callable[..., Any] = pickle.loads(content)
    return function


def _home_of(function: Callable[..., Any]) -> ModuleType | None:
    while isinstance(function, partial):
        function = function.func
    named = function if hasattr(function, "__qualname__") else type(function)
    return sys.modules.get(getattr(named, "__module__", None) or "")


@contextmanager
def _stored_by_value(module: ModuleType | None) -> Iterator[None]:
    """Makes ``cloudpickle`` store what belongs to a module, unless that can be imported."""
    import cloudpickle

    is_known = module is None or module.__name__ in cloudpickle.list_registry_pickle_by_value()
    if module is None or is_known or _can_be_imported(module):
        yield
        return
    cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        cloudpickle.unregister_pickle_by_value(module)


def _can_be_imported(module: ModuleType) -> bool:
    """Whether another process with the same import path would find this very module under its name."""
    folders: list[str] | None = None
    spec = None
    name = ""
    for part in module.__name__.split("."):
        name = f"{name}.{part}" if name else part
        spec = importlib.machinery.PathFinder.find_spec(name, folders)
        if spec is None:
            return name in sys.builtin_module_names
        folders = spec.submodule_search_locations
    return spec is not None and spec.origin == getattr(module, "__file__", None)
