from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from syne_tune.callbacks import zip_archive as module
from syne_tune.callbacks.zip_archive import zip_archive

TEXT = b"loss,epoch\n" + b"".join(b"%.17f,%d\n" % (1 / (i + 1), i) for i in range(2000))


def entry_of(archive: bytes) -> zipfile.ZipInfo:
    [entry] = zipfile.ZipFile(io.BytesIO(archive)).infolist()
    return entry


@pytest.fixture(params=["isal", "nothing", "too large"])
def installed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "nothing":
        monkeypatch.setitem(sys.modules, "isal.isal_zlib", None)
    else:
        pytest.importorskip("isal.isal_zlib")
    if request.param == "too large":
        monkeypatch.setattr(module, "_LARGEST", 5)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("data", [TEXT, b"", b"a\n"], ids=["long", "empty", "short"])
def test_archive_holds_the_file(data: bytes, tmp_path: Path) -> None:
    archive = zip_archive("results.csv", data)
    assert archive == zip_archive("results.csv", data)
    (tmp_path / "results.csv.zip").write_bytes(archive)
    with zipfile.ZipFile(tmp_path / "results.csv.zip") as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["results.csv"]
        assert opened.read("results.csv") == data
    entry = entry_of(archive)
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    assert entry.external_attr >> 16 == 0o644
    if data == TEXT:
        assert len(archive) < len(data) // 2
        assert len(pd.read_csv(tmp_path / "results.csv.zip")) == 2000


def test_archives_differ_in_nothing_but_the_packed_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("isal.isal_zlib")
    quick = entry_of(zip_archive("results.csv", TEXT))
    monkeypatch.setitem(sys.modules, "isal.isal_zlib", None)
    slow = entry_of(zip_archive("results.csv", TEXT))
    for name in set(zipfile.ZipInfo.__slots__) - {"compress_size", "header_offset", "_end_offset"}:
        if hasattr(slow, name):
            assert getattr(quick, name) == getattr(slow, name), name
