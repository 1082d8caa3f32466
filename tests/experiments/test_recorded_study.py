import pytest

from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiment_folder import TunerLock
from syne_tune.experiments.recorded_study import experiment_events, read_study, trial_events
from syne_tune.experiments.result_table import read_results


def test_state_of_trials_follows_from_the_log(two_trials):
    study = read_study(two_trials.folder, ["loss"])
    assert {i: state.status for i, state in study.trials.items()} == {0: "InProgress", 1: "Stopped"}
    assert study.num_reports == 4
    assert study.num_decisions == {"CONTINUE": 3, "STOP": 1}
    assert study.elapsed == 7.0
    assert len(study.sessions) == 1
    assert study.status.num_trials_finished == 1


def test_phase_is_interrupted_running_or_finished(two_trials):
    folder = two_trials.folder
    assert read_study(folder, ["loss"]).phase() == "interrupted"
    with TunerLock(folder):
        assert read_study(folder, ["loss"]).phase() == "running"
    two_trials.append("end", reason="enough")
    study = read_study(folder, ["loss"])
    assert (study.phase(), study.end_reason) == ("finished", "enough")
    two_trials.session()
    assert read_study(folder, ["loss"]).phase() == "interrupted"


def test_events_of_one_trial(two_trials):
    kinds = [event["kind"] for event in trial_events(two_trials.folder, 1)]
    assert kinds == ["suggest", "report", "report"]


def test_folder_without_log_is_refused_with_the_alternative(tmp_path):
    with pytest.raises(ExperimentNotFoundError, match="load_experiment"):
        experiment_events(tmp_path)


def test_experiment_of_another_program_is_read_from_its_results(two_trials):
    table = read_results(two_trials.folder)
    table.to_csv(two_trials.folder / "results.csv", index=False)
    (two_trials.folder / "events.jsonl").unlink()
    study = read_study(two_trials.folder, ["loss"])
    assert study.phase() == "unknown"
    assert study.trials[1].trial.config == {"lr": 0.2}
    assert study.trials[1].status == "Stopped"
    assert study.trials[0].num_reports == 2


def test_trials_judged_at_each_rung_are_counted(two_trials):
    for trial_id in range(2):
        two_trials.append(
            "report",
            trial_id=trial_id,
            result={"loss": 1.0},
            status="InProgress",
            decision="CONTINUE",
            reason="",
            facts={"rung": 3},
        )
    assert read_study(two_trials.folder, ["loss"]).rung_sizes == {3: 2}
