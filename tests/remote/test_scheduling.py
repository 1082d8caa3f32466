"""Waiting for resources."""

from __future__ import annotations

import pytest

from syne_tune.remote import scheduling
from syne_tune.remote.scheduling import backoff


class ResourceLimitExceeded(Exception):
    pass


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds: list[float] = []
    monkeypatch.setattr(scheduling.time, "sleep", seconds.append)
    return seconds


def failing(times: int, error: Exception) -> tuple[list[int], object]:
    calls: list[int] = []

    def launch(value: int) -> int:
        calls.append(value)
        if len(calls) <= times:
            raise error
        return value

    return calls, launch


def test_calls_again_until_it_works(slept: list[float]) -> None:
    calls, launch = failing(2, ResourceLimitExceeded())
    assert backoff("ResourceLimitExceeded", length2sleep=7)(launch)(3) == 3
    assert (len(calls), slept) == (3, [7, 7])


def test_gives_up_with_the_last_error(slept: list[float]) -> None:
    """W-26: after the last attempt, None was returned as if all was well."""
    calls, launch = failing(1000, ResourceLimitExceeded("no more"))
    with pytest.raises(ResourceLimitExceeded, match="no more"):
        backoff("ResourceLimitExceeded", ntimes_resource_wait=4)(launch)(3)
    assert (len(calls), slept) == (4, [600] * 3)


def test_other_errors_are_passed_on_at_once(slept: list[float]) -> None:
    calls, launch = failing(1, KeyError("x"))
    with pytest.raises(KeyError):
        backoff("ResourceLimitExceeded")(launch)(3)
    assert (len(calls), slept) == (1, [])


def test_name_and_docstring_stay() -> None:
    @backoff("ResourceLimitExceeded")
    def launch() -> None:
        """Launches."""

    assert (launch.__name__, launch.__doc__) == ("launch", "Launches.")
