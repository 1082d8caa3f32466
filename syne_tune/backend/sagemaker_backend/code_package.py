"""Packs the code of a training job, once for all jobs of a study, and leaves it on S3.

The archive holds the folder of the script, the dependencies, each as a top-level folder or file, and the *small
reporter*: the few modules of ``syne_tune`` a training script uses. They need the standard library only. A script that
uses more of ``syne_tune`` lists it among its dependencies, which replaces the small reporter, or runs in an image in
which it is installed: what the small reporter lacks is taken from there.

Equal content gives equal bytes, and the address on S3 contains their hash.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from syne_tune.backend.sagemaker_backend.job_request import CODE_ARCHIVE, JobTemplate
from syne_tune.errors import OptionError, nearest

REPORTER_FILES = (
    "report.py",
    "report_channel.py",
    "constants.py",
    "errors.py",
    "jsonio.py",
    "optional.py",
    "checkpoint.py",
    "script_arguments.py",
    "utils/__init__.py",
)
"""What of ``syne_tune`` goes into every package, besides its ``__init__.py``."""

_FIND_THE_REST = b"""
from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)  # the image may have the whole package
"""
_PACKAGE = "syne_tune"
_MAX_FOLDER_BYTES = 200 * 2**20
_MISSING = {"403", "404", "NoSuchBucket", "NoSuchKey", "NotFound"}


@dataclass(frozen=True)
class CodePackage:
    """Packed code.

    Attributes:
        data: The archive, a ``sourcedir.tar.gz``.
        digest: Hash of the content.
    """

    data: bytes
    digest: str


@dataclass(frozen=True)
class _File:
    content: bytes
    is_executable: bool = False


def package_code(template: JobTemplate) -> CodePackage:
    """Packs what the jobs of a template run. Nothing is written to disk.

    Args:
        template: Of jobs with local code. Without ``source_dir``, the folder of the entry point is packed.

    Raises:
        OptionError: If a file is missing, two of them would have the same name, or the folder of an entry point is
            too large to be sent along unasked.
    """
    folder = _script_folder(template)
    packed: dict[str, _File] = {}
    for prefix, source in [("", folder), *_dependencies(template)]:
        for name, file in _read(prefix, source, template.ignored):
            if name in packed and packed[name] != file:
                raise OptionError(
                    f"{source}: there is a different {name!r} in the package already; rename one of them, or leave "
                    "one out of dependencies"
                )
            packed[name] = file
    packed |= {name: _File(content, True) for name, content in template.generated_files.items()}
    if not any(name.startswith(f"{_PACKAGE}/") for name in packed):
        packed |= _small_reporter()
    data = _archive(packed)
    return CodePackage(data, hashlib.sha256(data).hexdigest())


def upload_code(package: CodePackage, s3: Any, bucket: str, prefix: str) -> str:
    """Uploads packed code, unless it is there already.

    Args:
        package: The code.
        s3: Client of ``boto3``.
        bucket: Name of the bucket, which must exist.
        prefix: Prefix of the key.

    Returns:
        Its address on S3, which ends in ``sourcedir.tar.gz``.

    Raises:
        OptionError: If the bucket does not exist.
    """
    key = "/".join(part for part in (prefix.strip("/"), package.digest[:16], CODE_ARCHIVE) if part)
    if not _is_there(s3, bucket, key):
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=package.data)
        except s3.exceptions.NoSuchBucket as error:
            raise OptionError(
                f"There is no bucket {bucket!r}, to which the code of the jobs was to go. Create it, or choose "
                "another one: s3_path of SageMakerBackend"
            ) from error
    return f"s3://{bucket}/{key}"


def _is_there(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:  # 403: one may write, but not list
            return False
        raise
    return True


# ---------------------------------------------------------------------- what goes in


def _script_folder(template: JobTemplate) -> Path | None:
    if not template.has_script:
        return None
    folder = Path(template.source_dir) if template.source_dir else Path(template.entry_point or "").parent
    if not folder.is_dir():
        raise OptionError(f"source_dir {str(folder)!r} is no folder, seen from {os.getcwd()!r}")
    program = template.program
    if program is not None and ".." in Path(program).parts:
        raise OptionError(f"The entry point {template.entry_point!r} is not in source_dir {template.source_dir!r}")
    if program is not None and not (folder / program).is_file():
        present = [one.name for one in folder.iterdir() if one.is_file()]
        raise OptionError(f"There is no entry point {program!r} in {str(folder)!r}: {nearest(program, present)}")
    if not template.source_dir:
        _check_size(folder, template)
    return folder


def _dependencies(template: JobTemplate) -> Iterator[tuple[str, Path]]:
    for name in template.dependencies:
        path = Path(os.path.abspath(name))
        if not path.exists():
            raise OptionError(f"Dependency {name!r} does not exist, seen from {os.getcwd()!r}")
        yield path.name, path


def _check_size(folder: Path, template: JobTemplate) -> None:
    size = sum(path.stat().st_size for path in _walk(folder, template.ignored))
    if size > _MAX_FOLDER_BYTES:
        raise OptionError(
            f"The folder of {template.entry_point!r} holds {size / 2**20:.0f} MB, and would be uploaded as a whole. "
            "Move the script to a folder of its own; or, if all of it is needed, pass source_dir"
        )


def _read(prefix: str, source: Path | None, ignored: tuple[str, ...]) -> Iterator[tuple[str, _File]]:
    """Files with their names in the package."""
    if source is None:
        return
    if source.is_file():
        yield prefix, _file(source)
        return
    for path in _walk(source, ignored):
        yield PurePosixPath(prefix, path.relative_to(source)).as_posix(), _file(path)


def _file(path: Path) -> _File:
    return _File(path.read_bytes(), os.access(path, os.X_OK))


def _walk(folder: Path, ignored: tuple[str, ...]) -> Iterator[Path]:
    """Files below a folder, in a fixed order; links are followed, virtual environments left out."""
    seen = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        kept = sorted(one for one in folders if not _is_ignored(one, ignored))
        folders[:] = [one for one in kept if not Path(parent, one, "pyvenv.cfg").exists()]
        real = os.path.realpath(parent)
        if real in seen:  # a link to a folder further up
            folders.clear()
            continue
        seen.add(real)
        paths = (Path(parent, name) for name in sorted(names) if not _is_ignored(name, ignored))
        yield from (path for path in paths if path.is_file())


def _is_ignored(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _small_reporter() -> dict[str, _File]:
    package = files(_PACKAGE)
    found = {f"{_PACKAGE}/{name}": _File(package.joinpath(name).read_bytes()) for name in REPORTER_FILES}
    start = package.joinpath("__init__.py").read_bytes() + _FIND_THE_REST
    return {f"{_PACKAGE}/__init__.py": _File(start), **found}


# ---------------------------------------------------------------------- the archive


def _archive(packed: dict[str, _File]) -> bytes:
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(filename="", fileobj=buffer, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name in sorted(packed):
            member = tarfile.TarInfo(name)
            member.size = len(packed[name].content)
            member.mode = 0o755 if packed[name].is_executable else 0o644
            archive.addfile(member, io.BytesIO(packed[name].content))
    return buffer.getvalue()
