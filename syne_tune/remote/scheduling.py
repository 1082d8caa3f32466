"""Waits for resources that are not available yet."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger(__name__)


def backoff(
    errorname: str, ntimes_resource_wait: int = 100, length2sleep: float = 600
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator for functions that start something, and fail as long as a quota is exhausted.

    ::

        @backoff("ResourceLimitExceeded", ntimes_resource_wait=10, length2sleep=60)
        def launch() -> None: ...

    Args:
        errorname: Name of the class of the exception, without module. Others are passed on.
        ntimes_resource_wait: How often the function is called at most. The exception of the last call is passed on.
        length2sleep: Seconds between two calls.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
            for number in range(1, ntimes_resource_wait):
                try:
                    return function(*args, **kwargs)
                except Exception as error:
                    if type(error).__name__ != errorname:
                        raise
                    logger.warning(
                        "%s; call %d of %d, the next one in %g seconds",
                        error, number, ntimes_resource_wait, length2sleep,
                    )  # fmt: skip
                time.sleep(length2sleep)
            return function(*args, **kwargs)

        return repeated

    return decorate
