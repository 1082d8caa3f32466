"""The one exception that handlers raise: it becomes an error answer in the shape AWS gives it."""

from __future__ import annotations

from syne_tune.errors import SyneTuneError


class ApiError(SyneTuneError):
    """A request is refused.

    Args:
        code: Error code as clients see it, for example ``"ResourceInUse"``.
        message: What was wrong, and what to do.
        status: HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def invalid(message: str) -> ApiError:
    """A ``ValidationException``."""
    return ApiError("ValidationException", message)
