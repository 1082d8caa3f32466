"""What a job with a tuner in it must install: requirements of scripts, and those of the package sent along."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, requires, version

_NAMES_OF_PACKAGE = re.compile(r"syne[-_.]tune\s*(\[(?P<extras>[^\]]*)\])?\s*([=<>!~;#@].*)?", re.IGNORECASE)
_EXTRA = re.compile(r"""\s*;\s*extra\s*==\s*["'](?P<extra>[^"']+)["']\s*""")
_CORE = ("cloudpickle", "pandas", "psutil", "PyYAML", "rich", "scipy")
"""For a checkout that is not installed, of which nobody knows the versions it needs."""


def requirements_text(files: Iterable[str], extras: Sequence[str] = ()) -> str:
    """Joins requirements, without asking for Syne Tune itself.

    The package is sent along as source code, in the very version that starts the job. So a line ``syne-tune[...]``
    stands for what the package needs with these extras; extras that it does not have are passed over, because files
    made for other versions name some.

    Args:
        files: Contents of files ``requirements.txt``.
        extras: Extras of the package that are needed whatever the files say.

    Returns:
        The content of one such file, each line once.
    """
    lines = requirements_of_package(extras)
    for text in files:
        for line in text.splitlines():
            match = _NAMES_OF_PACKAGE.fullmatch(line.strip())
            if match is None:
                lines.append(line.rstrip())
            else:
                names = (match["extras"] or "").split(",")
                lines += requirements_of_package([name.strip() for name in names])
    return "".join(f"{line}\n" for line in dict.fromkeys(lines) if line)


def requirements_of_package(extras: Iterable[str]) -> list[str]:
    """What the installed package needs, one line each.

    Args:
        extras: Names of extras; unknown ones are passed over.
    """
    wanted = {_normal(name) for name in extras}
    lines = []
    for requirement in _declared():
        match = _EXTRA.search(requirement)
        if match is None:
            lines.append(requirement)
        elif _normal(match["extra"]) in wanted:
            lines.append(requirement[: match.start()])
    return [_same_pickler() if line.startswith("cloudpickle") else line for line in lines]


def _declared() -> Sequence[str]:
    try:
        return requires("syne_tune") or _CORE
    except PackageNotFoundError:
        return _CORE


def _same_pickler() -> str:
    return f"cloudpickle=={version('cloudpickle')}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
