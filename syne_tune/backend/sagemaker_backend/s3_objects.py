"""Which objects there are below an address on S3, page by page, and deleting many of them with few requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

_MOST_TO_DELETE = 1000

Call = Callable[..., Any]
"""Sends a request: takes a method of a client, and the arguments of that by name; returns the answer."""


def call_once(operation: Callable[..., Any], **arguments: Any) -> Any:
    """Sends a request as it is."""
    return operation(**arguments)


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key (or prefix) of an address ``s3://bucket/key``."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def objects_below(client: Any, bucket: str, prefix: str, call: Call = call_once) -> Iterator[dict[str, Any]]:
    """Yields what a listing says of each object: ``Key``, ``Size`` in bytes, ``LastModified``.

    Args:
        client: Of ``boto3``, for S3.
        bucket: Name of the bucket.
        prefix: With which the keys begin.
        call: Sends each request.
    """
    arguments = {"Bucket": bucket, "Prefix": prefix}
    while True:
        page = call(client.list_objects_v2, **arguments)
        yield from page.get("Contents", [])
        if not page.get("NextContinuationToken"):
            return
        arguments["ContinuationToken"] = page["NextContinuationToken"]


def delete_objects(client: Any, bucket: str, keys: Sequence[str], call: Call = call_once) -> Iterator[dict[str, Any]]:
    """Deletes objects, a thousand with each request, and yields what S3 says of those that could not be deleted.

    Args:
        client: Of ``boto3``, for S3.
        bucket: Name of the bucket.
        keys: Of the objects.
        call: Sends each request.
    """
    for start in range(0, len(keys), _MOST_TO_DELETE):
        chosen = [{"Key": key} for key in keys[start : start + _MOST_TO_DELETE]]
        answer = call(client.delete_objects, Bucket=bucket, Delete={"Objects": chosen, "Quiet": True})
        yield from answer.get("Errors", [])
