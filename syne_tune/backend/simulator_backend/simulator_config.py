"""Delays of a simulated backend."""

from __future__ import annotations

from dataclasses import dataclass, fields

from syne_tune.errors import OptionError

DEFAULT_DELAY = 0.05


@dataclass(frozen=True)
class SimulatorConfig:
    """How long it takes, in seconds, until one side learns what the other did.

    Args:
        delay_on_trial_result: From a report to the moment in which the backend sees it.
        delay_complete_after_final_report: From the last report of a job to the moment in which the backend sees that
            it has ended; not smaller than ``delay_on_trial_result``.
        delay_complete_after_stop: From the moment in which a job is told to stop to that in which its worker is free.
        delay_start: From the command to start a job to its beginning.
        delay_stop: From the command to stop a job to the moment in which it is told to.

    Raises:
        OptionError: If a delay is negative, or a job could end before its last report.
    """

    delay_on_trial_result: float = DEFAULT_DELAY
    delay_complete_after_final_report: float = DEFAULT_DELAY
    delay_complete_after_stop: float = DEFAULT_DELAY
    delay_start: float = DEFAULT_DELAY
    delay_stop: float = DEFAULT_DELAY

    def __post_init__(self) -> None:
        for field in fields(self):
            delay = getattr(self, field.name)
            if isinstance(delay, bool) or not isinstance(delay, (int, float)) or not 0 <= delay < float("inf"):
                raise OptionError(f"SimulatorConfig: {field.name}={delay!r} must be a number of seconds, at least 0")
        if self.delay_complete_after_final_report < self.delay_on_trial_result:
            raise OptionError(
                f"SimulatorConfig: delay_complete_after_final_report={self.delay_complete_after_final_report} must not "
                f"be smaller than delay_on_trial_result={self.delay_on_trial_result}: reports come before the end"
            )

    @property
    def delay_until_idle(self) -> float:
        """Seconds from the command to stop a job to the moment in which its worker is free."""
        return self.delay_stop + self.delay_complete_after_stop
