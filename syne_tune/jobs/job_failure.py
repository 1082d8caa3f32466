"""The one exception of a running job."""

from __future__ import annotations

from syne_tune.errors import SyneTuneError


class JobFailure(SyneTuneError):
    """A job cannot go on; the message becomes its ``FailureReason``."""
