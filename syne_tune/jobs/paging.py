"""Answers in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from syne_tune.jobs.api_error import invalid

T = TypeVar("T")


def page(entries: Sequence[T], token: str | None, limit: int) -> tuple[list[T], str | None]:
    """One page of a listing.

    Args:
        entries: All of it.
        token: From the page before; ``None`` for the first.
        limit: Most entries of a page.

    Returns:
        The entries, and the token for the next page if there is one.

    Raises:
        ApiError: If the token is none of ours.
    """
    if token is not None and not token.isdigit():
        raise invalid(f"Invalid NextToken: {token!r}; pass the one that came with the page before, unchanged")
    start = int(token or 0)
    following = start + limit
    return list(entries[start:following]), str(following) if following < len(entries) else None
