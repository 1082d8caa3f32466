"""Calling a Python function as a trial."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from syne_tune import Reporter
from syne_tune.backend.tune_function import arguments_for, call_in_steps, check_parameters, name_of
from syne_tune.errors import OptionError, ReportError
from syne_tune.report import collect_reports

CONFIG = {"lr": 0.1, "width": 3}


def reports_of(function: Any, **arguments: Any) -> list[Any]:
    """Epochs or losses reported; ``"step"`` after each step."""
    events: list[Any] = []
    with collect_reports(lambda report: events.append(report["loss"])):
        for _ in call_in_steps(function, arguments):
            events.append("step")
    return events


def yielding(lr: float) -> Iterator[dict[str, float]]:
    yield {"loss": lr}
    yield {"loss": 2 * lr}


def reporting(lr: float) -> None:
    report = Reporter()
    report(loss=lr)
    report(loss=2 * lr)


def returning(lr: float) -> dict[str, float]:
    return {"loss": lr}


def test_three_ways_of_reporting() -> None:
    assert reports_of(yielding, lr=1) == [1, "step", 2, "step"]
    assert reports_of(reporting, lr=1) == [1, 2]
    assert reports_of(returning, lr=1) == [1]
    assert reports_of(lambda: None) == []


def test_generator_is_closed() -> None:
    events: list[str] = []

    def function() -> Iterator[dict[str, int]]:
        try:
            yield {"loss": 1}
            yield {"loss": 2}
        finally:
            events.append("cleared up")

    with collect_reports(lambda report: None):
        steps = call_in_steps(function, {})
        next(steps)
        assert events == []
        steps.close()
    assert events == ["cleared up"]


@pytest.mark.parametrize("outcome", [0.3, "loss", [{"loss": 1}], {1: 2}])
def test_anything_else_is_refused(outcome: Any) -> None:
    def function() -> Any:
        return outcome

    def generator() -> Iterator[Any]:
        yield outcome

    with pytest.raises(ReportError, match=r"function returned .* not a dictionary of metrics"):
        reports_of(function)
    with pytest.raises(ReportError, match=r"generator yielded .* not a dictionary of metrics"):
        reports_of(generator)


def test_function_gets_the_arguments_it_accepts() -> None:
    def some(lr: float) -> None: ...

    def all_of_them(**kwargs: Any) -> None: ...

    def with_checkpoint(width: int, *, st_checkpoint_dir: str, other: int = 1) -> None: ...

    everything = {**CONFIG, "st_checkpoint_dir": "folder"}
    assert arguments_for(some, CONFIG, "folder") == {"lr": 0.1}
    assert arguments_for(all_of_them, CONFIG, "folder") == everything
    assert arguments_for(with_checkpoint, CONFIG, "folder") == {"width": 3, "st_checkpoint_dir": "folder"}
    assert arguments_for(partial(with_checkpoint, width=1), {}, "folder") == {"st_checkpoint_dir": "folder"}


def test_parameters_are_checked() -> None:
    def good(lr: float, st_checkpoint_dir: str, momentum: float = 0.9, **kwargs: Any) -> None: ...

    def misspelt(learning_rat: float) -> None: ...

    check_parameters(good, ["lr", "width"])
    with pytest.raises(OptionError, match=r"'learning_rat' of misspelt .* did you mean 'learning_rate'"):
        check_parameters(misspelt, ["learning_rate"])


def test_names() -> None:
    assert name_of(yielding) == "yielding"
    assert name_of(partial(yielding, lr=1)) == "partial"
