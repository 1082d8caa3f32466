"""The only place where optional packages are imported, and given what they insist on."""

from __future__ import annotations

import importlib
import tempfile
from contextlib import AbstractContextManager
from types import ModuleType

from syne_tune.errors import MissingExtraError


def require(module: str, extra: str) -> ModuleType:
    """Imports an optional package where it is used.

    Args:
        module: Import name, for example ``"matplotlib.pyplot"``.
        extra: The extra of ``syne_tune`` that installs it, for example ``"visual"``.

    Returns:
        The imported module.

    Raises:
        MissingExtraError: If it is not installed; the message contains the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"This needs the package {module.partition('.')[0]!r}, which is not installed. "
            f"Install it with: pip install 'syne_tune[{extra}]'"
        ) from error


def throwaway_folder() -> AbstractContextManager[str]:
    """A folder for a package that insists on writing something; it is gone after the block."""
    return tempfile.TemporaryDirectory()
