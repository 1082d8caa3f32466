"""What happens in a freshly forked process until it is a trial.

The process leaves the process group of the worker host, claims its run, redirects its output, and then either replaces
itself by the command, or runs the script in place, with all that the worker host had imported already.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import gc
import io
import os
import signal
import sys
import threading
import time
import types
from pathlib import Path
from typing import NamedTuple, NoReturn

from syne_tune.backend import process_tree
from syne_tune.backend.files import Claim, RunFiles, RunSpec

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
_BUFFERED = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)


class Launch(NamedTuple):
    """A run about to be started.

    Args:
        run: Its folder.
        spec: What to start.
        environ: Environment of the tuner.
    """

    run: RunFiles
    spec: RunSpec
    environ: dict[str, str]


def become(launch: Launch) -> NoReturn:
    """Turns this process into the trial."""
    os.setpgid(0, 0)  # not a session of its own, which costs milliseconds where sessions are scheduled as groups
    _restore_signals()
    _claim_and_redirect(launch.run)
    try:
        os.chdir(launch.spec.cwd)
        if not launch.spec.warm:
            _execute(launch)
    except OSError as error:
        _give_up(launch, error)
    _leave(_run_in_place(launch))


def _restore_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _claim_and_redirect(run: RunFiles) -> None:
    out = os.open(run.stdout, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    err = os.open(run.stderr, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    claim = Claim(
        pid=os.getpid(),
        identity=process_tree.identity(os.getpid()) or "",
        started=time.time(),
        stdout_start=os.fstat(out).st_size,
        stderr_start=os.fstat(err).st_size,
    )
    if not run.write_claim(claim):
        os._exit(0)  # another process is this run
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)


def _execute(launch: Launch) -> NoReturn:
    for name in ("SIGPIPE", "SIGXFSZ"):  # ignored by Python, which the command does not expect
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execvpe(launch.spec.argv[0], launch.spec.argv, {**launch.environ, **launch.spec.env})


def _give_up(launch: Launch, error: OSError) -> NoReturn:
    where = f" (working directory {launch.spec.cwd!r})" if error.filename == launch.spec.cwd else ""
    message = f"{launch.spec.argv[0]!r} could not be started: {error.strerror}{where}"
    os.write(2, f"{message}\n".encode(errors="replace"))
    launch.run.write_cannot_start(message)
    os._exit(_NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE)


# ---------------------------------------------------------------------- running a script in place


def _run_in_place(launch: Launch) -> int:
    """Runs the script; returns its exit code."""
    os.environ.clear()
    os.environ.update({**launch.environ, **launch.spec.env})
    _reseed()
    sys.argv = launch.spec.argv[1:]
    try:
        if sys.argv[0] == "-m":
            del sys.argv[0]
            _run_module(sys.argv[0])
        else:
            _run_script(sys.argv[0])
    except SystemExit as error:
        return _exit_code(error)
    except BaseException as error:  # noqa: BLE001  # as the interpreter itself does
        error.__traceback__ = _without_own_frames(error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def _reseed() -> None:
    numpy_random = sys.modules.get("numpy.random")  # the standard library does it by itself after a fork
    if numpy_random is not None:
        numpy_random.seed()


def _run_script(path: str) -> None:
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=builtins)
    sys.modules["__main__"] = main
    sys.path[0] = str(Path(path).resolve().parent)
    exec(compile(Path(path).read_bytes(), path, "exec", dont_inherit=True), main.__dict__)


def _run_module(name: str) -> None:
    import runpy

    runpy.run_module(name, run_name="__main__", alter_sys=True)


def _exit_code(error: SystemExit) -> int:
    if error.code is None or isinstance(error.code, int):
        return (error.code or 0) & 0xFF
    print(error.code, file=sys.stderr)  # noqa: T201
    return 1


def _without_own_frames(traceback: types.TracebackType | None) -> types.TracebackType | None:
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    return traceback


def _leave(code: int) -> NoReturn:
    """Ends the process like the interpreter does, except that it spares itself taking apart what the host had imported.

    With large packages that takes longer than many a trial. What the script has made is taken apart as usual, so that
    files are written to their end and temporary ones removed.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as multiprocessing does in its processes
    atexit._run_exitfuncs()
    threading.excepthook = lambda _: None  # daemonic threads may stumble from here on
    sys.modules["__main__"].__dict__.clear()
    gc.collect()
    for thing in [sys.stdout, sys.stderr, *gc.get_objects()]:
        if issubclass(type(thing), _BUFFERED):
            with contextlib.suppress(OSError, ValueError):  # disk full; closed
                thing.flush()
    os._exit(code)
