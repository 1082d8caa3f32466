from __future__ import annotations

import functools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from syne_tune import Reporter
from syne_tune.backend import PythonBackend
from syne_tune.errors import OptionError
from syne_tune.testing.backend_observer import Observer
from syne_tune.trial import FailureCause, Status

FACTOR = 3


@pytest.fixture
def make_backend(tmp_path: Path) -> Iterator[Callable[..., PythonBackend]]:
    made: list[PythonBackend] = []

    def make(function: Callable[..., Any], names: tuple[str, ...] = ("x",), **options: Any) -> PythonBackend:
        backend = PythonBackend(function, dict.fromkeys(names, 0), stop_grace=2.0, **options)
        backend.set_path(str(tmp_path / "trials"))
        made.append(backend)
        return backend

    yield make
    for backend in made:
        backend.stop_all()
        backend.close()


MakeBackend = Callable[..., PythonBackend]


def reports_of(backend: PythonBackend, config: dict[str, Any]) -> list[dict[str, Any]]:
    """Runs a trial to its end; returns its metrics without those of the reporter."""
    observer = Observer(backend, patience=120.0)
    trial_id = backend.start_trial(config).trial_id
    observer.until_ended(trial_id)
    assert observer.statuses[trial_id] == Status.completed, backend.stderr(trial_id)
    reports = observer.reports[trial_id]
    return [{name: value for name, value in report.items() if not name.startswith("st_")} for report in reports]


def uses_module_globals(x: int) -> dict[str, Any]:
    return {"y": FACTOR * helper(x)}


def helper(x: int) -> int:
    return x + 1


class Model:
    def __init__(self, offset: int) -> None:
        self.offset = offset

    def train(self, x: int) -> dict[str, Any]:
        return {"y": x + self.offset}

    def __call__(self, x: int) -> dict[str, Any]:
        return {"y": x - self.offset}

    @staticmethod
    def static(x: int) -> dict[str, Any]:
        return {"y": -x}


def make_closure(offset: int) -> Callable[[int], dict[str, Any]]:
    def closure(x: int, scale: int = 2) -> dict[str, Any]:
        return {"y": scale * x + offset}

    return closure


class TestAnyFunction:
    @pytest.mark.parametrize(
        ("function", "expected"),
        [
            (uses_module_globals, 18),
            (make_closure(7), 17),
            (Model(10).train, 15),
            (Model(10), -5),
            (Model.static, -5),
            (functools.partial(lambda x, z: {"y": x * z}, z=4), 20),
            (lambda x: {"y": x}, 5),
        ],
        ids=["globals", "closure and default", "method", "callable object", "static method", "partial", "lambda"],
    )
    def test_is_called(self, make_backend: MakeBackend, function: Callable[..., Any], expected: int) -> None:
        """Section 2.7: module globals, closures and default values used to be lost."""
        assert reports_of(make_backend(function), {"x": 5}) == [{"y": expected}]

    def test_of_a_module_that_can_be_imported_is_stored_by_name(
        self, make_backend: MakeBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "my_training.py").write_text("def train(x):\n    return {'y': x, 'module': __name__}\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        import my_training  # type: ignore[import-not-found]

        assert reports_of(make_backend(my_training.train), {"x": 5}) == [{"y": 5, "module": "my_training"}]

    def test_that_cannot_be_sent_is_refused(self) -> None:
        lock = threading.Lock()
        with pytest.raises(OptionError, match=r"cannot be sent to other processes .*lock"):
            PythonBackend(lambda x: lock, {"x": 0})


class TestReports:
    def test_by_reporter(self, make_backend: MakeBackend) -> None:
        def train(x: int) -> None:
            report = Reporter()
            for epoch in range(3):
                report(epoch=epoch, y=x)

        assert reports_of(make_backend(train), {"x": 1}) == [{"epoch": epoch, "y": 1} for epoch in range(3)]

    def test_by_yielding(self, make_backend: MakeBackend) -> None:
        def train(x: int) -> Iterator[dict[str, Any]]:
            for epoch in range(3):
                yield {"epoch": epoch, "y": x}

        assert reports_of(make_backend(train), {"x": 1}) == [{"epoch": epoch, "y": 1} for epoch in range(3)]

    def test_failure(self, make_backend: MakeBackend) -> None:
        backend = make_backend(lambda x: 1 / x)
        backend.start_trial({"x": 0})
        observer = Observer(backend, patience=120.0)
        observer.until_ended(0)
        failure = backend.failure(0)
        assert observer.statuses[0] == Status.failed
        assert failure.cause is FailureCause.ERROR
        assert failure.message == "ZeroDivisionError: division by zero"

    def test_command_of_a_failure_can_be_run_by_hand(self, make_backend: MakeBackend) -> None:
        backend = make_backend(uses_module_globals)
        backend.start_trial({"x": "no number"})
        Observer(backend, patience=120.0).until_ended(0)
        command = backend.failure(0).command
        again = subprocess.run(command, capture_output=True, text=True, cwd="/")
        assert again.returncode == 1
        assert again.stderr.splitlines()[-1] == backend.failure(0).message


class TestArguments:
    def test_have_their_exact_types(self, make_backend: MakeBackend) -> None:
        def train(**kwargs: Any) -> dict[str, Any]:
            return {"got": repr(sorted(kwargs.items()))}

        config = {"a": 1, "b": 0.1 + 0.2, "c": True, "d": "True", "e": [1, 2.0], "f": None}
        backend = make_backend(train, tuple(config))
        expected = {**config, "st_checkpoint_dir": str(backend.checkpoint_trial_path(0))}
        assert reports_of(backend, config) == [{"got": repr(sorted(expected.items()))}]

    def test_function_may_leave_some_out_and_ask_for_the_checkpoint_directory(self, make_backend: MakeBackend) -> None:
        def train(y: int, st_checkpoint_dir: str, extra: int = 7) -> dict[str, Any]:
            return {"y": y, "dir": st_checkpoint_dir, "extra": extra}

        backend = make_backend(train, ("x", "y"))
        directory = str(backend.checkpoint_trial_path(0))
        assert reports_of(backend, {"x": 1, "y": 2}) == [{"y": 2, "dir": directory, "extra": 7}]

    def test_parameter_that_is_not_in_the_space(self) -> None:
        with pytest.raises(OptionError, match="did you mean 'learning_rate'"):
            PythonBackend(lambda learning_rat: None, {"learning_rate": 0})


class TestProcesses:
    def test_modules_can_be_imported_beforehand(self, make_backend: MakeBackend) -> None:
        def train(x: int) -> dict[str, Any]:
            return {"loaded": "colorsys" in sys.modules}

        assert reports_of(make_backend(train, preload="colorsys"), {"x": 1}) == [{"loaded": True}]

    def test_each_trial_has_its_own_copy(self, make_backend: MakeBackend) -> None:
        calls: list[int] = []

        def train(x: int) -> dict[str, Any]:
            calls.append(x)
            return {"calls": list(calls)}

        backend = make_backend(train)
        assert [reports_of(backend, {"x": x}) for x in (1, 2)] == [[{"calls": [1]}], [{"calls": [2]}]]

    def test_stop_ends_the_process(self, make_backend: MakeBackend) -> None:
        def train(x: int) -> Iterator[dict[str, Any]]:
            yield {"epoch": 1}
            time.sleep(600)

        backend = make_backend(train)
        backend.start_trial({"x": 1})
        Observer(backend, patience=120.0).until_reports(0, 1)
        backend.stop_all()
        assert backend.busy_trial_ids() == []


def test_names() -> None:
    backend = PythonBackend(uses_module_globals, {"x": 0})
    assert str(backend) == "python function uses_module_globals"
    assert backend.entrypoint_path() == Path("uses_module_globals")
    assert PythonBackend(lambda x: None, {"x": 0}).entrypoint_path() == Path("lambda")


def test_documented_positions_of_arguments() -> None:
    backend = PythonBackend(uses_module_globals, {"x": 0}, False, True)
    assert backend.delete_checkpoints
    assert not backend.pass_args_as_json
