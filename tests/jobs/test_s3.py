"""The local S3, through boto3."""

from __future__ import annotations

import pytest
from boto3.s3.transfer import TransferConfig


@pytest.fixture
def bucket(cloud, request):
    name = f"b-{abs(hash(request.node.name)):x}"[:40]
    cloud.s3.create_bucket(Bucket=name)
    return name


AWKWARD = ["plain", "a/b", "a", "a//b", "../up", "with space+plus&and", "ü/ö", "trailing/", "percent%20", "<tag>"]


@pytest.mark.parametrize("key", AWKWARD)
def test_objects_come_back_as_they_went_in(cloud, bucket, key):
    content = b"\0\1" * 1000
    put = cloud.s3.put_object(Bucket=bucket, Key=key, Body=content, Metadata={"owner": "me"}, ContentType="text/x")
    got = cloud.s3.get_object(Bucket=bucket, Key=key)
    assert got["Body"].read() == content
    assert (got["ETag"], got["Metadata"], got["ContentType"]) == (put["ETag"], {"owner": "me"}, "text/x")
    assert cloud.s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(content)
    assert [entry["Key"] for entry in cloud.s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    cloud.s3.delete_object(Bucket=bucket, Key=key)
    with pytest.raises(cloud.s3.exceptions.NoSuchKey):
        cloud.s3.get_object(Bucket=bucket, Key=key)


def test_lists_have_prefixes_delimiters_and_pages(cloud, bucket):
    keys = ["a/1", "a/2", "b", "c/x/1", "c/y/2", "d"]
    for key in keys:
        cloud.s3.put_object(Bucket=bucket, Key=key, Body=b"")
    pages = cloud.s3.get_paginator("list_objects_v2")
    listed = [
        e["Key"] for page in pages.paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}) for e in page["Contents"]
    ]
    assert listed == keys
    first = list(pages.paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}))
    assert [e["Prefix"] for page in first for e in page.get("CommonPrefixes", [])] == ["a/", "c/"]
    assert [e["Key"] for page in first for e in page.get("Contents", [])] == ["b", "d"]
    inner = cloud.s3.list_objects_v2(Bucket=bucket, Prefix="c/", Delimiter="/")
    assert [e["Prefix"] for e in inner["CommonPrefixes"]] == ["c/x/", "c/y/"]
    assert [e["Key"] for e in cloud.s3.list_objects(Bucket=bucket, Prefix="a")["Contents"]] == ["a/1", "a/2"]
    assert cloud.s3.list_objects_v2(Bucket=bucket, Prefix="z")["KeyCount"] == 0


def test_big_files_go_in_parts(cloud, bucket, tmp_path):
    content = bytes(range(256)) * (6 << 12)  # 6 MiB
    (tmp_path / "big").write_bytes(content)
    parts = TransferConfig(multipart_threshold=1, multipart_chunksize=5 << 20, max_concurrency=2)
    cloud.s3.upload_file(str(tmp_path / "big"), bucket, "big", Config=parts)
    assert cloud.s3.head_object(Bucket=bucket, Key="big")["ETag"].endswith('-2"')
    cloud.s3.download_file(bucket, "big", str(tmp_path / "back"), Config=parts)
    assert (tmp_path / "back").read_bytes() == content
    some = cloud.s3.get_object(Bucket=bucket, Key="big", Range="bytes=255-257")
    assert some["Body"].read() == b"\xff\x00\x01"


def test_aborted_uploads_leave_nothing(cloud, bucket):
    upload = cloud.s3.create_multipart_upload(Bucket=bucket, Key="x")["UploadId"]
    cloud.s3.upload_part(Bucket=bucket, Key="x", UploadId=upload, PartNumber=1, Body=b"1")
    cloud.s3.abort_multipart_upload(Bucket=bucket, Key="x", UploadId=upload)
    assert "Contents" not in cloud.s3.list_objects_v2(Bucket=bucket)
    with pytest.raises(cloud.s3.exceptions.ClientError, match="NoSuchUpload"):
        cloud.s3.upload_part(Bucket=bucket, Key="x", UploadId=upload, PartNumber=1, Body=b"1")


def test_copies_are_independent(cloud, bucket):
    cloud.s3.put_object(Bucket=bucket, Key="from a", Body=b"1", Metadata={"n": "1"})
    cloud.s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "from a"})
    cloud.s3.put_object(Bucket=bucket, Key="from a", Body=b"2")
    got = cloud.s3.get_object(Bucket=bucket, Key="to")
    assert (got["Body"].read(), got["Metadata"]) == (b"1", {"n": "1"})


def test_many_objects_are_deleted_at_once(cloud, bucket):
    for number in range(5):
        cloud.s3.put_object(Bucket=bucket, Key=f"k{number}", Body=b"")
    cloud.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": f"k{number}"} for number in range(4)]})
    assert [e["Key"] for e in cloud.s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["k4"]
    with pytest.raises(cloud.s3.exceptions.ClientError, match="BucketNotEmpty"):
        cloud.s3.delete_bucket(Bucket=bucket)
    cloud.s3.delete_object(Bucket=bucket, Key="k4")
    cloud.s3.delete_bucket(Bucket=bucket)
    with pytest.raises(cloud.s3.exceptions.ClientError, match="404"):
        cloud.s3.head_bucket(Bucket=bucket)


def test_missing_bucket_and_bad_name(cloud):
    with pytest.raises(cloud.s3.exceptions.NoSuchBucket):
        cloud.s3.list_objects_v2(Bucket="nowhere")
    with pytest.raises(cloud.s3.exceptions.ClientError, match="InvalidBucketName"):
        cloud.s3.create_bucket(Bucket="Bad..Name")


def test_what_it_does_not_know_it_refuses(cloud, bucket):
    with pytest.raises(cloud.s3.exceptions.ClientError, match="NotImplemented"):
        cloud.s3.get_bucket_policy(Bucket=bucket)


def test_buckets_are_listed_with_their_region(cloud, bucket):
    assert bucket in [entry["Name"] for entry in cloud.s3.list_buckets()["Buckets"]]
    assert cloud.s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
