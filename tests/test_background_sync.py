"""Writes are forced to the disk soon, together, and an error of the disk is not kept secret."""

import os
import time

import pytest

from syne_tune import background_sync
from syne_tune.background_sync import BackgroundSync


@pytest.fixture
def fd(tmp_path):
    descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_many_writes_share_a_sync(fd, monkeypatch):
    syncs = []
    monkeypatch.setattr(background_sync, "_sync_data", syncs.append)
    sync = BackgroundSync(fd)
    for _ in range(1000):
        sync.note_write()
    wait_until(lambda: syncs)
    assert len(syncs) < 1000
    before = len(syncs)
    sync.close()
    assert len(syncs) > before, "closing syncs what came last"


def test_an_error_of_the_disk_is_raised_at_the_next_write(fd, monkeypatch):
    def fail(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(background_sync, "_sync_data", fail)
    sync = BackgroundSync(fd)
    sync.note_write()
    wait_until(lambda: sync._error is not None)
    with pytest.raises(OSError, match="Input/output"):
        sync.note_write()
    with pytest.raises(OSError, match="Input/output"):
        sync.close()
