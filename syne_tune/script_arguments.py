"""Helpers with which a training script reads its arguments."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from syne_tune.constants import ST_CONFIG_JSON_FNAME_ARG
from syne_tune.errors import OptionError
from syne_tune.jsonio import read_json


def parse_bool(val: str) -> bool:
    """Reads a truth value; meant as ``type`` of an argument.

    Args:
        val: ``"true"`` or ``"false"``, in capital or small letters.

    Raises:
        OptionError: For anything else, the empty string and ``"0"`` included.
    """
    legal = {"true": True, "false": False}
    text = str(val).lower()
    if text not in legal:
        raise OptionError(f"{val!r} is neither 'true' nor 'false'; write one of these")
    return legal[text]


def add_config_json_to_argparse(parser: ArgumentParser) -> None:
    """Adds the argument ``--st_config_json_filename``, which backends with ``pass_args_as_json=True`` pass."""
    parser.add_argument(
        f"--{ST_CONFIG_JSON_FNAME_ARG}",
        type=str,
        default=None,
        help="JSON file with the configuration of this trial",
    )


def load_config_json(args: Mapping[str, Any]) -> dict[str, Any]:
    """Joins the configuration from the JSON file with the arguments of the command line.

    Args:
        args: Parsed arguments. They win over entries of the file, unless they are ``None``.

    Returns:
        A new dictionary; equal to ``args`` if no file was passed.

    Raises:
        OptionError: If the file cannot be read or does not hold a JSON object.
    """
    path = args.get(ST_CONFIG_JSON_FNAME_ARG)
    if path is None:
        return dict(args)
    try:
        config = read_json(path)
    except (OSError, ValueError) as error:
        raise OptionError(
            f"--{ST_CONFIG_JSON_FNAME_ARG} {path}: {error}. Pass the file a backend writes with pass_args_as_json=True"
        ) from error
    if not isinstance(config, dict):
        raise OptionError(f"--{ST_CONFIG_JSON_FNAME_ARG} {path}: holds {config!r}, but must be a JSON object")
    return {**args, **config, **{name: value for name, value in args.items() if value is not None}}
