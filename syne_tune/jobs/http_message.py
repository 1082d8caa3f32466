"""HTTP requests and answers as plain values, so that handlers need no web framework."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

_CREDENTIAL = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Request:
    """What a client asked.

    Args:
        method: For example ``"GET"``.
        path: Decoded, with its leading slash.
        query: Last value of each parameter.
        headers: By lower-case name.
        body: To be read once.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: BinaryIO

    @property
    def region(self) -> str:
        """The region it was signed for."""
        match = _CREDENTIAL.search(self.headers.get("authorization", ""))
        return match["region"] if match else DEFAULT_REGION

    @property
    def service(self) -> str:
        """The service it was signed for, for example ``"s3"``; empty if it is not signed."""
        match = _CREDENTIAL.search(self.headers.get("authorization", ""))
        return match["service"] if match else ""


@dataclass(frozen=True)
class Answer:
    """What it is told.

    Args:
        status: HTTP status.
        body: In one piece or in several.
        headers: By name.
    """

    status: int
    body: bytes | Iterator[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
