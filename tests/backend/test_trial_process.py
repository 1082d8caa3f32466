"""A script that runs in place, in a fork of the worker host, must not notice it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from syne_tune.backend import LocalBackend
from syne_tune.trial import FailureCause, Status, TrialResult

MakeScript = Callable[..., Path]
MakeBackend = Callable[..., LocalBackend]


def run(backend: LocalBackend, config: dict | None = None) -> TrialResult:
    trial_id = backend.start_trial(config or {}).trial_id
    while True:
        statuses, _ = backend.fetch_status_results([trial_id])
        trial, status = statuses[trial_id]
        if status != Status.in_progress:
            assert isinstance(trial, TrialResult)
            return trial
        backend.wait(60.0)


@pytest.fixture
def warm(make_script: MakeScript, make_backend: MakeBackend) -> Callable[[str], LocalBackend]:
    """A backend that runs a script in place."""
    return lambda text: make_backend(make_script(text), preload=["colorsys", "numpy"])


def test_script_is_the_main_program(warm: Callable[[str], LocalBackend]) -> None:
    backend = warm(
        """
        import __main__, colorsys
        assert __name__ == "__main__" and __main__.__file__ == __file__ == sys.argv[0]
        class A: pass
        import pickle
        assert isinstance(pickle.loads(pickle.dumps(A())), A)
        print(sys.path[0], sys.argv[1:], sys.stdin.read() == "")
        """
    )
    assert run(backend, {"x": "a b"}).status == Status.completed, backend.stderr(0)
    folder = backend.entrypoint_path().parent
    arguments = ["--x", "a b", "--st_checkpoint_dir", str(backend.checkpoint_trial_path(0))]
    assert backend.stdout(0) == [f"{folder} {arguments} True"]


def test_modules_are_there_already(warm: Callable[[str], LocalBackend]) -> None:
    backend = warm("print('colorsys' in sys.modules, 'wave' in sys.modules)")
    run(backend)
    assert backend.stdout(0) == ["True False"]


def test_random_numbers_differ_between_trials(warm: Callable[[str], LocalBackend]) -> None:
    backend = warm("import numpy, random; print(numpy.random.rand(), random.random())")
    numbers = set()
    for trial_id in range(3):
        run(backend)
        numbers.update(backend.stdout(trial_id)[0].split())
    assert len(numbers) == 6


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(5)", 5, ""),
        ("sys.exit('sorry')", 1, "sorry"),
        ("raise SystemExit(300)", 300 & 0xFF, ""),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("def f(:", 1, "SyntaxError"),
        ("raise KeyboardInterrupt", 1, "KeyboardInterrupt"),
        ("os.kill(os.getpid(), signal.SIGTERM)", -15, ""),
        ("os._exit(3)", 3, ""),
    ],
)
def test_exit_code(warm: Callable[[str], LocalBackend], ending: str, code: int, said: str) -> None:
    backend = warm(ending)
    trial = run(backend)
    assert (trial.status == Status.completed) == (code == 0)
    assert trial.failure is None or trial.failure.exit_code == code
    assert said in "\n".join(backend.stderr(0))


def test_traceback_looks_as_usual(make_script: MakeScript, make_backend: MakeBackend) -> None:
    script = make_script("def fit():\n    raise ValueError('bad')\nfit()\n")
    usual = subprocess.run([sys.executable, str(script)], capture_output=True, text=True).stderr
    backend = make_backend(script, preload=["colorsys"])
    trial = run(backend)
    assert backend.stderr(0) == usual.splitlines()
    assert trial.failure is not None
    assert trial.failure.message == "ValueError: bad"


def test_what_happens_at_exit(warm: Callable[[str], LocalBackend], tmp_path: Path) -> None:
    backend = warm(
        """
        import atexit, tempfile, threading
        atexit.register(lambda: print("exit handler"))
        threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
        forgotten = open("forgotten.txt", "w")
        forgotten.write("x" * 10)
        helper = type(sys)("helper")
        helper.file = open("helper.txt", "w")
        helper.file.write("y" * 10)
        sys.modules["helper"] = helper
        temporary = tempfile.NamedTemporaryFile(dir=".", prefix="temporary")
        print("main", end=" ")
        """
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert run(backend).status == Status.completed
    assert backend.stdout(0) == ["main thread", "exit handler"]
    assert (tmp_path / "forgotten.txt").read_text() == "x" * 10
    assert (tmp_path / "helper.txt").read_text() == "y" * 10
    assert not list(tmp_path.glob("temporary*"))


def test_script_may_start_processes(warm: Callable[[str], LocalBackend]) -> None:
    backend = warm(
        """
        import multiprocessing
        def square(x): return x * x
        if __name__ == "__main__":
            for method in ("fork", "spawn"):
                with multiprocessing.get_context(method).Pool(1) as pool:
                    print(pool.map(square, [2, 3]))
        """
    )
    assert run(backend).status == Status.completed, backend.stderr(0)
    assert backend.stdout(0) == ["[4, 9]", "[4, 9]"]


@pytest.mark.parametrize("preload", [[], ["colorsys"]])
def test_environment_is_that_of_the_tuner_now(
    make_script: MakeScript, make_backend: MakeBackend, monkeypatch: pytest.MonkeyPatch, preload: list[str]
) -> None:
    """10.4: the environment holds secrets, so it is not written to files."""
    backend = make_backend(make_script("print(os.environ.get('SECRET_TOKEN'))"), preload=preload)
    run(backend)
    monkeypatch.setenv("SECRET_TOKEN", "s3cr3t")
    run(backend)
    assert [backend.stdout(trial_id) for trial_id in range(2)] == [["None"], ["s3cr3t"]]
    run_folder = backend.trial_path(1) / "runs"
    assert not any("s3cr3t" in path.read_text() for path in run_folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("preload", [[], ["colorsys"]])
def test_signals_are_as_a_script_expects_them(
    make_script: MakeScript, make_backend: MakeBackend, preload: list[str]
) -> None:
    text = "print([signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE, signal.SIGINT)])"
    script = make_script(text)
    usual = subprocess.run([sys.executable, str(script)], capture_output=True, text=True).stdout.splitlines()
    backend = make_backend(script, preload=preload)
    run(backend)
    assert [re.sub(" at 0x[0-9a-f]+", "", line) for line in backend.stdout(0)] == usual


def test_script_that_disappeared(make_script: MakeScript, make_backend: MakeBackend) -> None:
    script = make_script("")
    backend = make_backend(script)
    script.unlink()
    trial = run(backend)
    assert trial.failure is not None
    assert trial.failure.cause is FailureCause.CANNOT_START
    assert str(script) in trial.failure.message
