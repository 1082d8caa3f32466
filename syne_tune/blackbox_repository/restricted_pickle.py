"""Reads pickles that hold data, and refuses those that would call anything else."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from typing import IO, Any

import numpy as np

from syne_tune.errors import OptionError


def _to_bytes(text: str, encoding: str) -> bytes:
    """What old pickles call to make bytes out of a text."""
    return text.encode(encoding)


_SCALAR: Any = np.float64(0).__reduce__()[0]
_RECONSTRUCT: Any = np.zeros(0).__reduce__()[0]
_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("_codecs", "encode"): _to_bytes,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("numpy", "dtype"): np.dtype,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy.core.multiarray", "scalar"): _SCALAR,
    ("numpy._core.multiarray", "scalar"): _SCALAR,
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
}


class _DataOnly(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) in _ALLOWED:
            return _ALLOWED[module_name, global_name]
        raise OptionError(
            f"the pickle needs {module_name}.{global_name}, which is neither a container nor a number: it is not read, "
            "because it could run code"
        )


def load_data(file: IO[bytes]) -> Any:
    """Reads dictionaries, lists, texts, numbers and arrays.

    Args:
        file: Opened for reading.

    Raises:
        OptionError: If the pickle contains anything else, or is damaged.
    """
    try:
        return _DataOnly(file).load()
    except (pickle.UnpicklingError, EOFError) as error:
        raise OptionError(f"the pickle is damaged: {error}") from error
