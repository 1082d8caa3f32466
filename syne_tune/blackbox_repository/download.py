"""Downloads over HTTPS, each checked by its SHA-256."""

from __future__ import annotations

import logging
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from syne_tune import jsonio
from syne_tune.blackbox_repository.manifest import sha256_of
from syne_tune.errors import OptionError

logger = logging.getLogger(__name__)

CHECKSUMS = "checksums.json"
_TIMEOUT = 60.0


@dataclass(frozen=True)
class Source:
    """A published file.

    Args:
        url: Must begin with ``https://``.
        file_name: Name under which it is kept.
        sha256: Its checksum. If nobody has published one, the checksum of the first download that could be used is
            recorded, see :func:`remember`, and every later one must have it too.

    Raises:
        OptionError: If ``url`` is anything but HTTPS.
    """

    url: str
    file_name: str
    sha256: str | None = None

    def __post_init__(self) -> None:
        _check_https(self.url)


class _OnlyHTTPS(urllib.request.HTTPRedirectHandler):
    """Refuses to be led away from HTTPS."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        _check_https(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check_https(url: str) -> None:
    if urlsplit(url).scheme != "https":
        raise OptionError(f"url = {url!r}: only https:// is allowed, because other content can be replaced on its way")


def open_url(url: str) -> IO[bytes]:
    """Opens a published file for reading.

    Args:
        url: Beginning with ``https://``.
    """
    _check_https(url)
    response: IO[bytes] = urllib.request.build_opener(_OnlyHTTPS).open(url, timeout=_TIMEOUT)
    return response


def fetch(sources: Sequence[Source], folder: Path) -> dict[str, str]:
    """Downloads what is not there yet, and checks everything.

    Args:
        sources: What is needed.
        folder: Where to keep it; created if missing.

    Returns:
        From URL to SHA-256.

    Raises:
        OptionError: If a file cannot be had, or is not what it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        if not (folder / source.file_name).is_file():
            _download(source, folder / source.file_name)
    return {source.url: _checked(source, folder) for source in sources}


def _download(source: Source, path: Path) -> None:
    logger.info("Downloading %s to %s", source.url, path)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with closing(open_url(source.url)) as response, unfinished.open("wb") as file:
            shutil.copyfileobj(response, file)
            if getattr(response, "length", None):  # bytes that were announced and did not come
                raise ConnectionError("the connection ended too early")
        os.replace(unfinished, path)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise OptionError(
            f"{source.url} cannot be downloaded: {error}. Try again later, or get the file by other means and put it "
            f"at {path}"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _checked(source: Source, folder: Path) -> str:
    path, record = folder / source.file_name, folder / CHECKSUMS
    found = sha256_of(path)
    expected = source.sha256 or _recorded(folder).get(source.url)
    if expected not in (None, found):
        where = "published" if source.sha256 else f"recorded in {record}"
        raise OptionError(
            f"{path}: SHA-256 is {found}, but {expected} was {where}. Delete the file and call again; if the same "
            "happens, the published file has changed, and results will differ from earlier ones"
        )
    return found


def _recorded(folder: Path) -> dict[str, str]:
    record = folder / CHECKSUMS
    checksums: dict[str, str] = jsonio.read_json(record) if record.is_file() else {}
    return checksums


def remember(sources: Sequence[Source], folder: Path, checksums: Mapping[str, str]) -> None:
    """Records checksums of files that could be used and for which nobody has published one.

    Args:
        sources: What was fetched.
        folder: Where it is.
        checksums: What :func:`fetch` returned.
    """
    recorded = _recorded(folder)
    new = {source.url: checksums[source.url] for source in sources if source.sha256 is None}
    new = {url: checksum for url, checksum in new.items() if url not in recorded}
    for url, checksum in new.items():
        logger.warning("%s: no checksum is published; SHA-256 %s is recorded in %s", url, checksum, folder / CHECKSUMS)
    if new:
        jsonio.write_json(folder / CHECKSUMS, {**recorded, **new})
