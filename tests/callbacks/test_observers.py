"""Who is told what, and what happens if a callback fails."""

import datetime
import errno
import os

import pytest

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.observers import Observers
from syne_tune.report_block import ReportBlock
from syne_tune.trial import Trial


class Listener(TunerCallback):
    replays = True
    prints_summary = True

    def __init__(self):
        self.heard = []

    def on_loop_start(self):
        self.heard.append("loop")

    def on_trial_complete(self, trial, result):
        result["spoiled"] = True
        self.heard.append(result)


class Broken(TunerCallback):
    def on_loop_start(self):
        raise ValueError("mine")


def test_everybody_is_told_in_order_and_a_failure_is_logged(caplog):
    listener = Listener()
    Observers([Broken(), listener]).notify("on_loop_start")
    assert listener.heard == ["loop"]
    assert "Broken.on_loop_start failed" in caplog.text
    assert "mine" in caplog.text


class WithoutRoom(TunerCallback):
    def on_loop_start(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "results.csv.zip")


def test_a_file_without_room_costs_one_line(caplog):
    Observers([WithoutRoom()]).notify("on_loop_start")
    assert "results.csv.zip could not be written (No space left on device)" in caplog.text
    assert "Traceback" not in caplog.text


class Interrupted(TunerCallback):
    def on_loop_start(self):
        raise KeyboardInterrupt


def test_others_are_told_before_an_interruption_has_its_way():
    listener = Listener()
    with pytest.raises(KeyboardInterrupt):
        Observers([Interrupted(), listener]).notify("on_loop_start")
    assert listener.heard == ["loop"]


def test_dictionaries_are_copies():
    first, second, result = Listener(), Listener(), {"loss": 1.0}
    Observers([first, second]).notify("on_trial_complete", None, result)
    assert result == {"loss": 1.0}
    assert second.heard == [{"loss": 1.0, "spoiled": True}]


def test_a_method_set_on_the_object_counts_as_overridden():
    callback, heard = TunerCallback(), []
    callback.on_loop_end = lambda: heard.append("end")
    Observers([callback]).notify("on_loop_end")
    assert heard == ["end"]


def test_roles():
    assert Observers([Listener()]).print_summary()
    assert not Observers([Broken()]).print_summary()
    assert Observers([Broken(), Listener()]).replaying()._callbacks[0].replays


def test_callbacks_that_take_no_blocks_are_told_of_each_report():
    heard, shown = [], []

    class Singly(TunerCallback):
        def on_trial_result(self, trial, status, result, decision):
            heard.append((trial.trial_id, status, result, decision))
            raise ValueError("broken")

    class Together(TunerCallback):
        def on_trial_result(self, trial, status, result, decision):
            raise AssertionError("not called for a block")

        def on_settled_reports(self, trials, block):
            heard.append(len(block))

    block = ReportBlock(("loss",), [3, 3], [1.0, 2.0], [[0.5], [0.25]])
    trials = {3: Trial(3, {}, datetime.datetime(2024, 1, 1))}
    Observers([Singly(), Together()]).notify_settled(trials, block, shown.append)
    assert heard == [2, (3, "InProgress", {"loss": 0.5}, "CONTINUE"), (3, "InProgress", {"loss": 0.25}, "CONTINUE")]
    assert shown == [1.0, 2.0, None]


def test_some_callbacks_need_single_reports():
    class Looks(TunerCallback):
        def on_fetch_status_results(self, trial_status_dict, new_results):
            pass

    class Says(TunerCallback):
        needs_single_reports = True

    assert not Observers([TunerCallback()]).need_single_reports()
    assert Observers([Looks()]).need_single_reports()
    assert Observers([Says()]).need_single_reports()
