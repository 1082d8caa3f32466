"""What a run of a tuner goes by: :class:`SessionOptions`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionOptions:
    """What a session goes by; the names are those of the arguments of :class:`~syne_tune.tuner.Tuner`."""

    n_workers: int
    sleep_time: float
    longest_wait: float
    print_update_interval: float
    max_failures: int
    max_retries_per_trial: int
    asynchronous_scheduling: bool
    wait_trial_completion_when_stopping: bool
    start_jobs_without_delay: bool
