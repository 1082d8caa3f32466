"""Requests to AWS at a bounded rate, which falls when AWS says that there are too many of them."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from syne_tune.errors import BackendError
from syne_tune.optional import require

logger = logging.getLogger(__name__)

THROTTLED = {
    "LimitExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
PASSING = {"InternalError", "InternalFailure", "InternalServerError", "RequestTimeout", "ServiceUnavailable"}

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 20.0
_LOWEST_RATE = 0.2
_ONE = 1 - 1e-6  # sums of small numbers are not exact
_SLOWER = 0.7
_FASTER = 0.02


class RequestRate:
    """Sends requests, and repeats those that fail for a reason that passes.

    The rate is lowered by a third with each throttled request, and creeps up again with each good one. Once AWS has not
    answered for so long that a request was given up, others are tried once each, until one is answered.

    Args:
        per_second: Highest rate.
        patience: Seconds after which a request that fails again and again is given up.
        now: Returns seconds.
        sleep: Sleeps so many seconds.

    Attributes:
        counts: Requests sent so far, by name of the operation; repeated ones count, too.
        num_throttled: How many of them were refused because there were too many.
    """

    def __init__(
        self,
        per_second: float = 10.0,
        patience: float = 900.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.num_throttled = 0
        self._highest = self.rate = per_second
        self._patience = patience
        self._is_silent = False
        self._now = now
        self._sleep = sleep
        self._allowance = per_second
        self._seen = now()

    def is_free(self) -> bool:
        """Whether a request could be sent now, without waiting."""
        self._fill()
        return self._allowance >= _ONE

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Where requests that fail are given up earlier.

        Args:
            seconds: As ``patience``.
        """
        before = self._patience
        self._patience = min(seconds, before)
        try:
            yield
        finally:
            self._patience = before

    def call(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """Sends a request.

        Args:
            operation: Method of a ``boto3`` client.
            **arguments: Its arguments.

        Returns:
            The answer.

        Raises:
            ClientError: If AWS refuses the request for good.
            BackendError: If AWS cannot be reached.
        """
        exceptions = require("botocore.exceptions", "aws")
        deadline, pause = self._now() + self._patience, _FIRST_PAUSE
        while True:
            self._take_turn()
            self.counts[operation.__name__] += 1
            try:
                answer = operation(**arguments)
                self._is_silent = False
                self.rate = min(self._highest, self.rate + _FASTER * self._highest)
                return answer
            except exceptions.ClientError as error:
                if not self._passes(error) or self._now() > deadline:
                    raise
            except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
                if self._is_silent or self._now() > deadline:
                    self._is_silent = True
                    raise BackendError(_unreachable(operation.__name__, self._patience, error)) from error
                if pause == _FIRST_PAUSE:
                    logger.warning(
                        "%s: %s; trying again for up to %g seconds", operation.__name__, error, self._patience
                    )
            self._sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _passes(self, error: Any) -> bool:
        code = error_code(error)
        if code in THROTTLED:
            self.num_throttled += 1
            self.rate = max(_LOWEST_RATE, _SLOWER * self.rate)
            return True
        return code in PASSING or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500

    def _take_turn(self) -> None:
        while not self.is_free():
            self._sleep((1 - self._allowance) / self.rate)
        self._allowance -= 1

    def _fill(self) -> None:
        now = self._now()
        most = max(self.rate, 1.0)
        self._allowance = min(most, self._allowance + (now - self._seen) * self.rate)
        self._seen = now


def error_code(error: Any) -> str:
    """Code of a ``ClientError``."""
    return str(error.response.get("Error", {}).get("Code", ""))


def error_message(error: Any) -> str:
    """Message of a ``ClientError``."""
    return str(error.response.get("Error", {}).get("Message", error))


def _unreachable(operation: str, seconds: float, error: Exception) -> str:
    return (
        f"AWS has not answered for {seconds:g} seconds ({operation}: {error}). Check network, region and "
        "AWS_ENDPOINT_URL. Jobs go on; Tuner.load(...).run() takes them over"
    )
