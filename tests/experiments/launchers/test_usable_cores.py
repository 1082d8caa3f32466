from __future__ import annotations

import os
from pathlib import Path

import pytest

from syne_tune.experiments.launchers import usable_cores


@pytest.mark.parametrize(
    ("content", "expected"),
    [("max 100000", 8), ("250000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8), ("unknown", 8), (None, 8)],
)
def test_cores_of_containers_are_limited(
    content: str | None, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = tmp_path / "cpu.max"
    if content is not None:
        quota.write_text(content)
    monkeypatch.setattr(usable_cores, "_CPU_QUOTA", quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    assert usable_cores.usable_cores() == expected
