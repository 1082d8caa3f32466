"""Checkpoints of trials on S3, and beside them, apart from what the script writes, a folder of our own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from syne_tune.backend.sagemaker_backend.job_names import OWN_FOLDER
from syne_tune.backend.sagemaker_backend.request_rate import RequestRate, error_code, error_message
from syne_tune.backend.sagemaker_backend.s3_objects import delete_objects, objects_below, split_uri
from syne_tune.errors import BackendError
from syne_tune.optional import require

_LARGE = 2**30
_NO_OBJECT = {"NoSuchKey", "404"}
_NOTHING_NEW = "InvalidRange"


class CheckpointStore:
    """Reads, copies and deletes what is below an address on S3.

    Args:
        client: Of ``boto3``, for S3.
        rate: Sends the requests.
    """

    def __init__(self, client: Any, rate: RequestRate) -> None:
        self._client = client
        self._rate = rate

    def has_checkpoint(self, uri: str) -> bool:
        """Whether the script has left anything.

        Args:
            uri: Where the checkpoints of a trial are; ends with a slash. So it does everywhere here.
        """
        return any(True for _ in self._checkpoint_files(uri))

    def copy(self, source: str, target: str) -> int:
        """Copies what a script has left; returns the number of files.

        Args:
            source: Where the checkpoints of one trial are.
            target: Where those of another will be.
        """
        bucket, prefix = split_uri(target)
        from_bucket, _ = split_uri(source)
        count = 0
        for name, key, size in self._checkpoint_files(source):
            what = {"CopySource": {"Bucket": from_bucket, "Key": key}, "Bucket": bucket, "Key": prefix + name}
            self._call(self._client.copy if size > _LARGE else self._client.copy_object, **what)
            count += 1
        return count

    def delete(self, uri: str) -> None:
        """Deletes what a script has left."""
        bucket, _ = split_uri(uri)
        keys = [key for _, key, _ in self._checkpoint_files(uri)]
        for error in delete_objects(self._client, bucket, keys, self._call):
            raise BackendError(f"A checkpoint in {uri} cannot be deleted: {error}")

    def write(self, uri: str, name: str, data: bytes) -> None:
        """Writes a file of our own; a job that starts afterwards finds it."""
        bucket, prefix = split_uri(uri)
        self._call(self._client.put_object, Bucket=bucket, Key=f"{prefix}{OWN_FOLDER}{name}", Body=data)

    def read(self, uri: str, name: str, start: int = 0) -> bytes | None:
        """Reads a file of our own, or one that a reporter has written.

        Args:
            uri: Where the checkpoints of a trial are.
            name: Of the file.
            start: Where to begin, in bytes.

        Returns:
            Its content; ``None`` if there is no such file.
        """
        bucket, prefix = split_uri(uri)
        exceptions = require("botocore.exceptions", "aws")
        where = {"Bucket": bucket, "Key": f"{prefix}{OWN_FOLDER}{name}"}
        if start:
            where["Range"] = f"bytes={start}-"
        try:
            content: bytes = self._rate.call(self._get_object, **where)
        except exceptions.ClientError as error:
            if error_code(error) == _NOTHING_NEW:
                return b""
            if error_code(error) not in _NO_OBJECT:
                raise BackendError(f"{where} cannot be read: {error_message(error)}") from error
            return None
        return content

    def own_files(self, uri: str, prefix: str) -> list[str]:
        """Names of files in the folder of our own."""
        return [name for name, _, _ in self._files(f"{uri}{OWN_FOLDER}") if name.startswith(prefix)]

    def _checkpoint_files(self, uri: str) -> Iterator[tuple[str, str, int]]:
        return (file for file in self._files(uri) if not file[0].startswith(OWN_FOLDER))

    def _files(self, uri: str) -> Iterator[tuple[str, str, int]]:
        """Name below the address, key, and size of each file."""
        bucket, prefix = split_uri(uri)
        for found in objects_below(self._client, bucket, prefix, self._call):
            yield found["Key"][len(prefix) :], found["Key"], found["Size"]

    def _get_object(self, **where: str) -> bytes:
        content: bytes = self._client.get_object(**where)["Body"].read()
        return content

    def _call(self, operation: Any, **arguments: Any) -> Any:
        exceptions = require("botocore.exceptions", "aws")
        try:
            return self._rate.call(operation, **arguments)
        except exceptions.ClientError as error:
            hint = "The bucket must exist, and the credentials must allow to read and write it; choose it by s3_path"
            raise BackendError(
                f"S3, bucket {arguments['Bucket']!r} ({error_code(error)}): {error_message(error)}. {hint}"
            ) from error
