"""Which devices the next trial gets."""

from __future__ import annotations

from collections.abc import Sequence


class DeviceSlots:
    """Shares devices among trials, as evenly as possible if there are more trials than devices.

    Args:
        num_devices: How many devices there are, numbered from 0.
        per_trial: How many each trial gets; at most ``num_devices``.

    Attributes:
        held: Devices by trial.
        times_assigned: How often each device has been assigned, by device.
    """

    def __init__(self, num_devices: int, per_trial: int = 1) -> None:
        assert 1 <= per_trial <= num_devices, "checked by the caller"
        self.per_trial = per_trial
        self.held: dict[int, list[int]] = {}
        self.times_assigned = [0] * num_devices

    @property
    def load(self) -> list[int]:
        """How many trials each device is shared by, by device."""
        counts = [0] * len(self.times_assigned)
        for devices in self.held.values():
            for device in devices:
                counts[device] += 1
        return counts

    def allocate(self, trial_id: int) -> list[int]:
        """Assigns the least loaded devices; among those the ones least often assigned, then the lowest numbers.

        Args:
            trial_id: The trial; what it held before is released.
        """
        self.release(trial_id)
        load = self.load
        order = sorted(range(len(load)), key=lambda device: (load[device], self.times_assigned[device], device))
        self.restore(trial_id, order[: self.per_trial])
        return self.held[trial_id]

    def restore(self, trial_id: int, devices: Sequence[int]) -> None:
        """Notes that a trial holds certain devices already."""
        self.held[trial_id] = [device for device in devices if device < len(self.times_assigned)]
        for device in self.held[trial_id]:
            self.times_assigned[device] += 1

    def release(self, trial_id: int) -> None:
        """Takes back the devices of a trial; does nothing if it has none."""
        self.held.pop(trial_id, None)
