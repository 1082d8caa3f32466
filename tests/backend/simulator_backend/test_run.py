from __future__ import annotations

import numpy as np
import pytest

from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun
from syne_tune.report_block import Continuation

LOSSES = [0.9, 0.5, 0.4, 0.3]


def table(losses: list[float] = LOSSES, resources: tuple[float, ...] = (1, 2, 3, 4)) -> ReportTable:
    return ReportTable(
        ["loss", "elapsed"], np.array([[x, 10.0 * (i + 1)] for i, x in enumerate(losses)]), "epoch", resources
    )


def run(reports: object, first: int = 0, is_from_scratch: bool = False) -> SimulatedRun:
    return SimulatedRun(reports, None, "elapsed", 1, 100.0, first, is_from_scratch)  # type: ignore[arg-type]


def test_reports_are_made_anew_each_time() -> None:
    curve = ReportTable(["loss"], np.array([[1.0], [2.0]]), "epoch", [3, 4])
    curve[0]["loss"] = 7.0
    assert list(curve) == curve[:] == [{"loss": 1.0, "epoch": 3}, {"loss": 2.0, "epoch": 4}]
    assert curve[-1] == {"loss": 2.0, "epoch": 4}
    assert curve.rows(0, 2) == [[1.0, 3], [2.0, 4]]
    assert curve.rows(1, 2) == [[2.0, 4]]


@pytest.mark.parametrize("reports", [table(), list(table())], ids=["table", "list"])
def test_resumed_run_counts_from_its_checkpoint(reports: object) -> None:
    resumed, repeated = run(reports, first=2), run(reports, first=2, is_from_scratch=True)
    assert resumed.take() == {"loss": 0.4, "elapsed": 10.0, "epoch": 3}
    assert (resumed.start, resumed.base) == (80.0, 20.0)
    assert repeated.take() == {"loss": 0.4, "elapsed": 30.0, "epoch": 3}
    resumed.end()
    assert resumed.report(2) == {"loss": 0.4, "elapsed": 10.0, "epoch": 3}
    assert len(resumed.reports) == 3


def test_cutting_forgets_what_came_after_a_report() -> None:
    one = run(table())
    reports = [one.take() for _ in range(4)]
    one.cut(1, None)
    assert one.next == 3
    one.cut(0, dict(reports[0]))
    assert one.next == 1
    assert one.take() == reports[1]
    one.cut(0, one.last_taken)
    assert one.next == 2


@pytest.mark.parametrize(
    ("promise", "covered"),
    [
        (Continuation("", {}), 4),
        (Continuation("", {}, "epoch", below=3), 2),
        (Continuation("", {}, "epoch", below=100), 4),
        (Continuation("", {}, "epoch", above=1, below=3), 0),
        (Continuation("", {}, "step", below=3), 0),
        (None, 0),
    ],
)
def test_reports_a_promise_covers(promise: Continuation | None, covered: int) -> None:
    one = run(table())
    one.settle(promise)
    assert one.num_settled == covered


def test_promise_holds_for_finite_numbers_and_counted_resources_only() -> None:
    bounded = Continuation("", {}, "epoch", below=3)
    for reports in (table([0.9, float("nan")], (1, 2)), table([0.9, 0.8], (0.5, 1.0)), list(table())):
        one = run(reports)
        one.settle(bounded)
        assert one.num_settled == 0
