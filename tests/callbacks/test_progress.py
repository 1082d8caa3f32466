import io
import pickle
from types import SimpleNamespace

import pytest
from rich.console import Console

from syne_tune.callbacks.progress import ProgressCallback
from syne_tune.errors import OptionError
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.trial import Failure, FailureCause, Status, Trial
from syne_tune.tuning_status import TuningStatus

NOW = None
FAILURE = Failure(FailureCause.OUT_OF_MEMORY, "no memory left", log_tail=("Traceback", "MemoryError"))


def _trial(trial_id, lr=0.1):
    return Trial(trial_id, {"lr": lr}, NOW)


class Scheduler:
    def metric_names(self):
        return ["loss"]

    def metric_mode(self):
        return "min"


def _tuner(**changes):
    tuner = SimpleNamespace(
        name="study",
        n_workers=2,
        elapsed=12.0,
        scheduler=Scheduler(),
        tuning_status=TuningStatus(["loss"]),
        stop_criterion=StoppingCriterion(max_wallclock_time=3600, max_num_trials_started=10),
    )
    tuner.best_config = lambda: (0, {"lr": 0.5})
    vars(tuner).update(changes)
    return tuner


def _console(terminal, width=120):
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, color_system=None)


def _text(console):
    return console.file.getvalue()


def _run(callback, tuner):
    """Three trials: one goes on, one is stopped, one fails."""
    status = tuner.tuning_status
    callback.on_tuning_start(tuner)
    for trial_id in range(2):
        status.set_status(_trial(trial_id), Status.in_progress)
        callback.on_start_trial(_trial(trial_id))
    for trial_id, loss, decision in ((0, 0.75, "CONTINUE"), (1, 0.25, "STOP")):
        result = {"loss": loss, "epoch": 1, "st_worker_time": 1.0}
        status.add_result(trial_id, result)
        callback.on_trial_result(_trial(trial_id), Status.in_progress, result, decision)
    status.set_status(_trial(1), Status.stopped)
    status.set_status(_trial(2), Status.in_progress)
    callback.on_start_trial(_trial(2))
    status.set_status(_trial(2), Status.failed)
    callback.on_trial_failed(_trial(2), FAILURE)
    callback.on_loop_end()


def test_lines_where_there_is_no_terminal():
    console = _console(terminal=False)
    callback = ProgressCallback(console, seconds_between_lines=1e-9)
    _run(callback, _tuner())
    line = _text(console).splitlines()[-1]
    assert "1 running" in line
    assert "1 finished" in line
    assert "1 failed" in line
    assert "2 reports" in line
    assert "best loss 0.25 (trial 1)" in line
    assert "7 trials to start" in line


def test_lines_come_no_more_often_than_asked():
    console = _console(terminal=False)
    callback = ProgressCallback(console, seconds_between_lines=3600)
    _run(callback, _tuner())
    for _ in range(100):
        callback.on_loop_end()
    assert "best loss" not in _text(console)
    callback.on_tuning_end()
    assert _text(console).count("best loss") == 1


def test_w32_failure_shows_at_once_with_cause_and_log():
    """W-32: the end of a failed trial's log must not wait for the failure budget to be exceeded."""
    console = _console(terminal=False)
    _run(ProgressCallback(console, seconds_between_lines=3600), _tuner())
    assert "trial 2 failed (out_of_memory)" in _text(console)
    assert "MemoryError" in _text(console)


def test_failure_without_log_shows_its_message():
    console = _console(terminal=False)
    callback = ProgressCallback(console)
    callback.on_tuning_start(_tuner())
    callback.on_trial_failed(_trial(0), Failure(FailureCause.NO_REPORT, "nothing was reported"))
    assert "trial 0 failed (no_report): nothing was reported" in _text(console)


def test_table_on_a_terminal():
    console = _console(terminal=True)
    callback = ProgressCallback(console)
    tuner = _tuner()
    tuner.scheduler.terminator = SimpleNamespace(information_for_rungs=lambda: [(3, 2, 0.3), (1, 5, 0.3), (1, 1, 0.3)])
    _run(callback, tuner)
    callback.on_tuning_end()
    shown = _text(console)
    assert "best loss (min): 0.25  trial 1: lr=0.1" in shown
    assert "idle" in shown
    assert "loss=0.75, epoch=1" in shown
    assert "st_worker" not in shown
    assert "1: 6, 3: 2" in shown
    assert "trial 2 failed (out_of_memory)" in shown


def test_table_fits_a_narrow_terminal():
    console = _console(terminal=True, width=40)
    callback = ProgressCallback(console)
    _run(callback, _tuner())
    callback.on_tuning_end()
    assert "study" in _text(console)


def test_resumed_experiment_shows_what_it_has_already():
    status = TuningStatus(["loss"])
    status.set_status(_trial(0), Status.in_progress)
    status.add_result(0, {"loss": 0.125})
    console = _console(terminal=False)
    callback = ProgressCallback(console)
    callback.on_tuning_start(_tuner(tuning_status=status))
    callback.on_trial_result(_trial(0), Status.in_progress, {"loss": 0.5}, "CONTINUE")
    callback.on_tuning_end()
    assert "best loss 0.125 (trial 0)" in _text(console)


def test_stopping_criterion_may_be_any_callable():
    console = _console(terminal=False)
    callback = ProgressCallback(console)
    _run(callback, _tuner(stop_criterion=lambda status: False))
    callback.on_tuning_end()
    assert "left:" not in _text(console)


def test_survives_pickling_while_live():
    callback = ProgressCallback(_console(terminal=True), seconds_between_lines=5.0)
    callback.on_tuning_start(_tuner())
    copy = pickle.loads(pickle.dumps(callback))
    callback.on_tuning_end()
    assert copy.seconds_between_lines == 5.0


@pytest.mark.parametrize("options", [{"seconds_between_lines": 0}, {"refreshes_per_second": -1}])
def test_rates_must_be_positive(options):
    with pytest.raises(OptionError, match="positive"):
        ProgressCallback(**options)
