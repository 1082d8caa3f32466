"""What happens to trials if their tuner crashes and another one takes over: :class:`AdoptionContract`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cloudpickle

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing import toy_training
from syne_tune.testing.backend_observer import Observer
from syne_tune.testing.backend_suite import BackendSuite
from syne_tune.trial import Status, Trial, TrialRecord


class AdoptionContract(BackendSuite):
    """Nothing is lost, doubled or run twice; part of :class:`~syne_tune.testing.backends.BackendContract`."""

    def abandon(self, backend: TrialBackend) -> None:
        """Lets go of a backend as a crash of the tuner does: trials that run by themselves go on. Default: nothing."""

    @contextmanager
    def after_crash(
        self, crashed: Observer, folder: Path, records: Sequence[TrialRecord], unpickled: bool = False
    ) -> Iterator[Observer]:
        """A new backend that adopts the trials of another one, which is abandoned.

        Args:
            crashed: Observer of the abandoned backend.
            folder: Where its trials keep their files.
            records: What the log knows about the trials.
            unpickled: Whether the new backend comes from a pickle of the old one.
        """
        backend = cloudpickle.loads(cloudpickle.dumps(crashed.backend)) if unpickled else self.make_backend()
        self.abandon(crashed.backend)
        with self.observing(backend, folder) as observer:
            for record in records:
                backend.adopt_trial(record)
            yield observer

    @staticmethod
    def record(observer: Observer, trial_id: int, num_reports: int | None = None, **facts: Any) -> TrialRecord:
        """What a log would know about a trial: by default, that it is running and reported what has been seen."""
        trial = observer.trials[trial_id]
        known = Trial(trial_id, dict(trial.config), trial.creation_time)
        seen = len(observer.reports[trial_id]) if num_reports is None else num_reports
        return TrialRecord(known, facts.pop("status", Status.in_progress), num_reports=seen, **facts)

    def test_running_trials_are_adopted(self, tmp_path: Path) -> None:
        """Together, two tuners get each report once, whether the run goes on by itself or is repeated."""
        self._check_adoption(tmp_path, unpickled=False)

    def test_running_trials_are_adopted_by_an_unpickled_backend(self, tmp_path: Path) -> None:
        """The same if the new backend was saved and loaded."""
        self._check_adoption(tmp_path, unpickled=True)

    def _check_adoption(self, folder: Path, unpickled: bool) -> None:
        with self.observed(folder) as before:
            for trial_id in range(2):
                before.backend.start_trial(self.config(toy_training.CHECKPOINT, 12, value=1.0 + trial_id))
            before.until_reports(0, 3)
            records = [self.record(before, trial_id) for trial_id in range(2)]
            with self.after_crash(before, folder, records, unpickled) as after:
                after.until_ended(0, 1)
                for trial_id in range(2):
                    assert before.epochs(trial_id) + after.epochs(trial_id) == list(range(1, 13))
                    assert after.statuses[trial_id] == Status.completed

    def test_trial_that_ended_meanwhile_is_adopted(self, tmp_path: Path) -> None:
        """What a trial reported before its end, and the end itself, reach the next tuner; it is not run again."""
        with self.observed(tmp_path) as before:
            before.backend.start_trial(self.config(toy_training.FINISH, 4))
            before.until_ended(0)
            with self.after_crash(before, tmp_path, [self.record(before, 0, num_reports=1)]) as after:
                after.until_ended(0)
                assert after.epochs(0) == [2, 3, 4]
                assert after.statuses[0] == Status.completed

    def test_trial_that_never_started_is_started_by_adoption(self, tmp_path: Path) -> None:
        """The tuner may crash between writing down a trial and starting it."""
        with self.observed(tmp_path) as before:
            before.backend.start_trial(self.config(toy_training.CHECKPOINT, 2))
            before.until_ended(0)
            first = self.record(before, 0, status=Status.completed)
            config = self.config(toy_training.CHECKPOINT, 4)
            second = TrialRecord(Trial(1, config, first.trial.creation_time), Status.in_progress, checkpoint_trial_id=0)
            with self.after_crash(before, tmp_path, [first, second]) as after:
                after.until_ended(1)
                assert after.epochs(1) == [3, 4]
                assert after.reports[0] == []
                assert after.statuses[0] == Status.completed
                assert after.backend.new_trial_id() == 2

    def test_paused_trial_is_adopted(self, tmp_path: Path) -> None:
        """It stays paused; when it is resumed, reports withheld come first, then those of the new run."""
        with self.observed(tmp_path) as before:
            before.backend.start_trial(self.config(toy_training.FINISH, 3))
            before.until_reports(0, 2)
            before.backend.pause_trial(0, before.reports[0][0])
            record = self.record(before, 0, status=Status.paused, num_reports=1)
            with self.after_crash(before, tmp_path, [record]) as after:
                after.look()
                assert after.statuses[0] == Status.paused
                assert after.reports[0] == []
                after.backend.resume_trial(0)
                after.until_ended(0)
                assert after.epochs(0)[0] == 2
                assert after.epochs(0)[-3:] == [1, 2, 3]
