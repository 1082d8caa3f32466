"""What has to wait for the end of jobs, or for instances, waits for that and no longer. The jobs are made up here."""

from __future__ import annotations

from typing import Any, cast

import pytest

from syne_tune.backend.sagemaker_backend.backlog import Backlog
from syne_tune.backend.sagemaker_backend.job_names import StudyNames
from syne_tune.backend.sagemaker_backend.study_jobs import StudyJobs
from syne_tune.backend.sagemaker_backend.training_jobs import QuotaExceeded
from syne_tune.backend.sagemaker_backend.waiting_starts import WaitingStart
from syne_tune.errors import BackendError

START = WaitingStart({}, retry=False)


class Study:
    """Jobs of trials, and their checkpoints by address."""

    def __init__(self) -> None:
        self.store = self
        self.open: dict[str, int] = {}
        self.checkpoints: set[str] = set()
        self.started: list[int] = []
        self.quota = 10

    def open_of(self, trial_id: int) -> list[str]:
        return [name for name, owner in self.open.items() if owner == trial_id]

    def copy(self, source: str, target: str) -> int:
        has_checkpoint = source in self.checkpoints
        self.checkpoints |= {target} if has_checkpoint else set()
        return int(has_checkpoint)

    def delete(self, uri: str) -> None:
        self.checkpoints.discard(uri)

    def start(self, trial_id: int, start: WaitingStart) -> None:
        if len(self.open) >= self.quota:
            raise QuotaExceeded("too many")
        self.open[f"job {trial_id}"] = trial_id
        self.started.append(trial_id)


class Setting:
    def __init__(self, **options: Any) -> None:
        self.study, self.busy = Study(), {0, 1}
        self.names = StudyNames("study", "s3://bucket")
        study = cast(StudyJobs, self.study)
        self.backlog = Backlog(study, self.names, self.busy.__contains__, self.study.start, **options)


@pytest.fixture
def setting() -> Setting:
    return Setting(quota_patience=1000.0)


def test_a_trial_starts_once_its_job_before_has_ended(setting: Setting) -> None:
    setting.study.open = {"before": 0}
    setting.backlog.starts[0] = START
    setting.backlog.work()
    assert setting.study.started == []
    setting.study.open = {}
    setting.backlog.work()
    assert setting.study.started == [0]
    assert setting.backlog.starts == {}


def test_what_a_quota_forbids_waits_for_free_instances(setting: Setting) -> None:
    setting.study.quota = 1
    setting.backlog.starts.update({0: START, 1: START})
    setting.backlog.work()
    assert (setting.study.started, list(setting.backlog.starts)) == ([0], [1])
    setting.study.open = {}
    setting.backlog.work()
    assert setting.study.started == [0], "there is a pause, until somebody says that instances are free"
    setting.backlog.quota.note_free_instances()
    setting.backlog.work()
    assert setting.study.started == [0, 1]


def test_a_trial_starts_after_its_checkpoint_has_arrived(setting: Setting) -> None:
    setting.study.open = {"source": 0}
    setting.backlog.checkpoints.copy(0, 1)
    setting.backlog.starts[1] = START
    setting.backlog.work()
    assert setting.study.started == [], "the source runs and has saved nothing yet"
    setting.study.checkpoints = {setting.names.checkpoints(0)}
    setting.backlog.work()
    assert setting.study.started == [1]
    assert setting.study.checkpoints == {setting.names.checkpoints(0), setting.names.checkpoints(1)}


def test_a_source_that_will_never_have_a_checkpoint_is_an_error(setting: Setting) -> None:
    setting.backlog.checkpoints.copy(0, 1)
    with pytest.raises(BackendError, match=r"Trial 0 has no checkpoint in s3://bucket.*trial 1 cannot start"):
        setting.backlog.work_on_checkpoints()


def test_a_checkpoint_is_deleted_once_the_job_that_writes_it_has_ended(setting: Setting) -> None:
    setting.study.open, setting.study.checkpoints = {"ending": 5}, {setting.names.checkpoints(5)}
    setting.backlog.checkpoints.delete(5)
    setting.backlog.work_on_checkpoints()
    assert setting.backlog.checkpoints.has_deletions
    setting.study.open = {}
    setting.backlog.work_on_checkpoints()
    assert setting.study.checkpoints == set()
