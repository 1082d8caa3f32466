"""Who is told what, and what happens if a callback fails."""

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.observers import Observers


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
