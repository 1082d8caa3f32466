"""A launcher as the whole purpose of a process: mistakes become one clear message and an exit code."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType

from syne_tune.errors import SyneTuneError

_GOES_ON = "the same command, with the same experiment_tag, goes on"

EXIT_REFUSED, EXIT_INTERRUPTED, EXIT_TERMINATED = 2, 130, 143


def run_as_program(run: Callable[[], int]) -> None:
    """Runs something, and ends the process unless all went well.

    Asked to end by SIGTERM, as jobs are, the process stops its trials first: some of them may run elsewhere.

    Args:
        run: Returns the exit code.

    Raises:
        SystemExit: With that code unless it is 0; with 2 after a mistake of the user, 130 if interrupted, 143 after
            SIGTERM.
    """
    before = signal.signal(signal.SIGTERM, _end)
    try:
        code = run()
    except SyneTuneError as error:
        sys.stderr.write(f"{error}\n")
        code = EXIT_REFUSED
    except KeyboardInterrupt:
        sys.stderr.write(f"interrupted; {_GOES_ON}\n")
        code = EXIT_INTERRUPTED
    except SystemExit as end:
        if end.code != EXIT_TERMINATED:
            raise
        sys.stderr.write(f"asked to end; {_GOES_ON}\n")
        code = EXIT_TERMINATED
    finally:
        signal.signal(signal.SIGTERM, before)
    if code:
        raise SystemExit(code)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # what signal handlers get
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(EXIT_TERMINATED)
