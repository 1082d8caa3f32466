"""One call of a function as a run of a trial: output is recorded, reports are kept, exceptions are noted."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, TextIO

from syne_tune.backend.files import TrialFiles, last_lines, read_lines
from syne_tune.backend.tune_function import TuneFunction, call_in_steps, name_of
from syne_tune.errors import ReportError
from syne_tune.jsonio import dumps
from syne_tune.report import collect_reports
from syne_tune.report_channel import ReportChannel, read_channel
from syne_tune.trial import Failure, FailureCause, Result

_TAIL_LINES = 20
_END = object()


class FunctionCall:
    """A call of the function.

    Args:
        function: To be called.
        arguments: Passed by name.
        files: Files of the trial.
        channel: File to which its reports are appended. As many as it holds already are left out.
        expects: What every report must contain, see :func:`~syne_tune.report.expectations`.

    Attributes:
        has_ended: Whether the function has returned or raised.
        error: What it has raised.
    """

    def __init__(
        self, function: TuneFunction, arguments: dict[str, Any], files: TrialFiles, channel: Path, expects: str
    ) -> None:
        self.error: BaseException | None = None
        self.has_ended = False
        self._files = files
        self._channel = channel
        self._num_repeated = len(read_channel(channel.read_bytes())[0]) if channel.exists() else 0
        self._expects = expects
        self._steps = call_in_steps(function, arguments)
        self._command = (name_of(function), *(f"{name}={value!r}" for name, value in arguments.items()))

    def advance(self) -> None:
        """Calls the function, or lets it go on, until it yields or ends."""
        with self._inside():
            self.has_ended = next(self._steps, _END) is _END

    def close(self) -> None:
        """Ends the call. Its ``finally`` clauses are run."""
        with self._inside():
            self._steps.close()

    def failure(self, trial_id: int) -> Failure | None:
        """Why the call failed; ``None`` if it did not."""
        error = self.error
        if error is None or (isinstance(error, SystemExit) and not error.code):
            return None
        exit_code = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else None
        tail = [*read_lines(self._files.stdout), *last_lines(self._files.stderr, _TAIL_LINES)]
        return Failure(
            _cause(error),
            f"Trial {trial_id} raised {type(error).__name__}: {error}",
            exit_code=exit_code,
            log_tail=tuple(tail[-_TAIL_LINES:]),
            command=self._command,
        )

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """What holds while the function runs: output is recorded, reports are collected, exceptions are noted."""
        with (
            open(self._files.stdout, "a", encoding="utf-8") as out,
            open(self._files.stderr, "a", encoding="utf-8") as err,
            redirect_stdout(_Tee(sys.stdout, out)),
            redirect_stderr(_Tee(sys.stderr, err)),
            collect_reports(self._collect, self._expects),
        ):
            try:
                yield
            except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever the function raises makes its trial fail
                self.error, self.has_ended = error, True
                traceback.print_exception(error, file=err)

    def _collect(self, result: Result) -> None:
        if self._num_repeated > 0:
            self._num_repeated -= 1
            return
        with closing(ReportChannel(str(self._channel))) as channel:
            channel.append(dumps(result))


class _Tee:
    """A stream that also writes to a file; whatever else is asked of it, the stream answers."""

    def __init__(self, stream: TextIO, file: TextIO) -> None:
        self._stream = stream
        self._file = file

    def write(self, text: str) -> int:
        self._file.write(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _cause(error: BaseException) -> FailureCause:
    if isinstance(error, MemoryError):
        return FailureCause.OUT_OF_MEMORY
    if isinstance(error, ReportError):
        return FailureCause.INVALID_METRIC
    return FailureCause.ERROR
