"""Listing and deleting objects on S3, with as few requests as possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from syne_tune.backend.sagemaker_backend.s3_objects import delete_objects, objects_below, split_uri


class Counted:
    """Sends requests, and notes the operations."""

    def __init__(self) -> None:
        self.operations: list[str] = []

    def __call__(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        self.operations.append(operation.__name__)
        return operation(**arguments)


class RefusesSome:
    """In place of a client: does not delete what has an odd number."""

    def delete_objects(self, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:
        odd = [entry["Key"] for entry in Delete["Objects"] if int(entry["Key"]) % 2]
        return {"Errors": [{"Key": key, "Message": Bucket} for key in odd]} if odd else {}


@pytest.mark.parametrize(
    ("uri", "parts"),
    [("s3://bucket/a/b/", ("bucket", "a/b/")), ("s3://bucket", ("bucket", "")), ("bucket/a", ("bucket", "a"))],
)
def test_parts_of_an_address(uri: str, parts: tuple[str, str]) -> None:
    assert split_uri(uri) == parts


def test_every_request_for_many_objects_is_sent_by_the_caller(account: str) -> None:
    client, call = boto3.client("s3"), Counted()
    client.create_bucket(Bucket="bucket")
    names = sorted(f"many/{i}" for i in range(1001))
    for name in [*names, "other"]:
        client.put_object(Bucket="bucket", Key=name, Body=b"12")
    found = list(objects_below(client, "bucket", "many/", call))
    assert [one["Key"] for one in found] == names
    assert {one["Size"] for one in found} == {2}
    assert list(delete_objects(client, "bucket", names, call)) == []
    assert call.operations == ["list_objects_v2"] * 2 + ["delete_objects"] * 2
    assert [one["Key"] for one in objects_below(client, "bucket", "")] == ["other"]


def test_what_cannot_be_deleted_is_told_for_all_requests() -> None:
    errors = delete_objects(RefusesSome(), "bucket", [str(i) for i in range(2001)])
    assert [error["Key"] for error in errors] == [str(i) for i in range(1, 2001, 2)]
