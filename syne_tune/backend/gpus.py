"""Which GPUs there are, and how trials are told which of them are theirs: ``CUDA_VISIBLE_DEVICES``."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Sequence

from syne_tune.backend.devices import DeviceSlots
from syne_tune.errors import OptionError

logger = logging.getLogger(__name__)

VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES"
_LISTING_TIMEOUT = 10.0


def get_num_gpus() -> int:
    """Number of GPUs that ``nvidia-smi`` lists; 0 if it is missing, fails, or takes longer than ten seconds."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    try:
        listed = subprocess.run(
            [program, "--list-gpus"], capture_output=True, text=True, timeout=_LISTING_TIMEOUT, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        logger.warning("GPUs cannot be listed, so that none are assigned to trials: %s", error)
        return 0
    return sum(line.startswith("GPU ") for line in listed.stdout.splitlines())


def visible_gpus() -> list[str]:
    """Names of the GPUs this process may use, as ``CUDA_VISIBLE_DEVICES`` has them: numbers or ``GPU-...``."""
    preset = os.environ.get(VISIBLE_DEVICES)
    if preset is None:
        return [str(number) for number in range(get_num_gpus())]
    names = [name.strip() for name in preset.split(",")]
    end = next((i for i, name in enumerate(names) if name in ("", "-1")), len(names))
    return names[:end]


class GpuAssignment:
    """Assigns GPUs to trials.

    Args:
        rotate: Whether each trial gets GPUs of its own; otherwise all see the same.
        per_trial: How many GPUs a trial gets.
        gpus_to_use: Restricts which GPUs are used; ``None`` for all.

    Raises:
        OptionError: If an argument has a value that is not allowed.
    """

    def __init__(self, rotate: bool, per_trial: int, gpus_to_use: Sequence[int] | None) -> None:
        if per_trial < 1:
            raise OptionError(f"num_gpus_per_trial={per_trial!r} must be at least 1")
        if gpus_to_use is not None and len(set(gpus_to_use)) < max(1, len(gpus_to_use)):
            raise OptionError(f"gpus_to_use={list(gpus_to_use)!r} must name at least one GPU, and none twice")
        self.gpus_to_use = None if gpus_to_use is None else list(gpus_to_use)
        self.slots: DeviceSlots | None = None
        self._rotate = rotate
        self._per_trial = per_trial
        self._names: list[str] | None = None

    def prepare(self, num_gpus: int | None = None) -> None:
        """Finds out which GPUs there are; does nothing the second time.

        Args:
            num_gpus: How many there are; default is to look.

        Raises:
            OptionError: If ``gpus_to_use`` names others.
        """
        if self._names is not None:
            return
        usable = visible_gpus() if num_gpus is None else [str(number) for number in range(num_gpus)]
        self._names = self._select(usable)
        has_choice = len(self._names) > 1 or (self.gpus_to_use is not None and self._names)
        if self._rotate and has_choice:
            if self._per_trial > len(self._names):
                logger.warning(
                    "num_gpus_per_trial=%d, but only %d can be used: each trial gets %d",
                    self._per_trial,
                    len(self._names),
                    len(self._names),
                )
            self.slots = DeviceSlots(len(self._names), min(self._per_trial, len(self._names)))

    def _select(self, usable: list[str]) -> list[str]:
        if self.gpus_to_use is None:
            return usable
        names = [str(number) for number in self.gpus_to_use]
        if not usable:
            logger.warning("No GPU was found; trials are told to use those of gpus_to_use=%s", self.gpus_to_use)
            return names
        if not any(name.isdigit() for name in usable) and max(self.gpus_to_use) < len(usable):
            return [usable[number] for number in self.gpus_to_use]
        if not set(names) <= set(usable):
            raise OptionError(f"gpus_to_use={self.gpus_to_use}: the GPUs that can be used are {', '.join(usable)}")
        return names

    def allocate(self, trial_id: int) -> list[int]:
        """Assigns GPUs to a trial; returns their slots, none if there is nothing to choose from."""
        self.prepare()
        return [] if self.slots is None else self.slots.allocate(trial_id)

    def restore(self, trial_id: int, slots: Sequence[int]) -> None:
        """Notes the slots of a trial that an earlier tuner has started."""
        self.prepare()
        if self.slots is not None:
            self.slots.restore(trial_id, slots)

    def release(self, trial_id: int) -> None:
        """Takes back the GPUs of a trial; does nothing if it has none."""
        if self.slots is not None:
            self.slots.release(trial_id)

    def environment(self, slots: Sequence[int]) -> dict[str, str]:
        """Environment variables of a trial that got certain slots."""
        names = self._names or []
        if self.slots is not None:
            return {VISIBLE_DEVICES: ",".join(names[slot] for slot in slots)}
        return {VISIBLE_DEVICES: ",".join(names)} if self.gpus_to_use is not None else {}
