"""Names of jobs: as documented, never too long, told apart from those of other studies."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.backend.sagemaker_backend.job_names import StudyNames

NAMES = StudyNames("my-tuner", "s3://bucket/some/path/")


def test_names_are_as_documented() -> None:
    assert NAMES.job(3, 0) == "3-my-tuner"
    assert NAMES.job(3, 2) == "3-2-my-tuner"
    assert NAMES.checkpoints(3) == "s3://bucket/some/path/my-tuner/3/checkpoints/"
    assert NAMES.tags(3, 2) == {"syne-tune-tuner": "my-tuner", "syne-tune-trial": "3", "syne-tune-run": "2"}


@given(
    st.text("aZ09-", max_size=63).map(lambda text: text.strip("-") or "study"),
    st.integers(0, 99_999),
    st.integers(0, 99),
    st.integers(0, 9),
)
def test_names_are_accepted_by_sagemaker_and_recognised(tuner: str, trial_id: int, run: int, attempt: int) -> None:
    names = StudyNames(tuner, "s3://bucket")
    name = names.job(trial_id, run, attempt)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name)
    assert len(name) <= 63
    assert names.may_be_name(name)


def test_jobs_of_other_studies_are_not_taken_for_ours() -> None:
    assert not NAMES.may_be_name("3-my-tuner-2")
    assert not NAMES.may_be_name("3-not-my-tuner")
    assert NAMES.is_ours(NAMES.checkpoints(7))
    assert not NAMES.is_ours("s3://bucket/some/path/my-tuner-2/3/checkpoints/")
