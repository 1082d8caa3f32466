"""How many cores this process may use, which on shared machines and in containers are fewer than there are."""

from __future__ import annotations

import os
from pathlib import Path

_CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Of a container: microseconds of computing time, or ``max``, and the microseconds within which it may take them."""


def usable_cores() -> int:
    """Number of cores the operating system lets this process run on, or fewer if a container limits its time."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _quota_in_cores(cores)))


def _quota_in_cores(cores: int) -> int:
    try:
        quota, period = _CPU_QUOTA.read_text().split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else int(quota) // int(period)
