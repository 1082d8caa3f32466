"""Calling a Python function as a trial: which arguments it gets, and how what it returns or yields is reported.

A function can report in three ways: by calling :class:`~syne_tune.report.Reporter` itself, by returning one dictionary
of metrics, or by yielding one after each unit of the resource.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from typing import Any

from syne_tune.constants import ST_CHECKPOINT_DIR
from syne_tune.errors import OptionError, ReportError, nearest
from syne_tune.report import Reporter

TuneFunction = Callable[..., Any]


def check_parameters(function: TuneFunction, names: Collection[str]) -> None:
    """Checks that a function can be called with the entries of a configuration.

    Args:
        function: To be tuned.
        names: Names of the configuration space. The function need not use all of them.

    Raises:
        OptionError: If the function has a parameter without default that is not among the names.
    """
    known = {*names, ST_CHECKPOINT_DIR}
    for parameter in _parameters(function):
        if parameter.name not in known and parameter.default is inspect.Parameter.empty:
            raise OptionError(
                f"Parameter {parameter.name!r} of {name_of(function)} is not in the configuration space; "
                f"{nearest(parameter.name, names)}. Add it there, or give it a default value"
            )


def arguments_for(function: TuneFunction, config: Mapping[str, Any], checkpoint_dir: str) -> dict[str, Any]:
    """The arguments with which a function is called.

    Args:
        function: To be tuned.
        config: Configuration of the trial.
        checkpoint_dir: Directory of its checkpoint.

    Returns:
        Those entries of the configuration, and ``st_checkpoint_dir``, that are parameters of the function; all of
        them if it takes ``**kwargs``.
    """
    offered = {**config, ST_CHECKPOINT_DIR: checkpoint_dir}
    signature = inspect.signature(function)
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in signature.parameters.values()):
        return offered
    accepted = {parameter.name for parameter in _parameters(function)}
    return {name: value for name, value in offered.items() if name in accepted}


def call_in_steps(function: TuneFunction, arguments: Mapping[str, Any]) -> Generator[None, None, None]:
    """Calls a function; reports what it returns, or one after the other what it yields.

    Args:
        function: To be tuned.
        arguments: Passed by name.

    Yields:
        After each report of something yielded. Closing the iterator closes the generator of the function.

    Raises:
        ReportError: If something is returned or yielded that is not a dictionary of metrics.
    """
    report = Reporter()
    outcome = function(**arguments)
    if isinstance(outcome, Iterator):
        try:
            for metrics in outcome:
                report(**_checked_metrics(function, "yielded", metrics))
                yield
        finally:
            close = getattr(outcome, "close", None)
            if close is not None:
                close()
    elif outcome is not None:
        report(**_checked_metrics(function, "returned", outcome))


def name_of(function: TuneFunction) -> str:
    """Name of a function for messages; of its type if it has none."""
    return str(getattr(function, "__name__", type(function).__name__))


def _parameters(function: TuneFunction) -> list[inspect.Parameter]:
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p for p in inspect.signature(function).parameters.values() if p.kind in by_name]


def _checked_metrics(function: TuneFunction, verb: str, metrics: object) -> dict[str, Any]:
    if isinstance(metrics, Mapping) and all(isinstance(name, str) for name in metrics):
        return dict(metrics)
    raise ReportError(
        f"{name_of(function)} {verb} {metrics!r}, which is not a dictionary of metrics. Return or yield "
        "{'loss': value}, or call Reporter and return nothing"
    )
