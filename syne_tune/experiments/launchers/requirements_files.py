"""Which packages a job installs: what its launcher needs, and what the training script needs.

Nothing here writes to the folder of a launcher, except for the two functions that existing scripts call for just that.
"""

from __future__ import annotations

from pathlib import Path

from syne_tune.errors import OptionError
from syne_tune.jsonio import write_atomically
from syne_tune.remote.requirements import requirements_text

REQUIREMENTS = "requirements.txt"
REQUIREMENTS_SYNE_TUNE = "requirements-synetune.txt"
_DEFAULT_CONTENT = "syne-tune[extra]\n"


def requirements_of_job(entry_point: Path, script: Path | None = None) -> str:
    """What a job needs, as the content of a ``requirements.txt``.

    Args:
        entry_point: Program that the job runs, with what it needs in the only ``requirements*.txt`` next to it, or the
            only one besides ``requirements.txt``. Without any, it needs Syne Tune alone.
        script: The training script, if it runs in the same job, perhaps with ``requirements.txt`` next to it.

    Raises:
        OptionError: If several files could be meant.
    """
    of_launcher = _file_of_launcher(entry_point)
    texts = [_DEFAULT_CONTENT if of_launcher is None else of_launcher.read_text(encoding="utf-8")]
    of_script = None if script is None else script.parent / REQUIREMENTS
    if of_script is not None and of_script.is_file() and of_script != of_launcher:
        texts.append(of_script.read_text(encoding="utf-8"))
    return requirements_text(texts, ["aws"])


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
    found = _file_of_launcher(entry_point)
    if found is None:
        found = entry_point.parent / (requirements_fname or REQUIREMENTS)
        write_atomically(found, _DEFAULT_CONTENT.encode())
    return found


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


def _file_of_launcher(entry_point: Path) -> Path | None:
    folder = entry_point.parent
    found = sorted(folder.glob("requirements*.txt"))
    if len(found) <= 1:
        return found[0] if found else None
    others = [path for path in found if path.name != REQUIREMENTS]
    if len(others) != 1:
        names = [path.name for path in others]
        raise OptionError(
            f"{folder}: {names} could all say what the launcher needs; leave one besides {REQUIREMENTS!r}"
        )
    return others[0]
