"""The client of jobs: what it asks for, and what it makes of refusals. Answers are made up here."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from syne_tune.backend.sagemaker_backend.request_rate import RequestRate
from syne_tune.backend.sagemaker_backend.training_jobs import NameTaken, QuotaExceeded, TrainingJobs
from syne_tune.errors import BackendError

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.timezone.utc)
REQUEST = {"TrainingJobName": "0-study", "RoleArn": "arn:aws:iam::1:role/x"}


def summary(number: int, minute: int = 0, status: str = "InProgress") -> dict[str, Any]:
    changed = NOON + datetime.timedelta(minutes=minute)
    name = f"{number}-study"
    return {
        "TrainingJobName": name,
        "TrainingJobStatus": status,
        "CreationTime": NOON,
        "LastModifiedTime": changed,
        "SecondaryStatus": "Training",
    }


class Client:
    """Answers from a list of pages; refuses what it is told to refuse."""

    def __init__(self, pages: list[list[dict[str, Any]]] | None = None, refusal: str = "", message: str = "") -> None:
        self.asked: list[dict[str, Any]] = []
        self._pages = pages or []
        self._refusal = ClientError({"Error": {"Code": refusal, "Message": message}}, "X") if refusal else None

    def _refuse(self, **arguments: Any) -> None:
        self.asked.append(arguments)
        if self._refusal is not None:
            raise self._refusal

    def create_training_job(self, **arguments: Any) -> None:
        self._refuse(**arguments)

    def stop_training_job(self, **arguments: Any) -> None:
        self._refuse(**arguments)

    def describe_training_job(self, **arguments: Any) -> dict[str, Any]:
        self._refuse(**arguments)
        return arguments

    def list_training_jobs(self, **arguments: Any) -> dict[str, Any]:
        self._refuse(**arguments)
        page = self._pages.pop(0)
        return {"TrainingJobSummaries": page, "NextToken": "more" if self._pages else None}


def jobs(client: Client) -> TrainingJobs:
    return TrainingJobs(client, RequestRate(), "study")


def test_all_pages_are_listed() -> None:
    client = Client([[summary(0), summary(1)], [summary(2)]])
    assert sorted(jobs(client).all()) == ["0-study", "1-study", "2-study"]
    assert [asked.get("NextToken") for asked in client.asked] == [None, "more"]
    assert client.asked[0]["NameContains"] == "study"


def test_later_listings_ask_only_for_what_has_changed_since() -> None:
    """Some minutes of overlap, since listings lag behind."""
    client = Client([[summary(0, minute=7), summary(1, minute=9)]])
    made = jobs(client)
    made.all()
    client._pages = [[]]
    assert made.changed() == {}
    assert client.asked[-1]["LastModifiedTimeAfter"] == NOON + datetime.timedelta(minutes=4)


@pytest.mark.parametrize(("code", "error"), [("ResourceLimitExceeded", QuotaExceeded), ("ResourceInUse", NameTaken)])
def test_refusals_that_can_be_dealt_with_are_told_apart(code: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        jobs(Client(refusal=code)).create(REQUEST)


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("AccessDeniedException", "not authorized to perform", "iam:PassRole"),
        ("ValidationException", "Could not assume role", "ARN of a role"),
        ("ValidationException", "Image does not exist", "image_uri"),
        ("ValidationException", "No S3 objects found", "s3_path"),
        ("ValidationException", "Something else", "Correct the estimator"),
    ],
)
def test_other_refusals_say_what_to_change(code: str, message: str, hint: str) -> None:
    with pytest.raises(BackendError, match=hint) as raised:
        jobs(Client(refusal=code, message=message)).create(REQUEST)
    assert message in str(raised.value)
    assert "0-study" in str(raised.value)


def test_a_job_that_does_not_exist_is_nothing() -> None:
    client = Client(refusal="ValidationException", message="Requested resource not found.")
    assert jobs(client).describe("7-study") is None
    jobs(client).stop("7-study")


def test_refused_stop_is_an_error() -> None:
    with pytest.raises(BackendError, match="cannot be stopped"):
        jobs(Client(refusal="AccessDeniedException")).stop("7-study")
