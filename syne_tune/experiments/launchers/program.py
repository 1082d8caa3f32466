"""A launcher as the whole purpose of a process: mistakes become one clear message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable

from syne_tune.errors import SyneTuneError

EXIT_REFUSED, EXIT_INTERRUPTED = 2, 130


def run_as_program(run: Callable[[], int]) -> None:
    """Runs something, and ends the process unless all went well.

    Args:
        run: Returns the exit code.

    Raises:
        SystemExit: With that code unless it is 0; with 2 after a mistake of the user, 130 if interrupted.
    """
    try:
        code = run()
    except SyneTuneError as error:
        sys.stderr.write(f"{error}\n")
        code = EXIT_REFUSED
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command, with the same experiment_tag, goes on\n")
        code = EXIT_INTERRUPTED
    if code:
        raise SystemExit(code)
