"""The backend that runs trials in the calling thread."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from syne_tune import Reporter
from syne_tune.backend.in_process_backend import InProcessBackend
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.checkpoint import json_load_save_functions, resume_from_checkpointed_model
from syne_tune.errors import BackendError, OptionError
from syne_tune.testing import toy_training
from syne_tune.testing.backend_observer import Observer
from syne_tune.testing.backends import BackendContract
from syne_tune.trial import FailureCause, Result, Status, Trial, TrialRecord


class TestContract(BackendContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return InProcessBackend(toy_training.training_steps, delete_checkpoints=delete_checkpoints)


def counting(up_to: int, start: int = 0) -> Iterator[dict[str, int]]:
    for n in range(start + 1, start + up_to + 1):
        yield {"n": n}


def reporting(up_to: int) -> None:
    report = Reporter()
    for n in range(1, up_to + 1):
        report(n=n)


def finished(backend: InProcessBackend, *configs: dict[str, Any]) -> Observer:
    for config in configs:
        backend.start_trial(config)
    observer = Observer(backend, patience=60)
    observer.until_ended(*backend.trial_ids)
    return observer


def order_of_reports(backend: InProcessBackend, *configs: dict[str, Any]) -> list[tuple[int, int]]:
    for config in configs:
        backend.start_trial(config)
    order: list[tuple[int, int]] = []
    while True:
        is_busy = backend.busy_trial_ids() != []
        _, results = backend.fetch_status_results(backend.trial_ids)
        order += [(trial_id, result["n"]) for trial_id, result in results]
        if not is_busy:
            return order
        backend.wait(60)


def values(reports: Sequence[Result]) -> list[int]:
    return [report["n"] for report in reports]


# ---------------------------------------------------------------------- steps


@pytest.mark.parametrize("function", [counting, reporting])
def test_trials_take_turns(function: Any) -> None:
    order = order_of_reports(InProcessBackend(function), {"up_to": 3}, {"up_to": 1}, {"up_to": 2})
    assert order == [(0, 1), (1, 1), (2, 1), (0, 2), (2, 2), (0, 3)]


def test_order_can_be_chosen() -> None:
    backend = InProcessBackend(counting, next_trial=max)
    assert order_of_reports(backend, {"up_to": 2}, {"up_to": 2}) == [(1, 1), (1, 2), (0, 1), (0, 2)]


def test_random_order_is_repeatable() -> None:
    orders = [
        order_of_reports(InProcessBackend(counting, next_trial=random.Random(seed).choice), *[{"up_to": 5}] * 4)
        for seed in (1, 1, 2)
    ]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


def test_wrong_choice_is_refused() -> None:
    backend = InProcessBackend(counting, next_trial=lambda runnable: 7)
    backend.start_trial({"up_to": 1})
    with pytest.raises(OptionError, match=r"next_trial returned 7, .* one of \[0\]"):
        backend.wait(1)


def test_function_runs_in_the_calling_thread() -> None:
    threads: list[threading.Thread] = []

    def function() -> dict[str, int]:
        threads.append(threading.current_thread())
        return {"n": 1}

    finished(InProcessBackend(function), {})
    assert threads == [threading.current_thread()]


def test_nothing_runs_except_in_wait() -> None:
    calls: list[int] = []

    def function() -> None:
        calls.append(1)

    backend = InProcessBackend(function)
    backend.start_trial({})
    backend.fetch_status_results([0])
    backend.busy_trial_ids()
    assert calls == []
    backend.wait(0)
    assert calls == [1]


def test_waiting_for_nothing_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    InProcessBackend(counting).wait(0.25)
    assert slept == [0.25]


def test_pause_closes_the_function_and_its_last_words_count() -> None:
    def function() -> Iterator[dict[str, int]]:
        report = Reporter()
        try:
            yield {"n": 1}
            yield {"n": 2}
        finally:
            report(n=99)

    backend = InProcessBackend(function)
    backend.start_trial({})
    backend.wait(1)
    _, [(_, result)] = backend.fetch_status_results([0])
    backend.pause_trial(0, result)
    backend.resume_trial(0)
    observer = Observer(backend, 60)
    observer.until_ended(0)
    assert values(observer.reports[0]) == [99, 1, 2, 99]


def test_reports_made_in_one_step_are_withheld_by_a_pause() -> None:
    backend = InProcessBackend(reporting)
    backend.start_trial({"up_to": 4})
    backend.wait(1)
    _, [(_, first)] = backend.fetch_status_results([0])
    backend.pause_trial(0, first)
    assert backend.fetch_status_results([0])[1] == []
    backend.resume_trial(0)
    assert values([result for _, result in backend.fetch_status_results([0])[1]]) == [2, 3, 4]


# ---------------------------------------------------------------------- arguments, output, failures


def test_function_cannot_change_the_configuration() -> None:
    config = {"layers": [1, 2]}

    def function(layers: list[int]) -> dict[str, int]:
        layers.append(3)
        return {"n": len(layers)}

    observer = finished(InProcessBackend(function), config)
    assert observer.trials[0].config == config == {"layers": [1, 2]}


def test_parameters_are_checked_against_the_space() -> None:
    InProcessBackend(counting, config_space={"up_to": 3, "other": 1})
    with pytest.raises(OptionError, match=r"'up_to' of counting .* did you mean 'upto'"):
        InProcessBackend(counting, config_space={"upto": 3})


def test_output_is_recorded_and_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    def function(name: str) -> Iterator[dict[str, int]]:
        print("out", name)
        print("err", name, file=sys.stderr)
        sys.stdout.flush()
        assert sys.stdout.isatty() is False
        yield {"n": 1}
        print("more", name)

    backend = InProcessBackend(function)
    finished(backend, {"name": "a"}, {"name": "b"})
    assert backend.stdout(0) == ["out a", "more a"]
    assert backend.stdout(1) == ["out b", "more b"]
    assert backend.stderr(1) == ["err b"]
    captured = capsys.readouterr()
    assert captured.out.splitlines() == ["out a", "out b", "more a", "more b"]
    assert captured.err.splitlines() == ["err a", "err b"]


def failing_with(error: BaseException, lr: float = 0.1) -> Iterator[dict[str, int]]:
    yield {"n": 1}
    raise error


@pytest.mark.parametrize(
    ("error", "cause", "exit_code"),
    [
        (ValueError("too large"), FailureCause.ERROR, None),
        (MemoryError("too large"), FailureCause.OUT_OF_MEMORY, None),
        (SystemExit(3), FailureCause.ERROR, 3),
        (SystemExit("too large"), FailureCause.ERROR, None),
    ],
)
def test_exceptions_make_the_trial_fail(error: BaseException, cause: FailureCause, exit_code: int | None) -> None:
    backend = InProcessBackend(partial(failing_with, error))
    observer = finished(backend, {"lr": 0.5})
    assert observer.statuses[0] == Status.failed
    assert values(observer.reports[0]) == [1]
    failure = backend.failure(0)
    assert (failure.cause, failure.exit_code) == (cause, exit_code)
    assert type(error).__name__ in failure.message
    assert type(error).__name__ in failure.log_tail[-1]
    assert failure.command == ("partial", "lr=0.5")
    assert observer.trials[0].training_end_time is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", [0, None])
def test_leaving_with_exit_code_zero_is_a_good_end(code: int | None) -> None:
    assert finished(InProcessBackend(partial(failing_with, SystemExit(code))), {}).statuses[0] == Status.completed


def test_bad_report_is_its_own_cause() -> None:
    backend = InProcessBackend(lambda: {"n": None})
    assert finished(backend, {}).statuses[0] == Status.failed
    assert backend.failure(0).cause == FailureCause.INVALID_METRIC


def test_exceptions_can_be_passed_on() -> None:
    """So that a debugger stops where they were raised."""
    backend = InProcessBackend(partial(failing_with, ValueError("too large")), raise_errors=True)
    backend.start_trial({})
    backend.wait(1)
    with pytest.raises(ValueError, match="too large") as raised:
        backend.wait(1)
    assert raised.traceback[-1].name == "failing_with"
    assert backend.fetch_status_results([0])[0][0][1] == Status.failed


def test_interrupting_the_tuner_is_no_failure() -> None:
    backend = InProcessBackend(partial(failing_with, KeyboardInterrupt()))
    backend.start_trial({})
    backend.wait(1)
    with pytest.raises(KeyboardInterrupt):
        backend.wait(1)
    assert backend.fetch_status_results([0])[0][0][1] == Status.in_progress


def test_lost_trial_can_be_run_again() -> None:
    backend = InProcessBackend(counting)
    backend.start_trial({"up_to": 2})
    backend.wait(1)
    backend.lose_trial(0)
    observer = Observer(backend, 60)
    observer.look()
    assert observer.statuses[0] == Status.failed
    assert backend.failure(0).cause == FailureCause.LOST
    assert backend.failure(0).cause.may_pass
    with pytest.raises(BackendError, match="Trial 0 does not run"):
        backend.lose_trial(0)
    backend.retry_trial(0)
    observer.until_ended(0)
    assert values(observer.reports[0]) == [1, 2]


def test_script_cannot_be_set() -> None:
    backend = InProcessBackend(counting)
    assert backend.entrypoint_path() == Path("counting")
    with pytest.raises(BackendError, match="runs the function counting"):
        backend.set_entrypoint("train.py")


# ---------------------------------------------------------------------- files, taking over


def test_folder_of_another_experiment_is_moved_aside(tmp_path: Path) -> None:
    for _ in range(2):
        backend = InProcessBackend(counting)
        backend.set_path(str(tmp_path))
        assert values(finished(backend, {"up_to": 2}).reports[0]) == [1, 2]
    assert len([path for path in tmp_path.iterdir() if path.name != "0"]) == 1


def test_temporary_folder_goes_with_the_backend() -> None:
    backend = InProcessBackend(counting)
    finished(backend, {"up_to": 1})
    folder = backend._root
    assert folder is not None
    assert folder.exists()
    del backend
    assert not folder.exists()


def with_checkpoint(up_to: int, st_checkpoint_dir: str) -> Iterator[dict[str, float]]:
    """A deterministic training whose every value depends on all before."""
    state = {"value": 1.0}
    load, save = json_load_save_functions(state)
    start = resume_from_checkpointed_model({"st_checkpoint_dir": st_checkpoint_dir}, load)
    for n in range(start + 1, up_to + 1):
        state["value"] = state["value"] * 1.1 + n / 3
        save(st_checkpoint_dir, n)
        yield {"n": n, "value": state["value"]}


def adopted(old: InProcessBackend, folder: Path, record: TrialRecord, unpickled: bool) -> InProcessBackend:
    new = cloudpickle.loads(cloudpickle.dumps(old)) if unpickled else InProcessBackend(old.tune_function)
    new.set_path(str(folder))
    new.adopt_trial(record)
    return new


@pytest.mark.parametrize("unpickled", [False, True])
@pytest.mark.parametrize("function", [with_checkpoint, counting, reporting])
@pytest.mark.parametrize("num_steps", range(6))
def test_interrupted_run_is_repeated_exactly(tmp_path: Path, function: Any, num_steps: int, unpickled: bool) -> None:
    """Whenever the process dies, and however much of what happened the log knows, the reports are the same."""
    undisturbed = finished(InProcessBackend(function), {"up_to": 4}).reports[0]
    for num_logged in range(num_steps + 1 if num_steps < 5 else 5):
        folder = tmp_path / str(num_logged)
        old = InProcessBackend(function)
        old.set_path(str(folder))
        trial = old.start_trial({"up_to": 4})
        for _ in range(num_steps):
            old.wait(0)
        record = TrialRecord(Trial(0, trial.config, trial.creation_time), Status.in_progress, num_reports=num_logged)
        observer = Observer(adopted(old, folder, record, unpickled), 60)
        observer.until_ended(0)
        metrics = [{k: v for k, v in r.items() if not k.startswith("st_")} for r in observer.reports[0]]
        expected = [{k: v for k, v in r.items() if not k.startswith("st_")} for r in undisturbed[num_logged:]]
        assert metrics == expected


@pytest.mark.parametrize("unpickled", [False, True])
def test_interrupted_second_run_is_repeated_from_where_it_began(tmp_path: Path, unpickled: bool) -> None:
    old = InProcessBackend(with_checkpoint)
    old.set_path(str(tmp_path))
    trial = old.start_trial({"up_to": 6})
    old.wait(0)
    old.wait(0)
    last = old.fetch_status_results([0])[1][-1][1]
    old.pause_trial(0, last)
    old.resume_trial(0)
    old.wait(0)  # makes report 3 and checkpoint 3, of which the log knows nothing
    record = TrialRecord(Trial(0, trial.config, trial.creation_time), Status.in_progress, run=1, num_reports=2)
    observer = Observer(adopted(old, tmp_path, record, unpickled), 60)
    observer.until_ended(0)
    undisturbed = finished(InProcessBackend(with_checkpoint), {"up_to": 6}).reports[0]
    assert [r["value"] for r in observer.reports[0]] == [r["value"] for r in undisturbed[2:]]


@pytest.mark.parametrize("function", [with_checkpoint, counting])
@pytest.mark.parametrize("num_steps", range(12))
def test_turns_go_on_where_they_were(tmp_path: Path, function: Any, num_steps: int) -> None:
    """Three trials, interrupted after any number of steps: the reports come in the order of an undisturbed run."""
    configs = [{"up_to": 3}, {"up_to": 1}, {"up_to": 4}]
    undisturbed = order_of_reports(InProcessBackend(function), *configs)

    old = InProcessBackend(function)
    old.set_path(str(tmp_path))
    trials = [old.start_trial(config) for config in configs]
    logged: list[tuple[int, int]] = []
    statuses: dict[int, Any] = {}
    for _ in range(num_steps):
        statuses, results = old.fetch_status_results([0, 1, 2])
        logged += [(trial_id, result["n"]) for trial_id, result in results]
        old.wait(0)  # what this step brings is not in the log

    new = InProcessBackend(function)
    new.set_path(str(tmp_path))
    for trial in trials:
        status = statuses[trial.trial_id][1] if statuses else Status.in_progress
        num_reports = sum(trial_id == trial.trial_id for trial_id, _ in logged)
        known = Trial(trial.trial_id, trial.config, trial.creation_time)
        new.adopt_trial(TrialRecord(known, status, num_reports=num_reports))
    assert logged + order_of_reports(new) == undisturbed


def test_tuner_that_runs_twice_keeps_its_trials(tmp_path: Path) -> None:
    """Adopting a trial this object is running changes nothing; a trial that is over by the log is ended."""
    backend = InProcessBackend(counting)
    backend.set_path(str(tmp_path))
    for _ in range(2):
        backend.start_trial({"up_to": 3})
        backend.wait(0)
    _, results = backend.fetch_status_results([0, 1])
    assert len(results) == 2
    records = [
        TrialRecord(Trial(i, {"up_to": 3}, backend._trial_dict[i].creation_time), status, num_reports=1)
        for i, status in enumerate([Status.in_progress, Status.stopped])
    ]
    for record in records:
        backend.adopt_trial(record)
    observer = Observer(backend, 60)
    observer.until_ended(0)
    assert values(observer.reports[0]) == [2, 3]
    assert observer.reports[1] == []
    assert observer.statuses[1] == Status.stopped
    assert backend.new_trial_id() == 2
