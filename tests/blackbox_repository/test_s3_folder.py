from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from syne_tune.blackbox_repository.s3_folder import S3Folder
from syne_tune.errors import OptionError

Objects = dict[tuple[str, str], bytes]


class Client:
    """The part of a client of S3 that is used."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects

    def get_paginator(self, name: str) -> Client:
        assert name == "list_objects_v2"
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        yield {}
        keys = [key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix)]
        yield {"Contents": [{"Key": key} for key in keys]}

    def download_file(self, bucket: str, key: str, path: str) -> None:
        Path(path).write_bytes(self.objects[bucket, key])

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        self.objects[bucket, key] = Path(path).read_bytes()


@pytest.fixture
def objects(monkeypatch: pytest.MonkeyPatch) -> Objects:
    objects: Objects = {}
    monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(client=lambda service: Client(objects)))
    return objects


def test_what_is_uploaded_can_be_downloaded(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "up" / "deep").mkdir(parents=True)
    (tmp_path / "up" / "deep" / "a").write_bytes(b"1")
    folder = S3Folder("s3://bucket/some/prefix/", "fcnet")
    folder.upload(tmp_path / "up")
    assert list(objects) == [("bucket", "some/prefix/blackbox-repository/fcnet/deep/a")]
    assert folder.download(tmp_path / "down")
    assert (tmp_path / "down" / "deep" / "a").read_bytes() == b"1"


def test_nothing_there(objects: Objects, tmp_path: Path) -> None:
    objects["bucket", "blackbox-repository/fcnet2/a"] = b""
    assert not S3Folder("s3://bucket", "fcnet").download(tmp_path)


def test_names_that_lead_out_of_the_folder_are_refused(objects: Objects, tmp_path: Path) -> None:
    objects["bucket", "blackbox-repository/fcnet/../../x"] = b""
    with pytest.raises(OptionError, match="leads out"):
        S3Folder("s3://bucket", "fcnet").download(tmp_path)


@pytest.mark.parametrize("root", ["bucket", "s3://", "https://bucket/x"])
def test_place_must_be_in_s3(root: str) -> None:
    with pytest.raises(OptionError, match="must name a bucket"):
        S3Folder(root, "fcnet")
