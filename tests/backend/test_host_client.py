from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from syne_tune.backend.host_client import HostClient, control_folder
from syne_tune.backend.worker_host import WAKE_NAME
from syne_tune.errors import BackendError


def test_without_host_there_is_nothing_to_wait_for(client: HostClient) -> None:
    assert not client.wait(0.0)
    client.tell("/nowhere", {})
    assert not client.is_connected


def test_host_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syne_tune.backend.host_client._BOOT", "raise SystemExit('no luck' + '{path}'[:0])")
    client = HostClient(tmp_path)

    def insist() -> None:
        for _ in range(100):
            client.connect()
            client.wait(60.0)

    with pytest.raises(BackendError, match="no luck"):
        insist()
    shutil.rmtree(client.control)


class TestControlFolder:
    def test_follows_from_the_path(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path)
        assert control_folder(tmp_path) == control_folder(tmp_path / "link") != control_folder(tmp_path / "other")

    def test_long_folders_for_temporary_files_are_avoided(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("x" * 80)))
        assert len(str(control_folder(tmp_path))) < 90

    def test_is_private(self, client: HostClient) -> None:
        client.connect()
        assert client.control.stat().st_mode & 0o777 == 0o700
        assert (client.control / WAKE_NAME).is_fifo()

    def test_must_not_be_open_to_others(self, client: HostClient) -> None:
        client.control.mkdir(mode=0o777)
        client.control.chmod(0o777)
        with pytest.raises(BackendError, match="only you may enter"):
            client.connect()
        client.control.rmdir()

    def test_cannot_be_created(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "t").touch()
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
        monkeypatch.setattr("syne_tune.backend.host_client._LONGEST_FOLDER", 1000)
        with pytest.raises(BackendError, match="TMPDIR"):
            HostClient(tmp_path).connect()
