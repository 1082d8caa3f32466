"""Identifiers of limited length."""

from __future__ import annotations

from syne_tune.experiment_folder import random_string


def map_identifier_limited_length(name: str, max_length: int = 63, rnd_digits: int = 4) -> str:
    """Shortens a name that is too long, and makes it unique again by random characters at its end.

    Args:
        name: The name; returned as it is if it is short enough.
        max_length: Most characters of the result.
        rnd_digits: How many of them are random.
    """
    if len(name) <= max_length:
        return name
    return f"{name[: max_length - rnd_digits - 1]}-{random_string(rnd_digits)}"
