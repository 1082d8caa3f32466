from __future__ import annotations

import pytest

from syne_tune.backend.failures import classify, last_exception
from syne_tune.backend.files import ExitRecord, RunSpec
from syne_tune.trial import FailureCause

SPEC = RunSpec(["python", "train.py"], "/", {}, {}, timeout=60)


def traceback(*last: str) -> list[str]:
    return ["Traceback (most recent call last):", '  File "train.py", line 3, in <module>', "    fit()", *last]


@pytest.mark.parametrize(
    ("facts", "errors", "cause", "said"),
    [
        ({"code": 1}, traceback("ValueError: bad shape"), FailureCause.ERROR, "ValueError: bad shape"),
        ({"code": 1}, traceback("MemoryError"), FailureCause.OUT_OF_MEMORY, "MemoryError"),
        ({"code": 1}, traceback("torch.OutOfMemoryError: CUDA out of memory."), FailureCause.OUT_OF_MEMORY, "CUDA"),
        ({"code": -6}, ["what():  std::bad_alloc"], FailureCause.OUT_OF_MEMORY, "bad_alloc"),
        ({"code": -9}, [], FailureCause.LOST, "memory"),
        ({"code": 137}, [], FailureCause.LOST, "SIGKILL"),
        ({"code": -15}, [], FailureCause.LOST, "SIGTERM"),
        ({"code": -11}, [], FailureCause.ERROR, "SIGSEGV"),
        ({"code": -15, "timed_out": True}, [], FailureCause.TIMEOUT, "60"),
        ({"cannot_start": "'torchrun' could not be started"}, [], FailureCause.CANNOT_START, "torchrun"),
        ({"lost": "it left no trace"}, [], FailureCause.LOST, "no trace"),
        ({"code": -15, "told": True}, [], FailureCause.LOST, "earlier run"),
        (
            {"code": 1},
            traceback("syne_tune.errors.ReportError: The scheduler needs 'loss'"),
            FailureCause.INVALID_METRIC,
            "'loss'",
        ),
        (
            {"code": 2},
            ["python: can't open file '/a/train.py': [Errno 2] No such file or directory"],
            FailureCause.CANNOT_START,
            "train.py",
        ),
        ({"code": 3}, [], FailureCause.ERROR, "exit code 3"),
        ({"code": 200}, [], FailureCause.ERROR, "exit code 200"),
    ],
)
def test_cause(facts: dict, errors: list[str], cause: FailureCause, said: str) -> None:
    failure = classify(ExitRecord(0.0, **facts), SPEC, errors, [])
    assert failure.cause is cause
    assert said in failure.message
    assert failure.exit_code == facts.get("code")
    assert failure.command == ("python", "train.py")


def test_end_of_the_log_is_kept() -> None:
    failure = classify(ExitRecord(0.0, code=1), SPEC, ["e1", "e2"], [f"o{i}" for i in range(30)])
    assert len(failure.log_tail) == 20
    assert failure.log_tail[-3:] == ("o29", "e1", "e2")


def test_exception_is_found_above_its_own_details() -> None:
    errors = [*traceback("ValueError: first"), "", *traceback("KeyError: 'lr'", "  a note", "details"), ""]
    assert last_exception(errors) == "KeyError: 'lr'"
    assert last_exception(["", "plain words", " "]) == "plain words"
    assert last_exception([]) == ""
