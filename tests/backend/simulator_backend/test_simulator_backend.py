from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest

from syne_tune.backend.simulator_backend.simulator_backend import SimulatorBackend, SimulatorConfig
from syne_tune.errors import BackendError, OptionError
from syne_tune.trial import Config, Failure, FailureCause, Result, Status, Trial, TrialRecord

NO_DELAYS = SimulatorConfig(0.0, 0.0, 0.0, 0.0, 0.0)


class Scripted(SimulatorBackend):
    """A trial reports ``epochs`` times, every ``seconds`` seconds."""

    def __init__(self, **options: object) -> None:
        super().__init__("train.py", "elapsed", **options)  # type: ignore[arg-type]

    def _run_job_and_collect_results(self, trial_id: int, config: Config) -> tuple[Sequence[Result], Failure | None]:
        if config.get("broken"):
            raise ValueError("a broken configuration")
        reports = [{"epoch": e, "elapsed": config["seconds"] * e} for e in range(1, config["epochs"] + 1)]
        return reports, Failure(FailureCause.OUT_OF_MEMORY, "too large") if config.get("fails") else None


def config(seconds: float = 10.0, epochs: int = 3, **more: object) -> dict[str, object]:
    return {"seconds": seconds, "epochs": epochs, **more}


def play(backend: SimulatorBackend, until: float = 1e9) -> list[tuple[float, int, object]]:
    """Waits until nothing happens any more; returns (time, trial, epoch or status)."""
    seen: list[tuple[float, int, object]] = []
    while (next_time := backend._queue.next_time()) is not None and next_time <= until:
        backend.wait(1.0)
        statuses, results = backend.fetch_status_results(backend.trial_ids)
        now = backend.clock.now()
        seen += [(now, trial_id, result["epoch"]) for trial_id, result in results]
        seen += [(now, i, status) for i, (_, status) in statuses.items() if status in Status.ended]
    return seen


class TestDelays:
    def test_start_report_and_end(self) -> None:
        delays = SimulatorConfig(delay_start=100.0, delay_on_trial_result=1.0, delay_complete_after_final_report=7.0)
        backend = Scripted(simulator_config=delays)
        backend.start_trial(config(seconds=10.0, epochs=2))
        assert play(backend) == [(111.0, 0, 1), (121.0, 0, 2), (127.0, 0, Status.completed)]

    def test_worker_is_busy_until_a_stopped_job_has_ended(self) -> None:
        backend = Scripted(simulator_config=SimulatorConfig(0, 0, delay_complete_after_stop=2.0, delay_stop=3.0))
        backend.start_trial(config())
        backend.stop_trial(0)
        assert backend.busy_trial_ids() == [(0, Status.stopping)]
        backend.wait(1.0)
        assert backend.clock.now() == 5.0
        assert backend.busy_trial_ids() == []

    def test_end_of_a_stopped_job_wakes_nobody_who_does_not_ask(self) -> None:
        backend = Scripted(simulator_config=SimulatorConfig(0, 0, 2.0, delay_start=0.0, delay_stop=3.0))
        backend.tells_of_idle_jobs = False
        backend.start_trial(config())
        backend.start_trial(config(seconds=7.0, epochs=2))
        backend.stop_trial(0)
        backend.wait(1.0)
        assert backend.clock.now() == 7.0
        assert backend.busy_trial_ids() == [(1, Status.in_progress)]

    def test_stopping_one_trial_does_not_delay_the_others(self) -> None:
        backend = Scripted(simulator_config=SimulatorConfig(0, 0, 50.0, 0, 50.0))
        backend.start_trial(config(epochs=1))
        backend.start_trial(config())
        backend.stop_trial(1)
        assert play(backend)[:1] == [(10.0, 0, 1)]


class TestTime:
    def test_trials_side_by_side(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS)
        backend.start_trial(config(seconds=10.0, epochs=2))
        backend.start_trial(config(seconds=15.0, epochs=1))
        reports = [event for event in play(backend) if isinstance(event[2], int)]
        assert reports == [(10.0, 0, 1), (15.0, 1, 1), (20.0, 0, 2)]

    def test_creation_time_is_virtual(self) -> None:
        backend = Scripted()
        backend.clock.advance_to(1000.0)
        assert backend.start_trial(config()).creation_time.timestamp() == 1000.0

    def test_tuner_that_looks_now_and_then(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS, tuner_sleep_time=25.0)
        backend.start_trial(config())
        assert play(backend)[:3] == [(25.0, 0, 1), (25.0, 0, 2), (50.0, 0, 3)]

    def test_negative_sleep_time_is_refused(self) -> None:
        with pytest.raises(OptionError, match="tuner_sleep_time=-1"):
            Scripted(tuner_sleep_time=-1)

    def test_waiting_for_nothing_lets_time_pass(self) -> None:
        backend = Scripted()
        backend.wait(3.0)
        assert backend.clock.now() == 3.0

    def test_decision_time_counts_if_asked_for(self) -> None:
        """W-12: and only then; the default is covered by the test of equal logs."""
        backend = Scripted(count_decision_time=True)
        backend.start_trial(config())
        backend.wait(1.0)
        assert backend.clock.now() > 10.1

    def test_time_keeper_of_old_scripts(self) -> None:
        backend = Scripted()
        backend.time_keeper.advance(2.0)
        assert backend.time_keeper.time() == backend.clock.now() == 2.0


class TestPauseAndResume:
    def test_goes_on_after_the_report_it_was_paused_on(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS)
        backend.start_trial(config(seconds=10.0, epochs=3))
        play(backend, until=10.0)
        backend.pause_trial(0, {"epoch": 1, "elapsed": 10.0})
        backend.clock.advance_to(1000.0)
        backend.resume_trial(0)
        assert play(backend) == [(1010.0, 0, 2), (1020.0, 0, 3), (1020.0, 0, Status.completed)]
        assert [report["elapsed"] for report in backend._trial_dict[0].metrics] == [10.0, 10.0, 20.0]

    def test_resumed_from_scratch_without_checkpoints(self) -> None:
        class Forgetful(Scripted):
            keeps_checkpoints = False

        backend = Forgetful(simulator_config=NO_DELAYS)
        backend.start_trial(config(epochs=2))
        play(backend, until=10.0)
        backend.pause_trial(0, {"epoch": 1, "elapsed": 10.0})
        backend.resume_trial(0)
        assert [epoch for _, _, epoch in play(backend)] == [1, 2, Status.completed]

    def test_pausing_and_resuming_at_once_delivers_nothing_stale(self) -> None:
        """W-14."""
        backend = Scripted(simulator_config=NO_DELAYS, tuner_sleep_time=25.0)
        backend.start_trial(config(seconds=10.0, epochs=3))
        backend.wait(1.0)
        _, results = backend.fetch_status_results([0])
        assert [result["epoch"] for _, result in results] == [1, 2]
        backend.pause_trial(0, results[0][1])
        backend.resume_trial(0)
        assert [(trial_id, epoch) for _, trial_id, epoch in play(backend)] == [(0, 2), (0, 3), (0, Status.completed)]

    def test_reports_of_trials_nobody_asks_for_are_kept(self) -> None:
        """W-14."""
        backend = Scripted(simulator_config=NO_DELAYS, tuner_sleep_time=100.0)
        for _ in range(2):
            backend.start_trial(config(epochs=1))
        backend.wait(1.0)
        assert [i for i, _ in backend.fetch_status_results([1])[1]] == [1]
        statuses, results = backend.fetch_status_results([0, 1])
        assert [i for i, _ in results] == [0]
        assert statuses[0][1] == Status.completed

    def test_reports_nobody_asked_for_before_a_pause_come_when_it_is_resumed(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS, tuner_sleep_time=15.0)
        backend.start_trial(config(epochs=2))
        backend.wait(1.0)
        backend.pause_trial(0)
        assert backend.fetch_status_results([0])[1] == []
        backend.resume_trial(0)
        assert [epoch for _, _, epoch in play(backend)] == [1, 2, Status.completed]

    def test_trial_starts_from_the_checkpoint_of_another(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS)
        backend.start_trial(config(epochs=2))
        play(backend)
        backend.start_trial(config(epochs=3), checkpoint_trial_id=0)
        backend.delete_checkpoint(1)
        backend.copy_checkpoint(0, 1)
        assert [event[1:] for event in play(backend)] == [(1, 3), (1, Status.completed)]

    def test_only_paused_trials_can_be_resumed(self) -> None:
        backend = Scripted()
        backend.start_trial(config())
        with pytest.raises(BackendError, match="Trial 0 has status InProgress"):
            backend.resume_trial(0)


class TestEnds:
    def test_stopped_trial_is_silent(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS)
        backend.start_trial(config())
        play(backend, until=10.0)
        backend.stop_trial(0)
        assert play(backend) == [(10.0, 0, Status.stopped)]
        backend.stop_all()
        assert backend.busy_trial_ids() == []

    def test_failure_after_the_last_report(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS)
        backend.start_trial(config(epochs=1, fails=True))
        assert [event[2] for event in play(backend)] == [1, Status.failed]
        assert backend.failure(0).cause == FailureCause.OUT_OF_MEMORY

    def test_retried_trial_goes_on(self) -> None:
        backend = Scripted(simulator_config=NO_DELAYS)
        backend.start_trial(config(epochs=1, fails=True))
        play(backend)
        backend._trial_dict[0].config = config(epochs=2)
        backend.retry_trial(0)
        assert [event[2] for event in play(backend)] == [2, Status.completed]

    def test_error_of_the_simulation_is_a_failure_of_the_trial(self, caplog: pytest.LogCaptureFixture) -> None:
        backend = Scripted()
        backend.start_trial(config(broken=True))
        assert [event[2] for event in play(backend)] == [Status.failed]
        assert backend.failure(0).message == "ValueError: a broken configuration"
        assert "Trial 0 cannot be simulated" in caplog.text

    def test_missing_elapsed_time_is_refused(self) -> None:
        class Misspelt(Scripted):
            def _run_job_and_collect_results(
                self, trial_id: int, config: Config
            ) -> tuple[Sequence[Result], Failure | None]:
                return [{"elapsed_tme": 1.0}], None

        backend = Misspelt()
        backend.start_trial({})
        with pytest.raises(BackendError, match=r"elapsed_time_attr = 'elapsed' .*did you mean 'elapsed_tme'"):
            backend.wait(1.0)


class TestAdoption:
    @staticmethod
    def record(backend: SimulatorBackend, status: str, num_reports: int) -> TrialRecord:
        known = backend._trial_dict[0]
        return TrialRecord(Trial(0, known.config, known.creation_time), status, num_reports=num_reports)

    def started(self) -> Scripted:
        backend = Scripted(simulator_config=NO_DELAYS)
        backend.start_trial(config(seconds=10.0, epochs=3))
        play(backend, until=20.0)
        return backend

    def test_new_backend_goes_on_after_the_last_logged_report(self) -> None:
        before, after = self.started(), Scripted(simulator_config=NO_DELAYS)
        after.adopt_trial(self.record(before, Status.in_progress, 2))
        assert [event[1:] for event in play(after)] == [(0, 3), (0, Status.completed)]

    def test_backend_that_is_in_step_goes_on_as_if_nothing_had_happened(self) -> None:
        backend = pickle.loads(pickle.dumps(self.started()))
        backend.adopt_trial(self.record(backend, Status.in_progress, 2))
        assert play(backend) == [(30.0, 0, 3), (30.0, 0, Status.completed)]

    @pytest.mark.parametrize("status", [Status.paused, Status.stopped, Status.completed])
    def test_trial_that_the_log_has_ended_does_not_run(self, status: str) -> None:
        backend = self.started()
        backend.adopt_trial(self.record(backend, status, 2))
        assert backend.busy_trial_ids() == []
        assert backend._queue.next_time() is None
        assert backend.fetch_status_results([0])[1] == []

    def test_adopted_trial_can_be_paused_and_resumed(self) -> None:
        before, after = self.started(), Scripted(simulator_config=NO_DELAYS)
        after.adopt_trial(self.record(before, Status.paused, 1))
        after.resume_trial(0)
        assert [event[1:] for event in play(after)] == [(0, 2), (0, 3), (0, Status.completed)]

    def test_checkpoint_is_copied_if_the_run_has_not_begun(self) -> None:
        backend = self.started()
        backend.adopt_trial(TrialRecord(Trial(1, config(), backend._trial_dict[0].creation_time), Status.in_progress,
                                        checkpoint_trial_id=0))  # fmt: skip
        assert [event[2] for event in play(backend) if event[1] == 1] == [3, Status.completed]


def test_script_is_run(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text('print(\'[tune-metric]: {"epoch": 1, "elapsed": 5.0}\')')
    backend = SimulatorBackend(script, "elapsed", simulator_config=NO_DELAYS, debug_resource_attr="epoch")
    backend.start_trial({})
    assert play(backend) == [(5.0, 0, 1), (5.0, 0, Status.completed)]
    assert backend.entrypoint_path() == script
    backend.set_entrypoint("other.py")
    assert backend.entrypoint_path() == Path("other.py")
    assert backend.stdout(0) == backend.stderr(0) == []
