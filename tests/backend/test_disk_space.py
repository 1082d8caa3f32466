"""A full disk is noticed, and named."""

import os
from types import SimpleNamespace

import pytest

from syne_tune.backend.disk_space import check_space


def test_space_is_enough_or_not_known_yet(tmp_path):
    check_space(tmp_path)
    check_space(tmp_path / "not there yet")


def test_full_disk_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_bavail=3, f_frsize=4096))
    with pytest.raises(OSError, match="No space left") as error:
        check_space(tmp_path)
    assert error.value.filename == str(tmp_path)
