"""Which packages a job installs: ``requirements.txt`` next to its entry point, joined from two files."""

from __future__ import annotations

from pathlib import Path

from syne_tune.errors import OptionError
from syne_tune.jsonio import write_atomically

REQUIREMENTS = "requirements.txt"
REQUIREMENTS_SYNE_TUNE = "requirements-synetune.txt"
_DEFAULT_CONTENT = "syne-tune[extra]\ntqdm\n"


def find_or_create_requirements_txt(entry_point: Path, requirements_fname: str | None = None) -> Path:
    """The file that says what the launcher itself needs.

    Args:
        entry_point: Program that the job runs.
        requirements_fname: Name of the file to create if there is none; default is ``requirements.txt``.

    Returns:
        The only ``requirements*.txt`` next to ``entry_point``, or the only one besides ``requirements.txt``.

    Raises:
        OptionError: If there are several others.
    """
    folder = entry_point.parent
    found = sorted(folder.glob("requirements*.txt"))
    if not found:
        path = folder / (requirements_fname or REQUIREMENTS)
        write_atomically(path, _DEFAULT_CONTENT.encode())
        return path
    if len(found) == 1:
        return found[0]
    others = [path for path in found if path.name != REQUIREMENTS]
    if len(others) != 1:
        names = [path.name for path in others]
        raise OptionError(
            f"{folder}: {names} could all say what the launcher needs; leave one besides {REQUIREMENTS!r}"
        )
    return others[0]


def combine_requirements_txt(synetune_requirements_file: Path, script: Path) -> Path:
    """Writes what launcher and training script need together.

    Args:
        synetune_requirements_file: What the launcher needs.
        script: The training script, perhaps with ``requirements.txt`` next to it.

    Returns:
        ``requirements.txt`` next to the first file; it should not become part of a repository.

    Raises:
        OptionError: If this would overwrite one of the two.
    """
    target = synetune_requirements_file.parent / REQUIREMENTS
    of_script = script.parent / REQUIREMENTS
    for source in (synetune_requirements_file, of_script):
        if source.resolve() == target.resolve():
            raise OptionError(
                f"{target} would be overwritten by the union of itself and another file; "
                f"call the file of the launcher {REQUIREMENTS_SYNE_TUNE!r}, in a folder without training script"
            )
    parts = [path.read_text(encoding="utf-8") for path in (synetune_requirements_file, of_script) if path.is_file()]
    write_atomically(target, "\n".join(parts).encode())
    return target
