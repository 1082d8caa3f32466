"""Requests at a bounded rate, which adapts to throttling; by a clock that moves only when told to."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from syne_tune.backend.sagemaker_backend.request_rate import RequestRate
from syne_tune.clock import ManualClock
from syne_tune.errors import BackendError


class Operation:
    """Fails as told, then answers."""

    __name__ = "describe"

    def __init__(self, *outcomes: Any) -> None:
        self._outcomes = list(outcomes)

    def __call__(self, **arguments: Any) -> dict[str, Any]:
        outcome = self._outcomes.pop(0) if self._outcomes else {}
        if isinstance(outcome, Exception):
            raise outcome
        return arguments


def refusal(code: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Describe")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def rate(clock: ManualClock) -> RequestRate:
    return RequestRate(per_second=10.0, patience=60.0, now=clock.now, sleep=clock.sleep)


def test_no_more_requests_than_the_rate_allows(rate: RequestRate, clock: ManualClock) -> None:
    for _ in range(110):
        rate.call(Operation())
    assert clock.now() == pytest.approx(10.0)
    assert not rate.is_free()
    clock.sleep(0.1)
    assert rate.is_free()


def test_throttled_requests_are_repeated_and_lower_the_rate(rate: RequestRate) -> None:
    throttled = [refusal("ThrottlingException")] * 4
    assert rate.call(Operation(*throttled), name="job") == {"name": "job"}
    assert rate.counts["describe"] == 5
    assert rate.num_throttled == 4
    assert rate.rate < 3
    for _ in range(50):
        rate.call(Operation())
    assert rate.rate == 10.0


@pytest.mark.parametrize(
    "failure",
    [refusal("InternalFailure", 500), refusal("Odd", 503), EndpointConnectionError(endpoint_url="http://nowhere")],
)
def test_passing_failures_are_repeated(rate: RequestRate, failure: Exception) -> None:
    assert rate.call(Operation(failure, failure)) == {}
    assert rate.rate == 10.0


def test_other_refusals_are_raised_at_once(rate: RequestRate) -> None:
    with pytest.raises(ClientError):
        rate.call(Operation(refusal("ValidationException")))
    assert rate.counts["describe"] == 1


def test_patience_ends(rate: RequestRate, clock: ManualClock) -> None:
    with pytest.raises(BackendError, match="has not answered for 60 seconds"):
        rate.call(Operation(*[EndpointConnectionError(endpoint_url="http://nowhere")] * 1000))
    assert 60 < clock.now() < 120


def unreachable() -> EndpointConnectionError:
    return EndpointConnectionError(endpoint_url="http://nowhere")


def test_once_given_up_others_are_tried_once_until_one_is_answered(rate: RequestRate, clock: ManualClock) -> None:
    """With four trials to be stopped, a launcher waited for an hour after AWS had not answered for 15 minutes."""
    with pytest.raises(BackendError):
        rate.call(Operation(*[unreachable()] * 1000))
    before = clock.now()
    with pytest.raises(BackendError):
        rate.call(Operation(unreachable()))
    assert clock.now() < before + 1
    rate.call(Operation())
    assert rate.call(Operation(unreachable())) == {}


def test_patience_is_shorter_where_somebody_waits(rate: RequestRate, clock: ManualClock) -> None:
    with rate.at_most(5.0), pytest.raises(BackendError, match="for 5 seconds"):
        rate.call(Operation(*[unreachable()] * 1000))
    assert clock.now() < 30
    rate.call(Operation())
    assert rate.call(Operation(*[unreachable()] * 6)) == {}


def test_no_answer_is_said_once(rate: RequestRate, caplog: pytest.LogCaptureFixture) -> None:
    rate.call(Operation(*[unreachable()] * 4))
    assert caplog.text.count("trying again for up to 60 seconds") == 1
