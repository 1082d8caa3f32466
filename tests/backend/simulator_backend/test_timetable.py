from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend
from syne_tune.config_space import randint
from syne_tune.course import Limits
from syne_tune.report_block import Continuation, Wording
from syne_tune.shorthand import Draft, Shorthand, Verdict
from syne_tune.stretch import GO_ON, STOP, Moment, Timetable
from syne_tune.trial import Status

DELAY = 0.05
PROMISE = Continuation("decided at epoch 3", {}, "epoch", 0, 3)


def backend(loss: float = 0.5) -> UserBlackboxBackend:
    """Two configurations with reports after 1, 2, ... seconds, or 10, 20, ..."""
    seconds = np.arange(1.0, 5.0) * np.array([[1.0], [10.0]])
    values = np.stack([np.full((2, 4), loss), seconds], axis=-1)[:, None]
    table = BlackboxTabular(
        pd.DataFrame({"x": [0, 1]}), {"x": randint(0, 1)}, {"epoch": randint(1, 4)}, values, None, ["loss", "elapsed"]
    )
    return UserBlackboxBackend(table, "elapsed")


def opened(one: UserBlackboxBackend) -> Timetable:
    timetable = one.timetable()
    assert timetable is not None
    return timetable


def with_two_trials() -> tuple[UserBlackboxBackend, Timetable]:
    one = backend()
    timetable = opened(one)
    for trial_id in (0, 1):
        timetable.start(0.0, {"x": trial_id})
        timetable.expect(trial_id, PROMISE, 0)
    return one, timetable


def test_decisions_come_in_order_and_reports_in_between_with_them() -> None:
    one, timetable = with_two_trials()
    time = timetable.next_time()
    assert time == pytest.approx(3.1)
    due = timetable.take(time)
    assert due is not None
    assert due[:2] == (0, 1)
    assert due.result == {"loss": 0.5, "elapsed": 3.0, "epoch": 3}
    assert not due.has_ended
    assert timetable.take(time) is None
    timetable.decided(0, STOP, 1)
    timetable.leave(time, 0, Status.stopped)
    reports = timetable.close(Moment(time))
    assert reports.names == ("loss", "elapsed", "epoch")
    assert reports.times.tolist() == pytest.approx([1.1, 2.1, 3.1])
    assert reports.letters.tolist() == [GO_ON, GO_ON, STOP]
    assert reports.answer_of.tolist() == [0, 0, 1]
    assert one.clock.now() == time
    assert one.busy_trial_ids() == [(0, Status.stopping), (1, Status.in_progress)]


def test_what_is_put_back_or_comes_later_is_seen_afterwards() -> None:
    one, timetable = with_two_trials()
    time = timetable.next_time()
    assert time is not None
    due = timetable.take(time)
    assert due is not None
    timetable.put_back(time, due)
    reports = timetable.close(Moment(time, due.number - 0.5))
    assert reports.times.tolist() == pytest.approx([1.1, 2.1])
    one.wait(1.0)
    _, results = one.fetch_status_results([0, 1])
    assert results == [(0, due.result)]


def test_a_trial_that_is_not_stopped_ends() -> None:
    _, timetable = with_two_trials()
    timetable.take(timetable.next_time() or 0.0)
    timetable.decided(0, GO_ON, 1)
    timetable.expect(0, Continuation("to the end", {}), 2)
    time = timetable.next_time()
    assert time == pytest.approx(4.1)
    due = timetable.take(time)
    assert due is not None
    assert due.has_ended
    assert due.is_new
    timetable.leave(time, 0, Status.completed)
    assert timetable.close(Moment(time)).answer_of.tolist() == [0, 0, 1, 2]


def test_nothing_has_happened_if_it_is_closed_at_once() -> None:
    one, timetable = with_two_trials()
    assert len(timetable.close(None).times) == 0
    assert one.clock.now() == 0.0
    again = opened(one)
    assert set(again.promises) == {0, 1}


def test_curves_with_gaps_are_nothing_for_a_stretch() -> None:
    one = backend(loss=float("nan"))
    timetable = opened(one)
    timetable.start(0.0, {"x": 0})
    timetable.expect(0, None, 0)
    assert timetable.next_time() is None


def test_there_is_none_while_something_waits_to_be_fetched() -> None:
    one = backend()
    one.start_trial({"x": 0})
    one.wait(1.0)
    assert one.timetable() is None


class GoingOn(Shorthand):
    """Lets every trial go on, and starts none."""

    metric, resource_attr = "loss", "epoch"
    wordings = (Wording("goes on", ()),)

    def upcoming(self, number: int) -> list[dict[str, Any]]:
        return []

    def start(self, trial_id: int) -> Draft | None:
        return None

    def decide(self, trial_id: int, resource: int, value: float) -> Verdict | None:
        return GO_ON, 0, (), Continuation("to the end", {}, "epoch", resource, 9)

    def complete(self, trial_id: int) -> None:
        raise AssertionError("none completes")

    def close(self) -> None:
        pass


def test_reports_come_once_if_single_ones_and_stretches_take_turns() -> None:
    one = backend()
    timetable = opened(one)
    timetable.start(0.0, {"x": 0})
    timetable.expect(0, PROMISE, 0)
    timetable.close(Moment(0.5))
    block = one.settled_reports(1, float("inf"), 0.0, 0.0)
    assert block is not None
    assert block.result(0)["epoch"] == 1
    never = float("inf")
    course = one.course(GoingOn(), Limits(1, never, never, 0.0, 0.0, 0, never, never), 1)
    assert course is not None
    assert course.reports.columns[-1].tolist() == [2, 3]
    block = one.settled_reports(9, never, 0.0, 0.0)
    assert block is not None
    assert [result["epoch"] for result in block.results()] == [4]
