"""Jobs that AWS refuses because of a quota: tried again as long as that may help."""

from __future__ import annotations

import pytest

from syne_tune.backend.sagemaker_backend.waiting_starts import QuotaPause
from syne_tune.errors import BackendError


def test_after_a_refusal_there_is_a_pause_until_instances_are_free() -> None:
    quota = QuotaPause(patience=1000.0)
    assert quota.is_over
    quota.note_refusal("limit is 2", has_other_jobs=True)
    assert not quota.is_over
    quota.note_free_instances()
    assert quota.is_over


def test_without_other_jobs_patience_ends() -> None:
    quota = QuotaPause(patience=0.0)
    quota.note_refusal("limit is 2", has_other_jobs=True)
    with pytest.raises(BackendError, match=r"limit is 2.*Service Quotas"):
        quota.note_refusal("limit is 2", has_other_jobs=False)


def test_a_success_makes_patience_begin_anew() -> None:
    quota = QuotaPause(patience=1000.0)
    quota.note_refusal("limit is 2", has_other_jobs=False)
    quota.note_success()
    assert quota.is_over
    quota.note_refusal("limit is 2", has_other_jobs=False)
    assert not quota.is_over
