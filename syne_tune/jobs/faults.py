"""What the service does wrong on purpose, so that clients can be tested against it."""

from __future__ import annotations

import dataclasses
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.clock import Clock
from syne_tune.errors import OptionError, nearest
from syne_tune.jobs.api_error import ApiError


@dataclass(frozen=True)
class Faults:
    """The options; by default nothing goes wrong and nothing takes longer than it must.

    Args:
        start_delay: Seconds until the instances of a job are there.
        warm_start_delay: The same if they come from a warm pool.
        stop_delay: Seconds between the end of a stopped job's processes and its status ``Stopped``.
        requests_per_second: SageMaker and Logs requests beyond this rate are throttled; 0 for no limit.
        list_lag: Seconds until a change shows in ``ListTrainingJobs`` and ``Search``.
        log_delay: Seconds until an event shows in Logs.
        log_jitter: Up to this many seconds more, different for each event, so that events come out of order.
        log_loss: Share of log events that never show, between 0 and 1.
        quotas: Most instances in use at a time, by instance type.
        warm_pool_quotas: Most instances in warm pools at a time, by instance type; where one is missing, that of
            ``quotas`` counts.
    """

    start_delay: float = 0.0
    warm_start_delay: float = 0.0
    stop_delay: float = 0.0
    requests_per_second: float = 0.0
    list_lag: float = 0.0
    log_delay: float = 0.0
    log_jitter: float = 0.0
    log_loss: float = 0.0
    quotas: Mapping[str, int] = dataclasses.field(default_factory=dict)
    warm_pool_quotas: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def changed(self, changes: Mapping[str, Any]) -> Faults:
        """The same with some options replaced.

        Raises:
            OptionError: If a name is unknown or a value no number that is at least 0.
        """
        names = [field.name for field in dataclasses.fields(self)]
        for name, value in changes.items():
            if name not in names:
                raise OptionError(f"there is no fault {name!r}; {nearest(name, names)}")
            numbers = list(value.values()) if isinstance(value, Mapping) else [value]
            if isinstance(value, Mapping) != name.endswith("quotas") or not all(map(_is_amount, numbers)):
                raise OptionError(f"fault {name}={value!r}: must be a number >= 0, or a mapping to such for quotas")
        return dataclasses.replace(self, **changes)

    def log_event_delay(self, message: str, position: int) -> float | None:
        """Seconds until one log event shows; ``None`` if it is lost. Always the same for the same event."""
        chance = zlib.crc32(f"{position}:{message}".encode()) / 2**32
        if chance < self.log_loss:
            return None
        return self.log_delay + self.log_jitter * (chance * 997 % 1)


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0


class Throttle:
    """Lets requests through at a certain rate, with bursts of one second's worth."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._allowance = 0.0
        self._seen: float | None = None

    def check(self, rate: float) -> None:
        """Counts one request.

        Args:
            rate: Requests per second; 0 for no limit.

        Raises:
            ApiError: ``ThrottlingException`` if it is one too many.
        """
        if rate <= 0:
            return
        with self._lock:
            now, most = self._clock.now(), max(rate, 1.0)
            passed = most if self._seen is None else now - self._seen
            self._seen = now
            self._allowance = min(most, self._allowance + passed * rate)
            if self._allowance < 1:
                raise ApiError("ThrottlingException", "Rate exceeded")
            self._allowance -= 1
