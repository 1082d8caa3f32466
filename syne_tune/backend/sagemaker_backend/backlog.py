"""What has to wait until jobs have ended or instances are free: starts, and copies and deletions of checkpoints."""

from __future__ import annotations

import logging
from collections.abc import Callable

from syne_tune.backend.sagemaker_backend.checkpoint_tasks import CheckpointTasks
from syne_tune.backend.sagemaker_backend.job_names import StudyNames
from syne_tune.backend.sagemaker_backend.study_jobs import StudyJobs
from syne_tune.backend.sagemaker_backend.training_jobs import QuotaExceeded
from syne_tune.backend.sagemaker_backend.waiting_starts import QuotaPause, WaitingStart
from syne_tune.errors import BackendError

logger = logging.getLogger(__name__)


class Backlog:
    """Holds what cannot be done yet, and does it when it can.

    Args:
        study: The jobs.
        names: Tell where checkpoints are.
        is_busy: Whether a trial is to run, by its id.
        start: Starts the next job of a trial.
        quota_patience: Seconds after which a job is given up that AWS refuses because of a quota, if no other job runs.

    Attributes:
        checkpoints: Copies and deletions.
        quota: Says when to try again after AWS has refused a job.
        starts: Trial to the run that waits for its job.
    """

    def __init__(
        self,
        study: StudyJobs,
        names: StudyNames,
        is_busy: Callable[[int], bool],
        start: Callable[[int, WaitingStart], None],
        quota_patience: float,
    ) -> None:
        self.checkpoints = CheckpointTasks()
        self.quota = QuotaPause(quota_patience)
        self.starts: dict[int, WaitingStart] = {}
        self._study = study
        self._names = names
        self._is_busy = is_busy
        self._start = start

    def work(self) -> None:
        """Does what can be done by now.

        Raises:
            BackendError: If something cannot be done at all.
        """
        self.work_on_checkpoints()
        for trial_id in list(self.starts):
            if not self.quota.is_over:
                return
            if not self.checkpoints.hold_up(trial_id) and not self._study.open_of(trial_id):
                self._try_to_start(trial_id)

    def _try_to_start(self, trial_id: int) -> None:
        try:
            self._start(trial_id, self.starts[trial_id])
        except QuotaExceeded as error:
            logger.info("Trial %d has to wait: %s", trial_id, error)
            self.quota.note_refusal(str(error), bool(self._study.open))
            return
        self.quota.note_success()
        del self.starts[trial_id]

    def work_on_checkpoints(self) -> None:
        """Copies and deletes what can be copied and deleted by now.

        Raises:
            BackendError: If a checkpoint is missing, or cannot be copied or deleted.
        """
        self.checkpoints.work(self._is_ending, self._copy, self._delete)

    def _is_ending(self, trial_id: int) -> bool:
        is_running = self._is_busy(trial_id) and trial_id not in self.starts
        return bool(self._study.open_of(trial_id)) and not is_running

    def _copy(self, source: int, target: int) -> bool:
        """Copies a checkpoint; returns whether there is one. That of a running job may still be on its way to S3."""
        uri = self._names.checkpoints(source)
        if self._study.store.copy(uri, self._names.checkpoints(target)) > 0:
            return True
        if self._study.open_of(source):
            return False
        raise BackendError(
            f"Trial {source} has no checkpoint in {uri}, so that trial {target} cannot start from it. Its script must "
            "save one in --st_checkpoint_dir"
        )

    def _delete(self, trial_id: int) -> None:
        self._study.store.delete(self._names.checkpoints(trial_id))
