"""Jobs that are to be started as soon as something else has happened."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.errors import BackendError

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True)
class WaitingStart:
    """A run without job.

    Args:
        config: Configuration of the trial.
        retry: Whether it takes the place of the run before.
    """

    config: Mapping[str, Any]
    retry: bool


class QuotaPause:
    """When to try again after AWS has refused a job because of a quota.

    Args:
        patience: Seconds after which it is given up, unless other jobs of the study use instances.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._first_refusal: float | None = None
        self._pause = _FIRST_PAUSE
        self._until = 0.0

    @property
    def is_over(self) -> bool:
        """Whether a job may be started."""
        return time.monotonic() >= self._until

    def note_success(self) -> None:
        """A job has been started."""
        self._first_refusal, self._pause, self._until = None, _FIRST_PAUSE, 0.0

    def note_free_instances(self) -> None:
        """A job has ended."""
        self._pause, self._until = _FIRST_PAUSE, 0.0

    def note_refusal(self, message: str, has_other_jobs: bool) -> None:
        """A job has been refused.

        Args:
            message: What AWS says.
            has_other_jobs: Whether jobs of this study use instances.

        Raises:
            BackendError: If there is nothing to wait for; the message names the setting.
        """
        now = time.monotonic()
        if has_other_jobs or self._first_refusal is None:
            self._first_refusal = now
        if now - self._first_refusal >= self._patience and not has_other_jobs:
            raise BackendError(
                f"AWS refuses to start a job, although no other job of this study runs: {message}. Raise the quota "
                "for this instance type (Service Quotas in the AWS console, 'for training job usage', with warm pools "
                "also 'for training warm pool usage'), choose another instance_type, or end other jobs"
            )
        self._until = now + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
