from __future__ import annotations

import hashlib
import io
import logging
import urllib.error
from pathlib import Path

import pytest

from syne_tune.blackbox_repository import download
from syne_tune.blackbox_repository.download import Source, fetch, open_url, remember
from syne_tune.errors import OptionError

URL = "https://example.org/data.bin"
CONTENT = b"published"
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()


class Web:
    """What is published; counts how often it is read."""

    def __init__(self) -> None:
        self.content = CONTENT
        self.reads = 0
        self.error: Exception | None = None

    def open(self, url: str) -> io.BytesIO:
        assert url == URL
        self.reads += 1
        if self.error is not None:
            raise self.error
        return io.BytesIO(self.content)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    web = Web()
    monkeypatch.setattr(download, "open_url", web.open)
    return web


def test_file_with_known_checksum(web: Web, tmp_path: Path) -> None:
    assert fetch([Source(URL, "data.bin", CHECKSUM)], tmp_path / "new") == {URL: CHECKSUM}
    assert (tmp_path / "new" / "data.bin").read_bytes() == CONTENT


def test_file_that_is_there_is_not_downloaded_but_checked(web: Web, tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(b"other")
    with pytest.raises(OptionError, match="published"):
        fetch([Source(URL, "data.bin", CHECKSUM)], tmp_path)
    assert web.reads == 0


def test_checksum_nobody_published_is_recorded_and_enforced(
    web: Web, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sources = [Source(URL, "data.bin")]
    checksums = fetch(sources, tmp_path)
    with caplog.at_level(logging.WARNING):
        remember(sources, tmp_path, checksums)
    assert CHECKSUM in caplog.text
    assert fetch(sources, tmp_path) == checksums
    (tmp_path / "data.bin").unlink()
    web.content = b"replaced"
    with pytest.raises(OptionError, match=r"recorded in .*checksums\.json"):
        fetch([Source(URL, "data.bin")], tmp_path)


def test_failed_download_says_where_to_put_the_file_and_leaves_nothing(web: Web, tmp_path: Path) -> None:
    web.error = urllib.error.URLError("no network")
    with pytest.raises(OptionError, match=r"no network.*put it at .*data\.bin"):
        fetch([Source(URL, "data.bin")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_download_that_ends_too_early(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short(io.BytesIO):
        length = 7

    monkeypatch.setattr(web, "open", lambda url: Short(CONTENT))
    monkeypatch.setattr(download, "open_url", web.open)
    with pytest.raises(OptionError, match="too early"):
        fetch([Source(URL, "data.bin")], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://example.org/x", "file:///etc/passwd", "example.org/x"])
def test_only_https(url: str) -> None:
    """Section 10.4: no download over plain HTTP."""
    with pytest.raises(OptionError, match="only https"):
        Source(url, "x")
    with pytest.raises(OptionError, match="only https"):
        open_url(url)


def test_redirection_away_from_https_is_refused() -> None:
    with pytest.raises(OptionError, match="only https"):
        download._OnlyHTTPS().redirect_request(None, None, 302, "", {}, "http://example.org/x")
