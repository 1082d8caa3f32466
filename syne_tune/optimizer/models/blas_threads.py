"""Linear algebra on one thread: :func:`single_blas_thread`.

The matrices of a surrogate model have some hundred rows. Splitting work on them among threads gains little, and where
trials keep all cores busy it costs more than it gains: waiting threads spin, and a model that takes ten milliseconds on
one thread was seen to take a hundred on two.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import scipy.linalg.cython_blas
from numpy.linalg import _umath_linalg

_NAMES = (
    ("scipy_openblas_get_num_threads64_", "scipy_openblas_set_num_threads64_"),
    ("scipy_openblas_get_num_threads", "scipy_openblas_set_num_threads"),
    ("openblas_get_num_threads64_", "openblas_set_num_threads64_"),
    ("openblas_get_num_threads", "openblas_set_num_threads"),
    ("MKL_Get_Max_Threads", "MKL_Set_Num_Threads"),
    ("bli_thread_get_num_threads", "bli_thread_set_num_threads"),
)
"""How libraries call the functions that read and set their number of threads."""


class _Library(NamedTuple):
    get: Any
    set: Any


@cache
def _libraries() -> tuple[_Library, ...]:
    """The libraries that numpy and scipy are linked with, as far as their number of threads can be set."""
    found = []
    for extension in (_umath_linalg, scipy.linalg.cython_blas):
        linked = ctypes.CDLL(extension.__file__)
        names = next((pair for pair in _NAMES if hasattr(linked, pair[1])), None)
        if names is not None:
            found.append(_Library(getattr(linked, names[0]), getattr(linked, names[1])))
    return tuple(found)


def num_blas_threads() -> list[int]:
    """Number of threads of each library whose number of threads can be set; at most two, often different ones."""
    return [int(library.get()) for library in _libraries()]


@contextmanager
def single_blas_thread() -> Iterator[None]:
    """Within, linear algebra runs on one thread; afterwards on as many as before. Also works as a decorator.

    The setting is that of the process. Where several Python threads use this at the same time, the last one to leave
    restores what it found, which may be one thread. With libraries that cannot be asked, nothing happens.
    """
    before = [(library, library.get()) for library in _libraries()]
    for library, _ in before:
        library.set(1)
    try:
        yield
    finally:
        for library, threads in reversed(before):
            library.set(threads)
