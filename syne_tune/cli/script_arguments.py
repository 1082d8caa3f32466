"""The training script on the command line, and how it is started."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from syne_tune.errors import OptionError, nearest


def add_script_arguments(parser: ArgumentParser) -> None:
    """Declares the script and how it is started."""
    parser.add_argument("script", help="the training script")
    parser.add_argument(
        "--binary", metavar="COMMAND", help="what runs the script, such as 'torchrun --nproc_per_node 2'"
    )
    parser.add_argument(
        "--pass-args-as-json",
        action="store_true",
        help="pass the configuration as a JSON file, not as arguments",
    )


def existing_script(path: str) -> str:
    """The absolute path of the script.

    Raises:
        OptionError: If it is no file; the message names the nearest one.
    """
    if Path(path).is_file():
        return str(Path(path).absolute())
    if Path(path).is_dir():
        raise OptionError(f"The script {path!r} is a folder; name the file in it that is to be started")
    siblings = [other.name for other in Path(path).parent.glob("*.py")]
    raise OptionError(f"The script {path!r} does not exist; {nearest(Path(path).name, siblings)}")
