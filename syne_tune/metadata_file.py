"""``metadata.json``: what an experiment was, in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from syne_tune.constants import ST_METADATA_FILENAME, ST_TUNER_CREATION_TIMESTAMP
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.jsonio import read_json


def read_metadata(folder: Path) -> dict[str, Any] | None:
    """The content of ``metadata.json``, or ``None`` if there is no such file.

    Raises:
        ExperimentNotFoundError: If the file is damaged or not the metadata of an experiment.
    """
    path = folder / ST_METADATA_FILENAME
    if not path.is_file():
        return None
    try:
        metadata = read_json(path)
    except (OSError, ValueError) as error:
        raise ExperimentNotFoundError(
            f"{path}: this file cannot be read as the metadata of an experiment ({error})"
        ) from error
    if not isinstance(metadata, dict) or ST_TUNER_CREATION_TIMESTAMP not in metadata:
        raise ExperimentNotFoundError(
            f"{path}: not the metadata of an experiment, {ST_TUNER_CREATION_TIMESTAMP!r} is missing"
        )
    return metadata
