"""Names of a package that are imported when first used: :func:`names_on_demand`."""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` would cost every training job milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def names_on_demand(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """What a package assigns to ``__getattr__`` (PEP 562), so that importing it does not import all it offers.

    Args:
        package: Its name.
        homes: Module to the names that are to be had from there, separated by blanks.
    """
    home_of = {name: module for module, names in homes.items() for name in names.split()}

    def load(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(home_of[name]), name)

    return load
