"""Copies of blackboxes in S3, for those who name a place there; nothing is read or written by default."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optional import require

_SCHEME = "s3://"
_ROOT = "blackbox-repository"


class S3Folder:
    """Folder of one blackbox in S3: ``<s3_root>/blackbox-repository/<name>``.

    Args:
        s3_root: Such as ``s3://my-bucket/my-prefix``.
        name: Name of the blackbox.

    Raises:
        OptionError: If ``s3_root`` is no place in S3.
        MissingExtraError: If ``boto3`` is not installed.
    """

    def __init__(self, s3_root: str, name: str) -> None:
        if not s3_root.startswith(_SCHEME) or not s3_root.removeprefix(_SCHEME).strip("/"):
            raise OptionError(f"s3_root = {s3_root!r}: must name a bucket, such as 's3://my-bucket/my-prefix'")
        self._bucket, _, prefix = s3_root.removeprefix(_SCHEME).strip("/").partition("/")
        self._prefix = str(PurePosixPath(prefix, _ROOT, name))
        self._client: Any = require("boto3", extra="aws").client("s3")

    def download(self, folder: Path) -> bool:
        """Copies all files to a folder.

        Returns:
            Whether there were any.
        """
        names = self._names()
        for name in names:
            path = folder / name
            if ".." in PurePosixPath(name).parts:
                raise OptionError(f"s3://{self._bucket}/{self._prefix}/{name}: the name leads out of the folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._client.download_file(self._bucket, f"{self._prefix}/{name}", str(path))
        return bool(names)

    def upload(self, folder: Path) -> None:
        """Copies all files of a folder."""
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            key = f"{self._prefix}/{path.relative_to(folder).as_posix()}"
            self._client.upload_file(str(path), self._bucket, key)

    def _names(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"{self._prefix}/")
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return [key.removeprefix(f"{self._prefix}/") for key in keys if not key.endswith("/")]
