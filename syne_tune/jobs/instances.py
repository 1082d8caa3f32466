"""What is known about instance types: their GPUs."""

from __future__ import annotations

import os
import re
from pathlib import Path

_GPUS = {
    # family: number of GPUs by size; as published by AWS in November 2026
    "p2": {"xlarge": 1, "8xlarge": 8, "16xlarge": 16},
    "p3": {"2xlarge": 1, "8xlarge": 4, "16xlarge": 8},
    "p3dn": {"24xlarge": 8},
    "p4d": {"24xlarge": 8},
    "p4de": {"24xlarge": 8},
    "p5": {"4xlarge": 1, "48xlarge": 8},
    "p5e": {"48xlarge": 8},
    "p5en": {"48xlarge": 8},
    "g4dn": {"12xlarge": 4},
    "g5": {"12xlarge": 4, "24xlarge": 4, "48xlarge": 8},
    "g6": {"12xlarge": 4, "24xlarge": 4, "48xlarge": 8},
    "g6e": {"12xlarge": 4, "24xlarge": 4, "48xlarge": 8},
}
_OTHER_SIZES = {"g4dn": 1, "g5": 1, "g6": 1, "g6e": 1}


def gpus_of_type(instance_type: str) -> int:
    """How many GPUs an instance has on AWS.

    Args:
        instance_type: For example ``"ml.g4dn.xlarge"``.
    """
    _, family, size = (*instance_type.split("."), "", "")[:3]
    return _GPUS.get(family, {}).get(size, _OTHER_SIZES.get(family, 0))


def gpus_of_machine(devices: Path = Path("/dev")) -> int:
    """How many NVIDIA GPUs this machine has; those that ``CUDA_VISIBLE_DEVICES`` of the service hides do not count.

    Args:
        devices: Folder of device files.
    """
    found = sum(1 for path in devices.glob("nvidia*") if re.fullmatch(r"nvidia\d+", path.name))
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return found
    return min(found, sum(1 for name in visible.split(",") if name.strip() not in ("", "-1")))


def gpus_of_job(instance_type: str) -> int:
    """How many GPUs a job is told it has: those of its instance type, but not more than there are."""
    return min(gpus_of_type(instance_type), gpus_of_machine())
