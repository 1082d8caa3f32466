"""What every backend has to do: :class:`BackendContract`, a suite of tests to be subclassed.

::

    class TestMyBackend(BackendContract):
        def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
            return MyBackend(toy_training.__file__, delete_checkpoints=delete_checkpoints)

Its trials have to run :mod:`syne_tune.testing.toy_training`, as a script or as one of its functions. The suite runs
with pytest, but does not import it. It waits for what has to happen and measures no times, so that it passes on a busy
machine.
"""

from __future__ import annotations

from pathlib import Path

from syne_tune.constants import ST_WORKER_ITER, ST_WORKER_TIMESTAMP
from syne_tune.testing import toy_training
from syne_tune.testing.backend_adoption import AdoptionContract
from syne_tune.testing.backend_observer import Observer
from syne_tune.trial import FailureCause, Status

ONE_THIRD = 1 / 3
AWKWARD_VALUE = 0.1 + 0.2


class BackendContract(AdoptionContract):
    """Tests for one backend: subclass it, and tell how the backend is made.

    A trial of the suite is described in :mod:`syne_tune.testing.toy_training`.
    """

    # ------------------------------------------------------------------ start, report, end

    def test_trial_ids_are_consecutive(self, tmp_path: Path) -> None:
        """Ids are 0, 1, 2, ... in the order of the starts, and announced by ``new_trial_id``."""
        with self.observed(tmp_path) as observer:
            backend = observer.backend
            for expected in range(3):
                assert backend.new_trial_id() == expected
                assert backend.start_trial(self.config(toy_training.SILENT)).trial_id == expected
            assert backend.trial_ids == [0, 1, 2]
            observer.until_ended(0, 1, 2)

    def test_each_report_arrives_once_and_in_order(self, tmp_path: Path) -> None:
        """A completed trial has delivered all of its reports, each of them once, in order, with exact values."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.FINISH, 20, value=AWKWARD_VALUE))
            observer.until_ended(0)
            assert observer.statuses[0] == Status.completed
            assert observer.epochs(0) == list(range(1, 21))
            assert [result["loss"] for result in observer.reports[0]] == [AWKWARD_VALUE * n for n in range(1, 21)]
            assert [result[ST_WORKER_ITER] for result in observer.reports[0]] == list(range(20))
            observer.look()
            assert len(observer.reports[0]) == 20

    def test_trials_side_by_side_keep_their_reports_apart(self, tmp_path: Path) -> None:
        """Reports of several trials reach the right trial; within one fetch they are sorted by their time stamps."""
        with self.observed(tmp_path) as observer:
            for trial_id in range(3):
                observer.backend.start_trial(self.config(toy_training.CHECKPOINT, 4, value=trial_id + ONE_THIRD))
            observer.until_ended(0, 1, 2)
            for trial_id in range(3):
                assert observer.epochs(trial_id) == [1, 2, 3, 4]
                assert {result["loss"] / result["epoch"] for result in observer.reports[trial_id]} <= {
                    trial_id + ONE_THIRD
                }
                stamps = [result[ST_WORKER_TIMESTAMP] for result in observer.reports[trial_id]]
                assert stamps == sorted(stamps)

    def test_configuration_is_kept(self, tmp_path: Path) -> None:
        """The trial has the configuration it was started with, and the caller's is not changed."""
        with self.observed(tmp_path) as observer:
            config = self.config(toy_training.FINISH)
            observer.backend.start_trial(config)
            observer.until_ended(0)
            assert observer.trials[0].config == config == self.config(toy_training.FINISH)

    def test_trial_may_end_without_report(self, tmp_path: Path) -> None:
        """A trial that reports nothing completes; whether that is a failure is for the tuner to say."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.SILENT))
            observer.until_ended(0)
            assert observer.statuses[0] == Status.completed
            assert observer.reports[0] == []

    def test_output_can_be_read(self, tmp_path: Path) -> None:
        """Standard output and standard error come as lists of lines."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.FINISH))
            observer.until_ended(0)
            assert toy_training.STDOUT_LINE in [line.rstrip("\n") for line in observer.backend.stdout(0)]
            assert toy_training.STDERR_LINE in [line.rstrip("\n") for line in observer.backend.stderr(0)]

    def test_wait_returns_when_something_happens(self, tmp_path: Path) -> None:
        """A long timeout does not keep the tuner from seeing reports and the end of a trial soon."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.CHECKPOINT, 3))
            ended = "end of trial 0"
            observer.until(lambda: observer.statuses[0] == Status.completed, ended, seconds_per_wait=self.patience)
            assert observer.epochs(0) == [1, 2, 3]

    def test_busy_trials(self, tmp_path: Path) -> None:
        """A trial occupies a worker until it has ended."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.FOREVER))
            observer.until_reports(0, 1)
            assert observer.backend.busy_trial_ids() == [(0, Status.in_progress)]
            observer.backend.stop_trial(0)
            observer.until(lambda: not observer.backend.busy_trial_ids(), "end of the job of trial 0")

    # ------------------------------------------------------------------ pause, resume, stop

    def test_paused_trial_is_silent_and_goes_on_from_its_checkpoint(self, tmp_path: Path) -> None:
        """A pause loses and doubles nothing, except that the epoch during which the job was killed may be missing."""
        with self.observed(tmp_path) as observer:
            backend = observer.backend
            backend.start_trial(self.config(toy_training.GO_ON, 10))
            observer.until_reports(0, 3)
            backend.pause_trial(0, observer.reports[0][-1])
            seen = observer.epochs(0)
            observer.look()
            assert observer.statuses[0] == Status.paused
            assert observer.epochs(0) == seen == list(range(1, len(seen) + 1))
            backend.resume_trial(0)
            observer.until_ended(0)
            assert observer.statuses[0] == Status.completed
            epochs = observer.epochs(0)
            assert epochs == sorted(set(epochs))
            assert epochs[-1] - len(epochs) <= 1
            assert observer.reports[0][-1]["first_epoch"] == epochs[-1] - 9 > 1

    def test_reports_after_the_pausing_one_are_withheld(self, tmp_path: Path) -> None:
        """Pausing on an earlier report than the last takes back the later ones; they come when the trial is resumed."""
        with self.observed(tmp_path) as observer:
            backend = observer.backend
            backend.start_trial(self.config(toy_training.FINISH, 5))
            observer.until_reports(0, 2)
            first = observer.reports[0][0]
            observer.reports.clear()
            backend.pause_trial(0, first)
            observer.look()
            assert observer.reports[0] == []
            backend.resume_trial(0)
            observer.until_ended(0)
            epochs = observer.epochs(0)  # those withheld, then a run from scratch
            num_withheld = len(epochs) - 5
            assert num_withheld >= 1
            assert epochs == [*range(2, num_withheld + 2), 1, 2, 3, 4, 5]

    def test_resuming_may_change_the_configuration(self, tmp_path: Path) -> None:
        """The new configuration counts from the resumed run on."""
        with self.observed(tmp_path) as observer:
            backend = observer.backend
            backend.start_trial(self.config(toy_training.FOREVER, value=1.0))
            observer.until_reports(0, 1)
            backend.pause_trial(0, observer.reports[0][-1])
            new_config = self.config(toy_training.FINISH, 2, value=7.0)
            assert backend.resume_trial(0, new_config).config == new_config
            observer.until_ended(0)
            assert [result["loss"] for result in observer.reports[0][-2:]] == [7.0, 14.0]
            assert observer.trials[0].config == new_config

    def test_only_paused_trials_can_be_resumed(self, tmp_path: Path) -> None:
        """Resuming a running or unknown trial is refused, naming the trial."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.FOREVER))
            assert "0" in self.refuses(lambda: observer.backend.resume_trial(0))
            assert "7" in self.refuses(lambda: observer.backend.resume_trial(7))
            assert "7" in self.refuses(lambda: observer.backend.pause_trial(7))
            assert "0" in self.refuses(lambda: observer.backend.retry_trial(0))

    def test_stopped_trial_is_silent(self, tmp_path: Path) -> None:
        """After a stop there are no more reports, and the worker becomes free."""
        with self.observed(tmp_path) as observer:
            backend = observer.backend
            backend.start_trial(self.config(toy_training.FOREVER))
            observer.until_reports(0, 2)
            backend.stop_trial(0, observer.reports[0][-1])
            num_reports = len(observer.reports[0])
            observer.until(lambda: not backend.busy_trial_ids(), "end of the job of trial 0")
            assert observer.statuses[0] in (Status.stopped, Status.stopping)
            assert len(observer.reports[0]) == num_reports

    def test_stop_all(self, tmp_path: Path) -> None:
        """Every running trial ends; stopping again does no harm."""
        with self.observed(tmp_path) as observer:
            for _ in range(2):
                observer.backend.start_trial(self.config(toy_training.FOREVER))
            observer.until_reports(1, 1)
            observer.backend.stop_all()
            observer.until(lambda: not observer.backend.busy_trial_ids(), "end of all jobs")
            assert set(observer.statuses.values()) <= {Status.stopped, Status.stopping}
            observer.backend.stop_all()

    # ------------------------------------------------------------------ checkpoints

    def test_checkpoint_can_be_copied_to_a_new_trial(self, tmp_path: Path) -> None:
        """A trial started from the checkpoint of another one goes on where that one was."""
        with self.observed(tmp_path) as observer:
            backend = observer.backend
            backend.start_trial(self.config(toy_training.CHECKPOINT, 3))
            observer.until_ended(0)
            backend.start_trial(self.config(toy_training.CHECKPOINT, 5), checkpoint_trial_id=0)
            observer.until_ended(1)
            assert observer.epochs(1) == [4, 5]

    def test_deleted_checkpoint_is_gone(self, tmp_path: Path) -> None:
        """Without its checkpoint, a trial starts from scratch. Deleting what is not there is no error."""
        with self.observed(tmp_path) as observer:
            backend = observer.backend
            backend.start_trial(self.config(toy_training.CHECKPOINT, 1000))
            observer.until_reports(0, 2)
            backend.pause_trial(0, observer.reports[0][-1])
            observer.until(lambda: not backend.busy_trial_ids(), "end of the job of trial 0")
            backend.delete_checkpoint(0)
            backend.delete_checkpoint(0)
            backend.resume_trial(0, self.config(toy_training.CHECKPOINT, 2))
            observer.until_ended(0)
            assert observer.epochs(0)[-2:] == [1, 2]
            assert observer.reports[0][-1]["first_epoch"] == 1

    def test_checkpoint_of_a_stopped_trial_is_deleted_if_wanted(self, tmp_path: Path) -> None:
        """With ``delete_checkpoints``, a stopped trial that is run again starts from scratch."""
        with self.observed(tmp_path, delete_checkpoints=True) as observer:
            backend = observer.backend
            backend.start_trial(self.config(toy_training.CHECKPOINT, 1000))
            observer.until_reports(0, 2)
            backend.pause_trial(0, observer.reports[0][-1])
            observer.until(lambda: not backend.busy_trial_ids(), "end of the job of trial 0")
            backend.resume_trial(0)
            observer.until(lambda: self._first_epoch(observer) > 1, "a report of the second run")
            backend.stop_trial(0, observer.reports[0][-1])
            observer.until(lambda: not backend.busy_trial_ids(), "end of the job of trial 0")
            backend.retry_trial(0)
            observer.until(lambda: self._first_epoch(observer) == 1, "a report of a run from scratch")

    @staticmethod
    def _first_epoch(observer: Observer) -> int:
        return int(observer.reports[0][-1]["first_epoch"])

    # ------------------------------------------------------------------ failures

    def test_failure_tells_what_happened(self, tmp_path: Path) -> None:
        """A failed trial has delivered its reports, and its failure carries cause, message and end of the log."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.FAIL, 2))
            observer.until_ended(0)
            assert observer.statuses[0] == Status.failed
            assert observer.epochs(0) == [1, 2]
            failure = observer.backend.failure(0)
            assert failure.cause == FailureCause.ERROR
            assert failure.message
            assert toy_training.PLANNED_FAILURE in "\n".join(failure.log_tail)
            assert not observer.backend.busy_trial_ids()

    def test_failed_trial_can_be_run_again(self, tmp_path: Path) -> None:
        """The second run keeps the id, starts from the checkpoint, and its reports follow those of the first."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.FAIL_ONCE, 2))
            observer.until_ended(0)
            assert observer.statuses[0] == Status.failed
            assert observer.backend.retry_trial(0).trial_id == 0
            observer.until_ended(0)
            assert observer.statuses[0] == Status.completed
            assert observer.epochs(0) == [1, 2]

    def test_run_from_scratch_repeats_no_report(self, tmp_path: Path) -> None:
        """If there is no checkpoint, a trial that is run again makes its reports once more; they are not delivered."""
        with self.observed(tmp_path) as observer:
            observer.backend.start_trial(self.config(toy_training.FAIL, 2))
            observer.until_ended(0)
            observer.backend.retry_trial(0)
            observer.until_ended(0)
            assert observer.statuses[0] == Status.failed
            assert observer.epochs(0) == [1, 2]

    def test_missing_metric_is_refused_where_it_is_reported(self, tmp_path: Path) -> None:
        """A trial that does not report what the scheduler needs fails, and its log names what is missing."""
        with self.observed(tmp_path) as observer:
            observer.backend.expect_reports(["los"], "epoch")
            observer.backend.start_trial(self.config(toy_training.FINISH))
            observer.until_ended(0)
            assert observer.statuses[0] == Status.failed
            assert observer.reports[0] == []
            failure = observer.backend.failure(0)
            text = "\n".join([failure.message, *failure.log_tail])
            assert "'los'" in text
            assert "did you mean 'loss'" in text
            assert failure.cause == FailureCause.INVALID_METRIC

    # ------------------------------------------------------------------ paths and the rest

    def test_path_may_be_left_open(self) -> None:
        """W-36: ``set_path(None)`` is allowed; the backend then finds a place by itself."""
        backend = self.make_backend()
        backend.set_path(None)
        observer = Observer(backend, self.patience)
        try:
            backend.start_trial(self.config(toy_training.FINISH, 1))
            observer.until_ended(0)
            assert observer.epochs(0) == [1]
        finally:
            backend.stop_all()
            backend.close()

    def test_entry_point_is_a_path(self) -> None:
        """The tuner derives the name of the experiment from it."""
        backend = self.make_backend()
        assert isinstance(backend.entrypoint_path(), Path)
        assert backend.entrypoint_path().stem
        backend.close()

    def test_closing_twice_does_no_harm(self, tmp_path: Path) -> None:
        """Neither does closing a backend that was never used."""
        with self.observed(tmp_path) as observer:
            observer.backend.close()
