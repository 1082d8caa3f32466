"""From how a process ended and what it wrote last to the cause of its failure."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence

from syne_tune.backend.files import ExitRecord, RunSpec
from syne_tune.trial import Failure, FailureCause

LOG_TAIL_LINES = 20

_OUT_OF_MEMORY = re.compile(
    r"\bMemoryError\b|CUDA out of memory|CUDA error: out of memory|OutOfMemoryError|std::bad_alloc"
    r"|RESOURCE_EXHAUSTED: Out of memory|OOM when allocating"
)
_SCRIPT_IS_MISSING = re.compile(r"can't open file .*No such file or directory")
_OWN_FAULT = {"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"}
_SHELL_SIGNAL_BASE = 128
_TRACEBACK = "Traceback (most recent call last):"


def classify(record: ExitRecord, spec: RunSpec, errors: Sequence[str], output: Sequence[str]) -> Failure:
    """Why a run failed.

    Args:
        record: How it ended.
        spec: What was started.
        errors: Last lines of its standard error.
        output: Last lines of its standard output.
    """
    cause, message = _cause_and_message(record, spec, errors)
    return Failure(
        cause=cause,
        message=message,
        exit_code=record.code,
        log_tail=tuple([*output, *errors][-LOG_TAIL_LINES:]),
        command=tuple(spec.argv),
    )


def last_exception(errors: Sequence[str]) -> str:
    """The line of the last traceback that names the exception; else the last line with anything on it."""
    lines = list(errors)
    if _TRACEBACK in lines:
        start = len(lines) - lines[::-1].index(_TRACEBACK)
        named = [line for line in lines[start:] if line.strip() and not line[0].isspace()]
        if named:
            return named[0].strip()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _cause_and_message(record: ExitRecord, spec: RunSpec, errors: Sequence[str]) -> tuple[FailureCause, str]:
    if record.timed_out:
        return FailureCause.TIMEOUT, f"The trial was ended after trial_timeout={spec.timeout:g} seconds"
    if record.cannot_start is not None:
        return FailureCause.CANNOT_START, record.cannot_start
    if record.lost is not None:
        return FailureCause.LOST, f"The process vanished: {record.lost}"
    if record.told:
        return FailureCause.LOST, "The process was ended by order of an earlier run of the tuner"
    return _cause_in_output(record.code, errors)


def _cause_in_output(code: int | None, errors: Sequence[str]) -> tuple[FailureCause, str]:
    said = last_exception(errors)
    if any(_OUT_OF_MEMORY.search(line) for line in errors):
        return FailureCause.OUT_OF_MEMORY, f"The trial ran out of memory: {said}"
    killer = _signal_name(code)
    if killer is not None and killer not in _OWN_FAULT:
        return FailureCause.LOST, _lost_message(killer)
    if killer is not None:
        return FailureCause.ERROR, f"The process crashed with {killer}{': ' + said if said else ''}"
    if _SCRIPT_IS_MISSING.search(said):
        return FailureCause.CANNOT_START, said
    if "ReportError:" in said:
        return FailureCause.INVALID_METRIC, said
    return FailureCause.ERROR, said or f"The process ended with exit code {code} without a message"


def _signal_name(code: int | None) -> str | None:
    if code is None:
        return None
    number = -code if code < 0 else code - _SHELL_SIGNAL_BASE  # a shell says it this way
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}" if code < 0 else None


def _lost_message(killer: str) -> str:
    memory = (
        ". The system does this when memory runs short: use fewer workers or a smaller model if it happens again"
        if killer == "SIGKILL"
        else ""
    )
    return f"The process was ended by {killer} from outside{memory}"
