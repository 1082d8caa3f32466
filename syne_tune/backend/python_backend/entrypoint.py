"""The program of a trial of :class:`~syne_tune.backend.python_backend.python_backend.PythonBackend`.

It calls a stored function with a configuration::

    python -m syne_tune.backend.python_backend.entrypoint FUNCTION.pkl CONFIG.json CHECKPOINT_DIR
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from syne_tune.backend.python_backend.function_file import load_function
from syne_tune.backend.tune_function import arguments_for, call_in_steps
from syne_tune.jsonio import read_json


def main(arguments: Sequence[str]) -> None:
    """Calls the function; metrics it returns or yields are reported.

    Args:
        arguments: File of the function, file of the configuration, directory of the checkpoint.
    """
    function_file, config_file, checkpoint_dir = arguments
    function = load_function(function_file)
    for _ in call_in_steps(function, arguments_for(function, read_json(config_file), checkpoint_dir)):
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
