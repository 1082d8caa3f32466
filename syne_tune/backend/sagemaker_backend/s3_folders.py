"""Copies, deletes and downloads all objects below a prefix on S3, with one client and as few requests as possible."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypedDict

from syne_tune.backend.sagemaker_backend.s3_objects import delete_objects, objects_below, split_uri
from syne_tune.errors import OptionError
from syne_tune.optional import require

logger = logging.getLogger(__name__)

_PARALLEL = 8


class ActionCounts(TypedDict):
    """What came of a number of actions.

    Attributes:
        num_action_calls: Objects something was to be done with.
        num_successful_action_calls: Those with which it was done.
        first_error_message: What went wrong first; ``None`` if nothing did.
    """

    num_action_calls: int
    num_successful_action_calls: int
    first_error_message: str | None


def s3_copy_objects_recursively(s3_source_path: str, s3_target_path: str, client: Any = None) -> ActionCounts:
    """Copies all objects below a prefix, within S3.

    Args:
        s3_source_path: ``s3://bucket/prefix``.
        s3_target_path: The same for the copies.
        client: Client of ``boto3`` for S3; made if not given.
    """
    s3 = client or _client()
    source, prefix = _bucket_and_prefix(s3_source_path)
    target, target_prefix = _bucket_and_prefix(s3_target_path)

    def copy(found: dict[str, Any]) -> None:
        key = target_prefix + found["Key"][len(prefix) :]
        s3.copy({"Bucket": source, "Key": found["Key"]}, target, key)

    return _each(copy, list(objects_below(s3, source, prefix)))


def s3_delete_objects_recursively(s3_path: str, client: Any = None) -> ActionCounts:
    """Deletes all objects below a prefix, a thousand with each request.

    Args:
        s3_path: ``s3://bucket/prefix``.
        client: Client of ``boto3`` for S3; made if not given.
    """
    s3 = client or _client()
    bucket, prefix = _bucket_and_prefix(s3_path)
    keys = [found["Key"] for found in objects_below(s3, bucket, prefix)]
    errors = delete_objects(s3, bucket, keys)
    return _counted(len(keys), [f"{error['Key']}: {error.get('Message', error.get('Code'))}" for error in errors])


def s3_download_files_recursively(
    s3_source_path: str,
    target_path: str | os.PathLike[str],
    valid_postfixes: Iterable[str] | None = None,
    client: Any = None,
) -> ActionCounts:
    """Downloads all objects below a prefix that are not there yet; a file of the same size and not older is kept.

    Args:
        s3_source_path: ``s3://bucket/prefix``.
        target_path: Folder for the files; created if need be.
        valid_postfixes: Only keys that end with one of these, at whatever depth; all by default.
        client: Client of ``boto3`` for S3; made if not given.

    Raises:
        OptionError: If a key would be written outside of the folder.
    """
    s3 = client or _client()
    bucket, prefix = _bucket_and_prefix(s3_source_path)
    endings = None if valid_postfixes is None else tuple(valid_postfixes)
    folder = Path(target_path).resolve()

    def download(found: dict[str, Any]) -> None:
        target = folder / found["Key"][len(prefix) :]
        if not target.resolve().is_relative_to(folder):
            raise OptionError(f"The key {found['Key']!r} would be written outside of {str(folder)!r}")
        if _is_up_to_date(target, found):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, found["Key"], str(target))

    wanted = [
        found
        for found in objects_below(s3, bucket, prefix)
        if not found["Key"].endswith("/") and (endings is None or found["Key"].endswith(endings))
    ]
    return _each(download, wanted)


def _is_up_to_date(path: Path, found: dict[str, Any]) -> bool:
    if not path.is_file():
        return False
    state = path.stat()
    return bool(state.st_size == found["Size"] and state.st_mtime >= found["LastModified"].timestamp())


def _each(action: Callable[[dict[str, Any]], None], found: list[dict[str, Any]]) -> ActionCounts:
    errors = require("botocore.exceptions", "aws")
    transfer = require("boto3.exceptions", "aws")

    def message(one: dict[str, Any]) -> str | None:
        try:
            action(one)
        except (errors.ClientError, errors.BotoCoreError, transfer.Boto3Error, OSError) as error:
            return f"{one['Key']}: {error}"
        return None

    with ThreadPoolExecutor(_PARALLEL) as pool:
        messages = list(pool.map(message, found))
    return _counted(len(found), [one for one in messages if one is not None])


def _counted(called: int, messages: list[str]) -> ActionCounts:
    if messages:
        logger.warning("S3: %d of %d actions failed, the first one with: %s", len(messages), called, messages[0])
    return {
        "num_action_calls": called,
        "num_successful_action_calls": called - len(messages),
        "first_error_message": messages[0] if messages else None,
    }


def _bucket_and_prefix(path: str) -> tuple[str, str]:
    bucket, prefix = split_uri(path)
    if not path.startswith("s3://") or not bucket:
        raise OptionError(f"{path!r} is no address on S3; it must be of the form 's3://bucket/prefix'")
    prefix = prefix.rstrip("/")
    return bucket, f"{prefix}/" if prefix else ""


def _client() -> Any:
    return require("boto3", "aws").Session().client("s3")
