"""The part of S3's HTTP interface that training jobs and their clients need, with path-style addresses."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.http_message import Answer, Request
from syne_tune.jobs.object_store import ObjectStore, StoredObject

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_MOST_KEYS = 1000
_HEADERS_KEPT = ("content-type", "content-encoding", "content-disposition", "content-language", "cache-control")
_PARAMETERS = {
    *("", "location", "delete", "uploads", "uploadId", "partNumber", "x-id"),
    *("prefix", "delimiter", "list-type", "continuation-token", "start-after", "marker", "max-keys"),
    *("encoding-type", "fetch-owner"),
}
_AFTER_ALL = "\U0010ffff"
"""At the end of a prefix: what follows comes after all keys that begin with the prefix."""


class S3Api:
    """Answers S3 requests from an object store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def answer(self, request: Request) -> Answer:
        """Answers one request; refusals become answers in S3's shape."""
        try:
            return self._dispatch(request)
        except ApiError as error:
            fields = {"Code": error.code, "Message": str(error), "Resource": request.path, "RequestId": "local"}
            body = b"" if request.method == "HEAD" else _document("Error", _fields(fields), namespace=False)
            return Answer(error.status, body, {"Content-Type": "application/xml"})

    def _dispatch(self, request: Request) -> Answer:
        bucket, _, key = request.path.lstrip("/").partition("/")
        kind = "object" if key else "bucket" if bucket else "service"
        handlers: Mapping[tuple[str, str], Callable[[Request, str, str], Answer]] = {
            ("service", "GET"): self._list_buckets,
            ("bucket", "PUT"): self._create_bucket,
            ("bucket", "HEAD"): self._head_bucket,
            ("bucket", "GET"): self._read_bucket,
            ("bucket", "POST"): self._delete_objects,
            ("bucket", "DELETE"): self._delete_bucket,
            ("object", "PUT"): self._put,
            ("object", "GET"): self._get,
            ("object", "HEAD"): self._get,
            ("object", "POST"): self._post_object,
            ("object", "DELETE"): self._delete,
        }
        foreign = set(request.query) - _PARAMETERS
        if (kind, request.method) not in handlers or foreign:
            what = f"{request.method} of a {kind}" + (f" with {', '.join(sorted(foreign))}" if foreign else "")
            raise ApiError("NotImplemented", f"The local S3 does not know {what}", 501)
        return handlers[kind, request.method](request, bucket, key)

    def _list_buckets(self, request: Request, bucket: str, key: str) -> Answer:
        entries = "".join(
            f"<Bucket>{_fields({'Name': name, 'CreationDate': _iso(created)})}</Bucket>"
            for name, created in sorted(self._store.buckets().items())
        )
        return _xml("ListAllMyBucketsResult", f"<Buckets>{entries}</Buckets><Owner><ID>local</ID></Owner>")

    def _create_bucket(self, request: Request, bucket: str, key: str) -> Answer:
        if not self._store.create_bucket(bucket, request.region) and request.region != "us-east-1":
            raise ApiError("BucketAlreadyOwnedByYou", f"You already own the bucket {bucket}", 409)
        return Answer(200, b"", {"Location": f"/{bucket}"})

    def _head_bucket(self, request: Request, bucket: str, key: str) -> Answer:
        return Answer(200, b"", {"x-amz-bucket-region": self._store.bucket_region(bucket)})

    def _read_bucket(self, request: Request, bucket: str, key: str) -> Answer:
        region = self._store.bucket_region(bucket)
        if "location" in request.query:
            body = _document("LocationConstraint", "" if region == "us-east-1" else region)
            return Answer(200, body, {"Content-Type": "application/xml"})
        return self._list_objects(request, bucket)

    def _delete_bucket(self, request: Request, bucket: str, key: str) -> Answer:
        self._store.delete_bucket(bucket)
        return Answer(204)

    def _list_objects(self, request: Request, bucket: str) -> Answer:
        query = request.query
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        version_2 = query.get("list-type") == "2"
        after = (
            query.get("continuation-token") or query.get("start-after", "") if version_2 else query.get("marker", "")
        )
        limit = min(_MOST_KEYS, int(query.get("max-keys", _MOST_KEYS)))
        entries, following = self._page(bucket, prefix, delimiter, after, limit)
        encode = quote if query.get("encoding-type") == "url" else str
        parts = [_entry(entry, encode) for entry in entries]
        fields = {
            "Name": bucket,
            "Prefix": encode(prefix),
            "MaxKeys": limit,
            "IsTruncated": str(bool(following)).lower(),
        }
        if version_2:
            fields |= {"KeyCount": len(entries)}
        if delimiter:
            fields |= {"Delimiter": encode(delimiter)}
        if "encoding-type" in query:
            fields |= {"EncodingType": query["encoding-type"]}
        if following:
            fields |= {"NextContinuationToken" if version_2 else "NextMarker": following}
        return _xml("ListBucketResult", _fields(fields) + "".join(parts))

    def _page(
        self, bucket: str, prefix: str, delimiter: str, after: str, limit: int
    ) -> tuple[list[StoredObject | str], str]:
        """Objects and common prefixes after a key, and where the next page begins, if there is one."""
        entries: list[StoredObject | str] = []
        last = after
        for entry in self._entries(bucket, prefix, delimiter, after):
            if len(entries) == limit:
                return entries, last
            entries.append(entry)
            last = entry + _AFTER_ALL if isinstance(entry, str) else entry.key
        return entries, ""

    def _entries(self, bucket: str, prefix: str, delimiter: str, after: str) -> Iterator[StoredObject | str]:
        while batch := self._store.list(bucket, prefix, after, _MOST_KEYS):
            for stored in batch:
                if stored.key <= after:
                    continue
                common = _common_prefix(stored.key, prefix, delimiter)
                after = stored.key if common is None else common + _AFTER_ALL
                yield stored if common is None else common

    def _delete_objects(self, request: Request, bucket: str, key: str) -> Answer:
        root = ElementTree.fromstring(request.body.read())
        keys = [element.text or "" for element in root.iterfind(".//{*}Object/{*}Key")]
        self._store.delete(bucket, keys)
        return _xml("DeleteResult", "".join(f"<Deleted>{_fields({'Key': name})}</Deleted>" for name in keys))

    def _put(self, request: Request, bucket: str, key: str) -> Answer:
        source = request.headers.get("x-amz-copy-source")
        if "uploadId" in request.query:
            return self._put_part(request, source)
        if source:
            replaces = request.headers.get("x-amz-metadata-directive", "COPY") == "REPLACE"
            stored = self._store.copy(self._source(source), bucket, key, _kept(request) if replaces else None)
            return _xml(
                "CopyObjectResult", _fields({"ETag": f'"{stored.etag}"', "LastModified": _iso(stored.modified)})
            )
        stored = self._store.put(bucket, key, request.body, _kept(request))
        return Answer(200, b"", {"ETag": f'"{stored.etag}"'})

    def _put_part(self, request: Request, source: str | None) -> Answer:
        content = io.BytesIO(self._source(source).path.read_bytes()) if source else request.body
        part = self._store.put_part(request.query["uploadId"], int(request.query["partNumber"]), content)
        if source:
            return _xml("CopyPartResult", _fields({"ETag": f'"{part.etag}"', "LastModified": _iso(0.0)}))
        return Answer(200, b"", {"ETag": f'"{part.etag}"'})

    def _source(self, header: str) -> StoredObject:
        bucket, _, key = unquote(header.partition("?")[0]).lstrip("/").partition("/")
        return self._store.get(bucket, key)

    def _get(self, request: Request, bucket: str, key: str) -> Answer:
        stored = self._store.get(bucket, key)
        first, last = _byte_range(request.headers.get("range", ""), stored.size)
        headers = {
            "etag": f'"{stored.etag}"',
            "last-modified": formatdate(stored.modified, usegmt=True),
            "accept-ranges": "bytes",
            "content-length": str(last - first),
            "content-type": "binary/octet-stream",
            **stored.headers,
        }
        partial = "range" in request.headers
        if partial:
            headers["content-range"] = f"bytes {first}-{last - 1}/{stored.size}"
        body = iter(()) if request.method == "HEAD" else _blocks(stored, first, last)
        return Answer(206 if partial else 200, body, headers)

    def _post_object(self, request: Request, bucket: str, key: str) -> Answer:
        if "uploads" in request.query:
            upload = self._store.start_upload(bucket, key, _kept(request))
            return _xml("InitiateMultipartUploadResult", _fields({"Bucket": bucket, "Key": key, "UploadId": upload}))
        root = ElementTree.fromstring(request.body.read())
        numbers = [int(element.text or 0) for element in root.iterfind(".//{*}Part/{*}PartNumber")]
        stored = self._store.complete_upload(request.query["uploadId"], numbers)
        fields = {"Location": f"/{bucket}/{key}", "Bucket": bucket, "Key": key, "ETag": f'"{stored.etag}"'}
        return _xml("CompleteMultipartUploadResult", _fields(fields))

    def _delete(self, request: Request, bucket: str, key: str) -> Answer:
        if "uploadId" in request.query:
            self._store.abort_upload(request.query["uploadId"])
        else:
            self._store.delete(bucket, [key])
        return Answer(204)


def _kept(request: Request) -> dict[str, str]:
    return {
        name: value
        for name, value in request.headers.items()
        if name.startswith("x-amz-meta-") or (name in _HEADERS_KEPT and value != "aws-chunked")
    }


def _common_prefix(key: str, prefix: str, delimiter: str) -> str | None:
    found = key.find(delimiter, len(prefix)) if delimiter else -1
    return key[: found + len(delimiter)] if found >= 0 else None


def _entry(entry: StoredObject | str, encode: Callable[[str], str]) -> str:
    if isinstance(entry, str):
        return f"<CommonPrefixes>{_fields({'Prefix': encode(entry)})}</CommonPrefixes>"
    fields = {
        "Key": encode(entry.key),
        "LastModified": _iso(entry.modified),
        "ETag": f'"{entry.etag}"',
        "Size": entry.size,
        "StorageClass": "STANDARD",
    }
    return f"<Contents>{_fields(fields)}</Contents>"


def _byte_range(header: str, size: int) -> tuple[int, int]:
    """First byte, and the one after the last, that a range header asks for."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip())
    if match is None or not (match[1] or match[2]):
        return 0, size
    first = int(match[1]) if match[1] else max(0, size - int(match[2]))
    last = min(size, int(match[2]) + 1) if match[1] and match[2] else size
    if first >= size:
        raise ApiError("InvalidRange", f"The requested range is not satisfiable: {header} of {size} bytes", 416)
    return first, last


def _blocks(stored: StoredObject, first: int, last: int) -> Iterator[bytes]:
    file = open(stored.path, "rb")  # noqa: SIM115  # opened before the answer begins: it may be replaced meanwhile

    def blocks() -> Iterator[bytes]:
        with file:
            file.seek(first)
            left = last - first
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                left -= len(block)
                yield block

    return blocks()


def _iso(time: float) -> str:
    moment = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _fields(values: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())


def _document(name: str, content: str, namespace: bool = True) -> bytes:
    attribute = f' xmlns="{_NAMESPACE}"' if namespace else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name}{attribute}>{content}</{name}>'.encode()


def _xml(name: str, content: str) -> Answer:
    return Answer(200, _document(name, content), {"Content-Type": "application/xml"})
