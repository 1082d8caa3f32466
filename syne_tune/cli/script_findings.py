"""From what a script did when it was started to what would go wrong when it is tuned. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syne_tune.cli.script_probe import ScriptRun
from syne_tune.constants import ST_RESERVED_PREFIX
from syne_tune.errors import nearest
from syne_tune.trial import Failure, Result

OK = "ok"
NOTE = "note"
PROBLEM = "problem"

_ARGUMENT_ERROR = re.compile(r"error: (unrecognized arguments|the following arguments are required|argument -)[^\n]*")
_IMPORT_ERROR = re.compile(r"(ModuleNotFoundError|ImportError): [^\n]*")


@dataclass(frozen=True)
class Finding:
    """One thing found out about a script.

    Args:
        level: ``"ok"``, ``"note"`` or ``"problem"``.
        subject: What it is about.
        message: What was found, and for problems what to do.
    """

    level: str
    subject: str
    message: str


@dataclass(frozen=True)
class Probed:
    """What was tried.

    Args:
        first: The first run.
        second: The second run, with the checkpoint of the first; ``None`` if there was none.
        wrote_checkpoint: Whether the first run wrote a checkpoint.
    """

    first: ScriptRun
    second: ScriptRun | None = None
    wrote_checkpoint: bool = False


def findings(probed: Probed, metrics: Sequence[str], resource_attr: str | None) -> list[Finding]:
    """Everything worth telling.

    Args:
        probed: What was tried.
        metrics: Metrics that the user wants to optimise; may be empty.
        resource_attr: Name of the resource, if there is one.
    """
    first = probed.first
    found = [_start(first)]
    if not first.reports:
        return [*found, _no_report(first)] if first.failure is None else found
    found.append(_first_report(first))
    found += [_metric(name, first.reports) for name in metrics] or [_numbers(first.reports)]
    if resource_attr is not None:
        found.append(_resource(resource_attr, first.reports))
        if found[-1].level == OK and probed.second is not None:
            found.append(_checkpoint(resource_attr, probed, probed.second))
    return found


def _start(run: ScriptRun) -> Finding:
    if run.failure is not None:
        return Finding(PROBLEM, "script", _explained(run.failure))
    how = "ended well" if run.ended else "started, and was ended by this check"
    return Finding(OK, "script", f"{how}, after {run.seconds:.1f} s")


def _explained(failure: Failure) -> str:
    text = "\n".join(failure.log_tail)
    refused, missing = _ARGUMENT_ERROR.search(text), _IMPORT_ERROR.search(text)
    if refused is not None:
        return (
            f"it does not accept its arguments: {refused[0].removeprefix('error: ')}. Each entry of the search space "
            "is passed as --name value, and --st_checkpoint_dir besides; declare them, or use parse_known_args"
        )
    if missing is not None:
        return f"an import fails: {missing[0]}. Install it for the interpreter in use, or choose one with --binary"
    return f"it failed ({failure.cause.value}): {failure.message}"


def _no_report(run: ScriptRun) -> Finding:
    when = "ended without having reported anything" if run.ended else f"no report within {run.seconds:.0f} s"
    advice = "call Reporter()(loss=...) where the value is known"
    return Finding(PROBLEM, "reports", f"{when}; {advice}{'' if run.ended else ', or allow more with --time-limit'}")


def _first_report(run: ScriptRun) -> Finding:
    count = len(run.reports)
    if run.seconds_to_first_report is None:
        return Finding(NOTE, "reports", f"{count}, without time stamps")
    return Finding(OK, "reports", f"{count}, the first one {run.seconds_to_first_report:.2f} s after the start")


def _metric(name: str, reports: Sequence[Result]) -> Finding:
    subject = f"metric {name}"
    for number, report in enumerate(reports):
        if name not in report:
            return Finding(PROBLEM, subject, f"report {number} does not contain it; {nearest(name, _names(report))}")
        value = report[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return Finding(PROBLEM, subject, f"report {number} has {value!r}, but it must be a number")
        if not math.isfinite(value):
            return Finding(PROBLEM, subject, f"report {number} has {value!r}: with the default configuration already")
    return Finding(OK, subject, f"is {reports[-1][name]!r} in the last report")


def _numbers(reports: Sequence[Result]) -> Finding:
    numbers = [name for name in _names(reports[-1]) if isinstance(reports[-1][name], (int, float))]
    return Finding(NOTE, "metric", f"choose one of the reported numbers with --metric: {', '.join(numbers) or 'none'}")


def _names(report: Result) -> list[str]:
    return [name for name in report if not name.startswith(ST_RESERVED_PREFIX)]


def _resource(name: str, reports: Sequence[Result]) -> Finding:
    subject = f"resource {name}"
    for number, report in enumerate(reports, start=1):
        if name not in report:
            return Finding(PROBLEM, subject, f"report {number} lacks it; {nearest(name, _names(report))}")
        value = report[name]
        if isinstance(value, bool) or not isinstance(value, int):
            return Finding(PROBLEM, subject, f"report {number} has {value!r}, but it must be an integer")
        if value != number:
            return Finding(
                PROBLEM,
                subject,
                f"report {number} has {value}, but reports must count 1, 2, 3, ... in each trial",
            )
    return Finding(OK, subject, f"counts 1 to {len(reports)}")


def _checkpoint(resource: str, probed: Probed, second: ScriptRun) -> Finding:
    if not probed.wrote_checkpoint:
        return Finding(
            NOTE,
            "checkpoint",
            "none was written to --st_checkpoint_dir: methods that pause and resume trials start them again from the "
            "beginning; methods that stop them do not need one",
        )
    if second.failure is not None:
        return Finding(PROBLEM, "checkpoint", f"started again with its checkpoint, {_explained(second.failure)}")
    if not second.reports:
        return Finding(NOTE, "checkpoint", "was written; started again, the script had nothing left to report")
    return _round_trip(resource, probed.first, second.reports[0].get(resource))


def _round_trip(resource: str, first: ScriptRun, resumed_at: object) -> Finding:
    last = first.reports[-1][resource]
    if resumed_at == last + 1:
        return Finding(OK, "checkpoint", f"after {resource} {last}, the script goes on with {last + 1}")
    if resumed_at == last:
        return Finding(OK, "checkpoint", f"holds {resource} {last}, which the script reports again, then goes on")
    if resumed_at == last + 2 and not first.ended:
        return Finding(OK, "checkpoint", f"holds {resource} {last + 1}, saved as this check ended it, and goes on")
    return Finding(
        PROBLEM,
        "checkpoint",
        f"was written, but after {resource} {last} the script goes on with {resumed_at!r} instead of {last + 1}: load "
        "the checkpoint if --st_checkpoint_dir contains one",
    )


def has_problem(found: Sequence[Finding]) -> bool:
    """Whether anything would go wrong."""
    return any(finding.level == PROBLEM for finding in found)


def failed_log(probed: Probed) -> Iterator[str]:
    """The last lines of the log of the run that failed, if one did."""
    for run in (probed.first, probed.second):
        if run is not None and run.failure is not None:
            yield from run.failure.log_tail
            return
