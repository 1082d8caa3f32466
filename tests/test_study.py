"""Replaying the log ends in the state of the live run; divergence is said and the log followed."""

import datetime
import logging
import pickle

import numpy as np
import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import EventLogError, SchedulerError
from syne_tune.optimizer.baselines import ASHA
from syne_tune.optimizer.scheduler import TrialScheduler, TrialSuggestion
from syne_tune.study import Study, failure_from_fields, failure_to_fields
from syne_tune.trial import Failure, FailureCause, Status
from syne_tune.tuning_status import TuningStatus

SPACE = {"x": uniform(0, 1), "epochs": 9}


def asha():
    return ASHA(
        SPACE, metric="loss", resource_attr="epoch", max_resource_attr="epochs", type="promotion", random_seed=0
    )


def live_run(study, events, steps):
    """Drives a study as a tuner would, with two workers and made-up losses."""

    def record(kind, **fields):
        event = {"seq": len(events), "time": 0.0, "elapsed": 0.0, "kind": kind, **fields}
        events.append(event)
        study.apply(event)

    epochs = {}
    for step in range(steps):
        while len(study.running) < 2:
            record("suggest", **study.propose())
        trial_id = sorted(study.running)[step % 2]
        epochs[trial_id] = epochs.get(trial_id, 0) + 1
        if trial_id % 7 == 6:
            failure = failure_to_fields(Failure(FailureCause.ERROR, "made up"))
            record("status", trial_id=trial_id, status=Status.failed, failure=failure)
            continue
        x = study.trials[trial_id].trial.config["x"]
        record("report", **study.judge(trial_id, {"epoch": epochs[trial_id], "loss": x / epochs[trial_id]}))


def new_study(scheduler=None):
    scheduler = scheduler or asha()
    return Study(scheduler, TuningStatus(scheduler.metric_names()))


@pytest.mark.parametrize("cut", [0, 1, 17, 60])
def test_replay_continues_as_if_nothing_had_happened(cut, caplog):
    events = []
    study = new_study()
    live_run(study, events, steps=80)
    copy = new_study()
    copy.replay(events[:cut])
    copy.replay(events[cut:])
    assert copy.num_events == study.num_events
    assert {i: s.status for i, s in copy.trials.items()} == {i: s.status for i, s in study.trials.items()}
    assert [copy.propose() for _ in range(3)] == [study.propose() for _ in range(3)]
    assert "not deterministic" not in caplog.text


class GloballyRandom(TrialScheduler):
    def _suggest(self, trial_id):
        return TrialSuggestion.start_suggestion({"x": np.random.uniform()})

    def metric_names(self):
        return ["loss"]


def test_a_pickled_study_is_the_same():
    events, study = [], new_study()
    live_run(study, events, 60)
    restored = pickle.loads(pickle.dumps(study))
    assert restored.trials == study.trials
    assert list(restored.trials) == list(study.trials)
    assert {trial_id: state.last_result for trial_id, state in restored.trials.items()} == {
        trial_id: state.last_result for trial_id, state in study.trials.items()
    }
    assert restored.running == study.running
    assert restored.num_events == study.num_events
    assert restored.status.trial_rows == study.status.trial_rows
    for trial_id, state in restored.trials.items():
        assert restored.status._configs[trial_id] is state.trial.config
    more, again = list(events), list(events)
    live_run(study, more, 60)
    live_run(restored, again, 60)
    assert again == more


def test_a_scheduler_that_does_not_repeat_itself_is_named_and_the_log_followed(caplog):
    events = []
    live_run(new_study(GloballyRandom(SPACE)), events, steps=4)
    copy = new_study(GloballyRandom(SPACE))
    with caplog.at_level(logging.WARNING):
        copy.replay(events)
    assert "GloballyRandom is not deterministic" in caplog.text
    assert copy.trials[0].trial.config == events[0]["config"]


def test_a_gap_in_the_events_is_refused():
    events = []
    live_run(new_study(), events, steps=3)
    with pytest.raises(EventLogError, match="events are missing"):
        new_study().replay(events[1:])


class ResumesWhatRuns(GloballyRandom):
    def _suggest(self, trial_id):
        return TrialSuggestion.resume_suggestion(0) if trial_id else super()._suggest(trial_id)


def test_resuming_a_running_trial_is_refused():
    study = new_study(ResumesWhatRuns(SPACE))
    with pytest.raises(SchedulerError, match="only paused trials"):
        live_run(study, [], steps=1)


def test_each_run_of_a_trial_costs_by_itself():
    """Of a trial that ran several times, only the most expensive run was counted, so that `max_cost` came late."""
    study, lost = new_study(), failure_to_fields(Failure(FailureCause.LOST, "made up"))
    happened = [("suggest", study.propose()), *costs(1, 4), ("retry", {"trial_id": 0, "failure": lost}), *costs(2, 3)]
    for seq, (kind, fields) in enumerate(happened):
        study.apply({"seq": seq, "time": 0.0, "elapsed": 0.0, "kind": kind, **fields})
    assert study.status.cost == 4 + 3
    assert study.status.trial_rows[0]["worker-cost"] == 7


def costs(*dollars):
    decision = {"trial_id": 0, "decision": "CONTINUE", "failure": None}
    return [("report", {**decision, "result": {"epoch": 1, "loss": 1.0, "st_worker_cost": d}}) for d in dollars]


def test_failures_round_trip():
    failure = Failure(FailureCause.TIMEOUT, "slow", -9, ("a", "b"), ("python", "x y.py"))
    assert failure_from_fields(failure_to_fields(failure)) == failure


def test_creation_time_comes_from_the_log():
    study = new_study()
    study.apply({"seq": 0, "time": 1e9, "elapsed": 0.0, "kind": "suggest", **study.propose()})
    assert study.trials[0].trial.creation_time == datetime.datetime.fromtimestamp(1e9)


class Attentive(TrialScheduler):
    """Notes how its trials ended."""

    def __init__(self):
        super().__init__(SPACE)
        self.ends = []

    def _suggest(self, trial_id):
        return TrialSuggestion.start_suggestion({"x": 0.5})

    def on_trial_error(self, trial):
        self.ends.append("error")

    def on_trial_remove(self, trial):
        self.ends.append("remove")

    def metric_names(self):
        return ["loss"]


@pytest.mark.parametrize(("cause", "end"), [("error", "error"), ("lost", "remove"), ("stopped_by_user", "remove")])
def test_schedulers_learn_only_from_failures_that_the_configuration_is_to_blame_for(cause, end):
    study = new_study(Attentive())
    common = {"time": 0.0, "elapsed": 0.0}
    study.apply({"seq": 0, "kind": "suggest", **common, **study.propose()})
    failure = failure_to_fields(Failure(FailureCause(cause), "made up"))
    study.apply({"seq": 1, "kind": "status", **common, "trial_id": 0, "status": Status.failed, "failure": failure})
    assert study.scheduler.ends == [end]
    assert study.trials[0].status == Status.failed
