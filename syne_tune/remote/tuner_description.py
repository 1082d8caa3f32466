"""What the job of a tuner must know about the process that made it, as JSON beside the pickled tuner."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from syne_tune import jsonio

DESCRIPTION_FILENAME = "description.json"


@dataclass(frozen=True)
class TunerDescription:
    """A pickled tuner, as its job has to find it.

    Args:
        python: Version of Python that pickled it, as ``"3.11"``: functions and classes of scripts are pickled as
            bytecode, which no other version can read.
        interpreter: The interpreter that pickled it, by which a local backend runs scripts unless told otherwise.
        script_folder: Folder of the training script within the package of code; ``None`` if there is no script.
    """

    python: str
    interpreter: str
    script_folder: str | None

    def to_bytes(self) -> bytes:
        """As JSON text."""
        return jsonio.dumps(asdict(self)).encode()

    @staticmethod
    def read(path: Path) -> TunerDescription:
        """Reads what :meth:`to_bytes` has made."""
        return TunerDescription(**jsonio.read_json(path))


def this_python() -> str:
    """Version of the running Python, as far as pickles depend on it."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
