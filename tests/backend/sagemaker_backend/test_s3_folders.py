"""Copying, deleting and downloading below a prefix on S3."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from syne_tune.backend.sagemaker_backend.results_on_s3 import download_sagemaker_results
from syne_tune.backend.sagemaker_backend.s3_folders import (
    s3_copy_objects_recursively,
    s3_delete_objects_recursively,
    s3_download_files_recursively,
)
from syne_tune.errors import OptionError
from syne_tune.experiment_folder import s3_experiment_path

NAMES = ["a.txt", "deep/b.txt", "deep/er/c.json"]


@pytest.fixture
def s3(account: str) -> Any:
    client = boto3.client("s3")
    client.create_bucket(Bucket="bucket")
    for name in NAMES:
        client.put_object(Bucket="bucket", Key=f"from/{name}", Body=name.encode())
    client.put_object(Bucket="bucket", Key="from-elsewhere", Body=b"")
    return client


def keys(s3: Any, prefix: str = "") -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket="bucket", Prefix=prefix).get("Contents", [])]


def count_requests(s3: Any) -> Counter[str]:
    counts: Counter[str] = Counter()
    s3.meta.events.register("before-call.s3", lambda model, **_: counts.update([model.name]))
    return counts


class TestCopy:
    def test_everything_below_the_prefix(self, s3: Any) -> None:
        counts = s3_copy_objects_recursively("s3://bucket/from", "s3://bucket/to/", s3)
        assert counts == {"num_action_calls": 3, "num_successful_action_calls": 3, "first_error_message": None}
        assert keys(s3, "to") == [f"to/{name}" for name in NAMES]

    def test_what_fails_is_counted(self, s3: Any) -> None:
        counts = s3_copy_objects_recursively("s3://bucket/from/", "s3://no-such-bucket/to", s3)
        assert (counts["num_action_calls"], counts["num_successful_action_calls"]) == (3, 0)
        assert "NoSuchBucket" in str(counts["first_error_message"])


class TestDelete:
    def test_everything_below_the_prefix_and_nothing_else(self, s3: Any) -> None:
        counts = s3_delete_objects_recursively("s3://bucket/from", s3)
        assert counts == {"num_action_calls": 3, "num_successful_action_calls": 3, "first_error_message": None}
        assert keys(s3) == ["from-elsewhere"]

    def test_a_thousand_with_one_request(self, s3: Any) -> None:
        """W-47: there was one request, and one client, per object."""
        for i in range(1100):
            s3.put_object(Bucket="bucket", Key=f"many/{i}", Body=b"")
        requests = count_requests(s3)
        assert s3_delete_objects_recursively("s3://bucket/many", s3)["num_successful_action_calls"] == 1100
        assert requests == {"DeleteObjects": 2, "ListObjectsV2": 2}

    def test_nothing_there(self, s3: Any) -> None:
        assert s3_delete_objects_recursively("s3://bucket/nothing", s3)["num_action_calls"] == 0


class TestDownload:
    def test_everything_below_the_prefix(self, s3: Any, tmp_path: Path) -> None:
        counts = s3_download_files_recursively("s3://bucket/from", tmp_path / "to", client=s3)
        assert counts["num_successful_action_calls"] == 3
        assert {str(p.relative_to(tmp_path / "to")) for p in tmp_path.rglob("*") if p.is_file()} == set(NAMES)

    def test_filter_holds_at_every_depth(self, s3: Any, tmp_path: Path) -> None:
        s3_download_files_recursively("s3://bucket/from", tmp_path, [".json"], s3)
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["c.json"]

    def test_what_is_there_is_not_downloaded_again(self, s3: Any, tmp_path: Path) -> None:
        s3_download_files_recursively("s3://bucket/from", tmp_path, client=s3)
        (tmp_path / "a.txt").write_text("another length")
        requests = count_requests(s3)
        s3_download_files_recursively("s3://bucket/from", tmp_path, client=s3)
        assert requests["GetObject"] == 1
        assert (tmp_path / "a.txt").read_text() == "a.txt"

    def test_keys_cannot_leave_the_folder(self, s3: Any, tmp_path: Path) -> None:
        s3.put_object(Bucket="bucket", Key="bad/../../outside", Body=b"")
        with pytest.raises(OptionError, match="outside"):
            s3_download_files_recursively("s3://bucket/bad", tmp_path / "to", client=s3)
        assert not list(tmp_path.rglob("outside"))


@pytest.mark.parametrize("path", ["bucket/key", "s3:///key", "https://bucket/key", ""])
def test_addresses_are_checked(path: str) -> None:
    with pytest.raises(OptionError, match="s3://bucket/prefix"):
        s3_delete_objects_recursively(path, object())


def test_results_of_jobs(s3: Any, account: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    bucket = f"sagemaker-us-east-1-{account}"
    assert s3_experiment_path() == f"s3://{bucket}/syne-tune/"
    s3.put_object(Bucket=bucket, Key="syne-tune/study-1/metadata.json", Body=b"{}")
    download_sagemaker_results()
    assert (tmp_path / "study-1" / "metadata.json").read_text() == "{}"
