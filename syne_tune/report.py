"""How a training script tells the tuner what it has found: :class:`Reporter`.

::

    from syne_tune import Reporter

    report = Reporter()
    for epoch in range(1, epochs + 1):
        loss = train_one_epoch()
        report(epoch=epoch, loss=loss)

Each report is printed as one line ``[tune-metric]: {...}``, which any backend can find in a log
(:func:`retrieve`). A backend may also offer a file that holds nothing but reports, see
:mod:`syne_tune.report_channel`; then the reports are taken from there, and the printed line is for people.

Standard library only, and cheap to import, because it runs inside every training job.
"""

from __future__ import annotations

import os
import sys
import time
from contextvars import ContextVar

from syne_tune.constants import (
    ENV_REPORT_CHANNEL,
    ENV_REPORT_EXPECTS,
    ENV_REPORT_WAKE,
    ST_RESERVED_PREFIX,
    ST_SAGEMAKER_METRIC_TAG,
    ST_WORKER_COST,
    ST_WORKER_ITER,
    ST_WORKER_TIME,
    ST_WORKER_TIMESTAMP,
)
from syne_tune.errors import ReportError, nearest
from syne_tune.jsonio import NON_FINITE_KEY, dumps, loads, plain
from syne_tune.report_channel import DELIVERY_LOCK, append_report, open_channel, read_channel, wake

TYPE_CHECKING = False  # importing `typing` would cost every training job milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from contextvars import Token
    from typing import Any

__all__ = [
    "Reporter",
    "retrieve",
    "read_output",
    "read_channel",
    "expectations",
    "collect_reports",
    "MAX_REPORT_BYTES",
    "ENV_DOLLARS_PER_HOUR",
    "ENV_INSTANCE_COUNT",
]

MAX_REPORT_BYTES = 50_000
"""The JSON text of a report must be shorter than this."""

ENV_DOLLARS_PER_HOUR = "SYNE_TUNE_DOLLARS_PER_HOUR"
"""Environment variable of a trial: price of one machine, from which ``st_worker_cost`` is computed."""

ENV_INSTANCE_COUNT = "SM_HP_ST_INSTANCE_COUNT"
"""Environment variable of a trial: number of machines it runs on; one if not set."""

HOST_IN_CHANNEL = "$SM_CURRENT_HOST"
"""Stands, in the path of a channel, for the name of the machine, if a SageMaker job runs on several."""

_TAG = f"[{ST_SAGEMAKER_METRIC_TAG}]: "


class Reporter:
    """Reports metrics to the tuner; call it with the metrics as keyword arguments.

    May be shared by threads. A process made by ``fork`` can go on using it, and a pickled copy starts
    counting anew.

    Args:
        add_time: Whether to add ``st_worker_time``, the seconds since the reporter was created.
        add_cost: Whether to add ``st_worker_cost``, the dollars spent since then, if the price is known
            (environment variable ``SYNE_TUNE_DOLLARS_PER_HOUR``, times ``SM_HP_ST_INSTANCE_COUNT`` machines).
            Needs ``add_time``.

    Raises:
        ReportError: If the backend offers a channel that cannot be written.
    """

    def __init__(self, add_time: bool = True, add_cost: bool = True) -> None:
        self.add_time = add_time
        self.add_cost = add_cost
        self._start = time.monotonic()
        self._clock_offset = time.time() - self._start  # steps of the system clock must not reorder reports
        self._iteration = 0
        self._collector = _collector.get()
        channel = _channel()
        if channel and self._collector is None:
            open_channel(channel)

    def __call__(self, **metrics: Any) -> None:
        """Reports metrics.

        Args:
            metrics: Name and value. Numbers, strings, lists and dictionaries of them, NumPy values included;
                not ``None``. Names must not start with ``st_``. What the scheduler works with must be a
                number (infinite or NaN is allowed and counts as a failed evaluation), the resource a positive
                integer.

        Raises:
            ReportError: If a value cannot be reported, if something is missing that the scheduler needs, or
                if the report cannot be written. Nothing has been reported then.
        """
        collector = _collector.get() or self._collector
        values = {name: _checked(name, value) for name, value in metrics.items()}
        expects = os.environ.get(ENV_REPORT_EXPECTS) if collector is None else collector.expects
        if expects:
            _check_expected(values, loads(expects))
        with DELIVERY_LOCK:
            text, report = _as_transported({**values, **self._extra()})
            if collector is None:
                _publish(text, report)
            else:
                collector.sink(report)
            self._iteration += 1

    def _extra(self) -> dict[str, float]:
        now = time.monotonic()
        seconds = now - self._start
        extra: dict[str, float] = {ST_WORKER_TIMESTAMP: self._clock_offset + now}
        if self.add_time:
            extra[ST_WORKER_TIME] = seconds
            rate = _dollars_per_second() if self.add_cost else None
            if rate is not None:
                extra[ST_WORKER_COST] = seconds * rate
        extra[ST_WORKER_ITER] = self._iteration
        return extra

    def __getstate__(self) -> dict[str, bool]:
        return {"add_time": self.add_time, "add_cost": self.add_cost}

    def __setstate__(self, state: dict[str, bool]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # clocks and counts of another process mean nothing here


# ---------------------------------------------------------------------- what may be reported


def expectations(names: Sequence[str], resource_attr: str | None = None) -> str:
    """What a backend puts into the environment variable ``SYNE_TUNE_REPORT_EXPECTS`` of a trial.

    Args:
        names: Metrics every report must contain, as numbers.
        resource_attr: Name of the resource every report must contain, as a positive integer, if there is one.

    Returns:
        JSON text of the form ``{"metrics": ["loss"], "resource": "epoch"}``.
    """
    return dumps({"metrics": list(names), "resource": resource_attr})


def _checked(name: str, value: object) -> Any:
    if name.startswith(ST_RESERVED_PREFIX):
        raise ReportError(
            f"Metric {name!r} = {value!r}: names starting with {ST_RESERVED_PREFIX!r} are reserved. Rename "
            "it in report(...)"
        )
    if value is None:
        raise ReportError(
            f"Metric {name!r} is None, which is not a value. Leave {name!r} out of this report, or report "
            "float('nan') for an evaluation that failed"
        )
    try:
        return plain(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ReportError(
            f"Metric {name!r} cannot be reported: {error}. Report numbers, strings, or lists and "
            "dictionaries of them, for example float(...)"
        ) from error


def _check_expected(values: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    resource: str | None = expected.get("resource")
    needed = [*expected.get("metrics", ()), *([resource] if resource else [])]
    missing = [name for name in needed if name not in values]
    if missing:
        raise ReportError(_missing_message(missing, [name for name in values if name not in needed], values))
    for name in needed:
        if not _is_number(values[name]):
            raise ReportError(
                f"The scheduler needs a number for {name!r}; reported was {values[name]!r}. Report "
                f"{name}=float(...) instead"
            )
    if resource and not (isinstance(values[resource], int) and values[resource] > 0):
        raise ReportError(
            f"The scheduler uses {resource!r} as resource; reported was {values[resource]!r}, but it must be "
            "a positive integer: count finished units from 1, and convert with int(...)"
        )


def _missing_message(missing: list[str], candidates: Iterable[str], values: Iterable[str]) -> str:
    needed = ", ".join(repr(name) for name in missing)
    reported = ", ".join(repr(name) for name in values) or "nothing"
    guess, is_guess, _ = nearest(missing[0], candidates).partition("? Legal")
    hint = f"; {guess}?" if is_guess else "."
    return (
        f"The scheduler needs {needed}; reported were {reported}{hint} Rename it in report(...), or name it "
        "accordingly where the scheduler is created"
    )


def _is_number(value: object) -> bool:
    if isinstance(value, dict):
        return list(value) == [NON_FINITE_KEY]
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _dollars_per_second() -> float | None:
    price = os.environ.get(ENV_DOLLARS_PER_HOUR)
    if not price:
        return None
    count = os.environ.get(ENV_INSTANCE_COUNT, "1").strip("\"'")
    try:
        return float(price) * int(count) / 3600
    except ValueError as error:
        raise ReportError(
            f"{ENV_DOLLARS_PER_HOUR}={price!r} and {ENV_INSTANCE_COUNT}={count!r} must be a number and an "
            "integer: correct these environment variables, or use Reporter(add_cost=False)"
        ) from error


# ---------------------------------------------------------------------- writing


def _as_transported(report: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The JSON text of a report, and what a backend makes of it."""
    try:
        text = dumps(report)
        size = len(text.encode())
        received = loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise ReportError(f"The report cannot be written as JSON text: {error}") from error
    if size >= MAX_REPORT_BYTES:
        largest = max(report, key=lambda name: len(dumps(report[name])))
        raise ReportError(
            f"The report takes {size} bytes, but must take less than {MAX_REPORT_BYTES}. Most of it is "
            f"metric {largest!r}: report a summary of it, and write the rest to a file"
        )
    return text, received


def _publish(text: str, report: dict[str, Any]) -> None:
    import json

    line = f"{_TAG}{json.dumps(report)}\n"
    channel = _channel()
    if not channel:
        _print_line(line)
        return
    append_report(channel, text)
    wake(os.environ.get(ENV_REPORT_WAKE, ""))
    try:
        _print_line(line)
    except ReportError:
        return  # the report has arrived; what is printed besides is for people


def _channel() -> str:
    """Path of the channel; empty if there is none."""
    path = os.environ.get(ENV_REPORT_CHANNEL, "")
    return path.replace(HOST_IN_CHANNEL, os.environ.get(HOST_IN_CHANNEL[1:], "algo-1"))


def _print_line(line: str) -> None:
    if sys.stdout is None:  # no console attached
        return
    try:
        sys.stdout.write(line)  # in one piece, newline included: another thread's output cannot come between
        sys.stdout.flush()
    except OSError as error:
        raise ReportError(
            f"The report could not be printed to standard output: {error.strerror}. Make sure that the disk "
            "has space left, and that whoever reads the output is still there"
        ) from error


# ---------------------------------------------------------------------- reading


def retrieve(log_lines: Iterable[str]) -> list[dict[str, Any]]:
    """Finds the reports in the lines of a log.

    Tolerant: several reports on one line, text before or after a report, and ``NaN`` or ``Infinity`` as values
    are fine; what looks like a report but is none is skipped.

    Args:
        log_lines: Lines, with or without newlines at their ends.

    Returns:
        The reports, in order.
    """
    return _scan("\n".join(log_lines) + "\n")[0]


def read_output(data: bytes) -> tuple[list[dict[str, Any]], int, int]:
    """Finds the reports in a piece of a log; the incremental form of :func:`retrieve`.

    To follow a growing file, read on from where the last call stopped consuming.

    Returns:
        The reports, in order; the number of bytes that need not be looked at again; and how many times
        something looked like a report but was none.
    """
    text = data.decode("utf-8", "surrogateescape")
    reports, end, broken = _scan(text)
    return reports, len(text[:end].encode("utf-8", "surrogateescape")), broken


def _scan(text: str) -> tuple[list[dict[str, Any]], int, int]:
    import json

    decoder = json.JSONDecoder()
    reports: list[dict[str, Any]] = []
    position = broken = 0
    while (start := text.find(_TAG, position)) >= 0:
        position = start + len(_TAG)
        try:
            report, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            if _is_unfinished(text, position):
                return reports, start, broken
            report = None
        if _is_report(report):
            reports.append(report)
        else:
            broken += 1
    return reports, max(position, len(text) - _length_of_begun_tag(text)), broken


def _is_unfinished(text: str, position: int) -> bool:
    is_line_complete = text.find("\n", position) >= 0
    return not is_line_complete and len(text) - position < 2 * MAX_REPORT_BYTES


def _is_report(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    try:
        dumps(value).encode()
    except ValueError:  # half characters, which could not be written to the event log
        return False
    return True


def _length_of_begun_tag(text: str) -> int:
    return next((n for n in range(len(_TAG) - 1, 0, -1) if text.endswith(_TAG[:n])), 0)


# ---------------------------------------------------------------------- reporting within a process


def collect_reports(sink: Callable[[dict[str, Any]], None], expects: str = "") -> AbstractContextManager[None]:
    """Makes reports go to a function instead of to standard output or a channel, within a ``with`` block.

    Holds for all reporters called in the block by the same thread, and for those created in it by whichever
    thread calls them.

    Args:
        sink: Called with each report, as a backend would receive it.
        expects: What every report must contain, see :func:`expectations`.
    """
    return _Collector(sink, expects)


class _Collector:
    def __init__(self, sink: Callable[[dict[str, Any]], None], expects: str) -> None:
        self.sink = sink
        self.expects = expects
        self._tokens: list[Token[_Collector | None]] = []

    def __enter__(self) -> None:
        self._tokens.append(_collector.set(self))

    def __exit__(self, *_: object) -> None:
        _collector.reset(self._tokens.pop())


_collector: ContextVar[_Collector | None] = ContextVar("collector", default=None)
