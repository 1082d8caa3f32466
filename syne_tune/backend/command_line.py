"""From a configuration to the arguments of a training script, if it can be passed at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from syne_tune.constants import ST_CHECKPOINT_DIR, ST_CONFIG_JSON_FNAME_ARG
from syne_tune.errors import BackendError
from syne_tune.jsonio import NON_FINITE_KEY, dumps, plain


def check_config(trial_id: int, config: Mapping[str, Any], destination: str) -> None:
    """Refuses a configuration that a script could not be given.

    Args:
        trial_id: Whose it is.
        config: The configuration.
        destination: Where it is passed to, for the message.

    Raises:
        BackendError: If it has an entry that cannot be written as text.
    """
    try:
        plain(config)
    except TypeError as error:
        raise BackendError(
            f"Configuration of trial {trial_id}: {error}. It is passed to {destination}, so it must consist of "
            "numbers, strings, lists and dictionaries"
        ) from error


def script_arguments(config: Mapping[str, Any], checkpoint_dir: Path, json_file: Path | None = None) -> list[str]:
    """Arguments of a training script, one entry per argument, whatever characters it contains.

    Args:
        config: The configuration.
        checkpoint_dir: Passed as ``--st_checkpoint_dir``.
        json_file: If given, passed as ``--st_config_json_filename`` in place of the configuration.
    """
    if json_file is None:
        passed = [part for name, value in config.items() for part in argument(name, value)]
    else:
        passed = [f"--{ST_CONFIG_JSON_FNAME_ARG}", str(json_file)]
    return [*passed, f"--{ST_CHECKPOINT_DIR}", str(checkpoint_dir)]


def argument(name: str, value: object) -> Sequence[str]:
    """One entry of a configuration as arguments.

    Numbers are written so that reading them gives the same number, lists and dictionaries as JSON, booleans as
    ``True`` and ``False``. ``None`` is left out. Text that begins with a hyphen, which parsers would take for another
    option, is joined to the name by ``=``.
    """
    value = plain(value)
    if value is None:
        return []
    text = _text(value)
    is_number = isinstance(value, (int, float))
    return [f"--{name}={text}"] if text.startswith("-") and not is_number else [f"--{name}", text]


def _text(value: object) -> str:
    if isinstance(value, dict) and list(value) == [NON_FINITE_KEY]:
        return str(value[NON_FINITE_KEY])
    if isinstance(value, (list, dict)):
        return dumps(value)
    if isinstance(value, float) and value < 0 and "e" in repr(value):
        return format(Decimal(repr(value)), "f")  # argparse takes -1e-05 for an option
    return str(value)
