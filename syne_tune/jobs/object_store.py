"""S3 objects on disk: an index in the database, contents as files that never change once they are written."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from syne_tune import jsonio
from syne_tune.clock import Clock
from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.database import Database

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
_COPY_BLOCK = 1 << 20


@dataclass(frozen=True)
class StoredObject:
    """One object.

    Args:
        key: Its key.
        path: The file with its content.
        size: In bytes.
        etag: Without quotes.
        modified: Seconds since the epoch.
        headers: Content type, metadata and the like, by lower-case name.
    """

    key: str
    path: Path
    size: int
    etag: str
    modified: float
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Blob:
    """A file with content that no object refers to yet."""

    name: str
    size: int
    etag: str


class ObjectStore:
    """Buckets and their objects.

    Args:
        database: Holds the index.
        folder: Holds the contents.
        clock: Tells the time.
    """

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True)

    def create_bucket(self, bucket: str, region: str) -> bool:
        """Creates a bucket; returns whether it is new.

        Raises:
            ApiError: If the name is not one a bucket may have.
        """
        if not _BUCKET_NAME.fullmatch(bucket):
            raise ApiError("InvalidBucketName", f"The specified bucket is not valid: {bucket!r}")
        statement = "INSERT OR IGNORE INTO buckets VALUES (?, ?, ?)"
        return self._database.write(statement, (bucket, self._clock.now(), region)) > 0

    def buckets(self) -> dict[str, float]:
        """Creation time of each bucket by name."""
        return {
            str(name): _number(created) for name, created in self._database.rows("SELECT name, created FROM buckets")
        }

    def bucket_region(self, bucket: str) -> str:
        """Region of a bucket.

        Raises:
            ApiError: ``NoSuchBucket``.
        """
        rows = self._database.rows("SELECT region FROM buckets WHERE name = ?", (bucket,))
        if not rows:
            raise ApiError("NoSuchBucket", f"The specified bucket does not exist: {bucket}", 404)
        return str(rows[0][0])

    def delete_bucket(self, bucket: str) -> None:
        """Deletes an empty bucket.

        Raises:
            ApiError: ``NoSuchBucket``, or ``BucketNotEmpty``.
        """
        self.bucket_region(bucket)
        if self._database.rows("SELECT 1 FROM objects WHERE bucket = ? LIMIT 1", (bucket,)):
            raise ApiError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409)
        self._database.write("DELETE FROM buckets WHERE name = ?", (bucket,))

    def write_blob(self, content: BinaryIO) -> Blob:
        """Stores content."""
        name, digest, size = uuid.uuid4().hex, hashlib.md5(usedforsecurity=False), 0
        with open(self._folder / name, "wb") as file:
            while block := content.read(_COPY_BLOCK):
                digest.update(block)
                size += len(block)
                file.write(block)
        return Blob(name, size, digest.hexdigest())

    def link(self, bucket: str, key: str, blob: Blob, headers: Mapping[str, str]) -> StoredObject:
        """Makes stored content an object; one of the same key is replaced."""
        now = self._clock.now()
        with self._database.transaction() as connection:
            where = (bucket, key)
            old = connection.execute("SELECT blob FROM objects WHERE bucket = ? AND key = ?", where).fetchall()
            values = (bucket, key, blob.name, blob.size, blob.etag, now, jsonio.dumps(headers))
            connection.execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        self._remove_blobs(name for (name,) in old)
        return StoredObject(key, self._folder / blob.name, blob.size, blob.etag, now, headers)

    def discard(self, blob: Blob) -> None:
        """Removes content that no object refers to."""
        self._remove_blobs([blob.name])

    def put(self, bucket: str, key: str, content: BinaryIO, headers: Mapping[str, str] | None = None) -> StoredObject:
        """Stores an object; one of the same key is replaced.

        Raises:
            ApiError: ``NoSuchBucket``.
        """
        self.bucket_region(bucket)
        return self.link(bucket, key, self.write_blob(content), headers or {})

    def get(self, bucket: str, key: str) -> StoredObject:
        """An object.

        Raises:
            ApiError: ``NoSuchBucket`` or ``NoSuchKey``.
        """
        self.bucket_region(bucket)
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM objects WHERE bucket = ? AND key = ?", (bucket, key))
        if not rows:
            raise ApiError("NoSuchKey", f"The specified key does not exist: {key}", 404)
        return self._as_object(rows[0])

    def list(self, bucket: str, prefix: str = "", after: str = "", limit: int = -1) -> list[StoredObject]:
        """Objects in order of their keys.

        Args:
            bucket: Where.
            prefix: How keys begin.
            after: Only keys that follow this one.
            limit: At most so many; all by default.

        Raises:
            ApiError: ``NoSuchBucket``.
        """
        self.bucket_region(bucket)
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM objects WHERE bucket = ? AND key > ? AND key >= ? "
            "AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?",
            (bucket, after, prefix, prefix, prefix, limit),
        )
        return list(map(self._as_object, rows))

    def delete(self, bucket: str, keys: Iterable[str]) -> None:
        """Deletes objects; those that do not exist are no error."""
        self.bucket_region(bucket)
        for key in keys:
            with self._database.transaction() as connection:
                values = (bucket, key)
                blobs = connection.execute("SELECT blob FROM objects WHERE bucket = ? AND key = ?", values).fetchall()
                connection.execute("DELETE FROM objects WHERE bucket = ? AND key = ?", values)
            self._remove_blobs(blob for (blob,) in blobs)

    def copy(self, source: StoredObject, bucket: str, key: str, headers: Mapping[str, str] | None) -> StoredObject:
        """Copies an object.

        Args:
            source: What to copy.
            bucket: Target.
            key: Target.
            headers: New metadata; those of the source if ``None``.
        """
        self.bucket_region(bucket)
        blob = Blob(uuid.uuid4().hex, source.size, source.etag)
        os.link(source.path, self._folder / blob.name)
        return self.link(bucket, key, blob, source.headers if headers is None else headers)

    def start_upload(self, bucket: str, key: str, headers: Mapping[str, str]) -> str:
        """Begins an upload in parts; returns its id."""
        self.bucket_region(bucket)
        upload = uuid.uuid4().hex
        self._database.write("INSERT INTO uploads VALUES (?, ?, ?, ?)", (upload, bucket, key, jsonio.dumps(headers)))
        return upload

    def put_part(self, upload: str, number: int, content: BinaryIO) -> Blob:
        """Stores one part.

        Raises:
            ApiError: ``NoSuchUpload``.
        """
        self._upload(upload)
        blob = self.write_blob(content)
        statement = "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)"
        self._database.write(statement, (upload, number, blob.name, blob.size, blob.etag))
        return blob

    def complete_upload(self, upload: str, numbers: Iterable[int]) -> StoredObject:
        """Joins parts into an object.

        Raises:
            ApiError: ``NoSuchUpload``, or ``InvalidPart``.
        """
        bucket, key, headers = self._upload(upload)
        rows = self._database.rows("SELECT number, blob, etag FROM parts WHERE upload = ?", (upload,))
        parts = {int(str(number)): (str(blob), str(etag)) for number, blob, etag in rows}
        chosen = list(numbers)
        if not chosen or not set(chosen) <= set(parts):
            raise ApiError("InvalidPart", f"Parts {chosen} were asked for, but those uploaded are {sorted(parts)}")
        name, size = uuid.uuid4().hex, 0
        with open(self._folder / name, "wb") as target:
            for number in chosen:
                with open(self._folder / parts[number][0], "rb") as part:
                    shutil.copyfileobj(part, target, _COPY_BLOCK)
            size = target.tell()
        digest = hashlib.md5(b"".join(bytes.fromhex(parts[n][1]) for n in chosen), usedforsecurity=False).hexdigest()
        stored = self.link(bucket, key, Blob(name, size, f"{digest}-{len(chosen)}"), headers)
        self.abort_upload(upload)
        return stored

    def abort_upload(self, upload: str) -> None:
        """Forgets an upload and its parts."""
        self._upload(upload)
        with self._database.transaction() as connection:
            blobs = connection.execute("SELECT blob FROM parts WHERE upload = ?", (upload,)).fetchall()
            connection.execute("DELETE FROM parts WHERE upload = ?", (upload,))
            connection.execute("DELETE FROM uploads WHERE id = ?", (upload,))
        self._remove_blobs(blob for (blob,) in blobs)

    def _upload(self, upload: str) -> tuple[str, str, dict[str, str]]:
        rows = self._database.rows("SELECT bucket, key, headers FROM uploads WHERE id = ?", (upload,))
        if not rows:
            raise ApiError("NoSuchUpload", f"The specified multipart upload does not exist: {upload}", 404)
        bucket, key, headers = rows[0]
        return str(bucket), str(key), jsonio.loads(str(headers))

    def _remove_blobs(self, names: Iterable[object]) -> None:
        for name in names:
            (self._folder / str(name)).unlink(missing_ok=True)

    def _as_object(self, row: tuple[Any, ...]) -> StoredObject:
        key, blob, size, etag, modified, headers = row
        return StoredObject(key, self._folder / blob, size, etag, modified, jsonio.loads(headers))


_COLUMNS = "key, blob, size, etag, modified, headers"


def _number(value: object) -> float:
    return float(str(value))


@dataclass(frozen=True)
class S3Location:
    """A bucket and the beginning of keys in it."""

    bucket: str
    prefix: str

    @staticmethod
    def parse(uri: str) -> S3Location:
        """Reads ``s3://bucket/prefix``.

        Raises:
            ApiError: ``ValidationException`` if it is not of this form.
        """
        match = re.fullmatch(r"s3://([^/]+)/?(.*)", uri, re.DOTALL)
        if match is None:
            raise ApiError("ValidationException", f"{uri!r} is no S3 location; it must look like s3://bucket/prefix")
        return S3Location(match[1], match[2])

    def below(self, name: str) -> S3Location:
        """The location of something inside, as if this were a folder."""
        folder = self.prefix if not self.prefix or self.prefix.endswith("/") else f"{self.prefix}/"
        return dataclasses.replace(self, prefix=folder + name)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"
