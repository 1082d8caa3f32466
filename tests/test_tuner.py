"""The loop: limits, failures, retries, observers, results; on the in-process backend, which is deterministic."""

import json
import logging
import pickle

import pandas as pd
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.in_process_backend import InProcessBackend
from syne_tune.callbacks import ExtraResultsComposer, StoreResultsCallback, TunerCallback
from syne_tune.config_space import randint, uniform
from syne_tune.errors import BackendError, EventLogError, ExperimentInUseError, OptionError, TooManyFailuresError
from syne_tune.event_log import read_events
from syne_tune.optimizer.baselines import ASHA, RandomSearch
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler, TrialSuggestion

SPACE = {"x": uniform(0, 1), "epochs": 3}


def objective(x, epochs):
    for epoch in range(1, epochs + 1):
        yield {"epoch": epoch, "loss": (x - 0.3) ** 2 + 1 / epoch}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    return tmp_path


def make_tuner(function=objective, scheduler=None, space=None, **options):
    options.setdefault("stop_criterion", StoppingCriterion(max_num_trials_finished=5))
    options.setdefault("n_workers", 2)
    options.setdefault("tuner_name", "study")
    options.setdefault("suffix_tuner_name", False)
    scheduler = scheduler or RandomSearch(space or SPACE, metric="loss", random_seed=0)
    return Tuner(InProcessBackend(function), scheduler, **options)


def events_of(tuner, kind):
    return [event for event in read_events(tuner.tuner_path / "events.jsonl") if event["kind"] == kind]


class Listener(TunerCallback):
    def __init__(self):
        self.calls = []

    def __getattribute__(self, name):
        if name.startswith("on_"):
            return lambda *args: self.calls.append((name, args))
        return super().__getattribute__(name)

    def count(self, name):
        return sum(call[0] == name for call in self.calls)


def test_a_run_leaves_the_documented_files_and_the_best_configuration(folder, capsys):
    tuner = make_tuner(metadata={"mine": 1})
    tuner.run()
    trial_id, config = tuner.best_config()
    results = pd.read_csv(folder / "study" / "results.csv.zip")
    best = results.sort_values("loss").iloc[0]
    assert trial_id == best["trial_id"]
    assert config["x"] == best["config_x"]
    assert config["epochs"] == 3
    assert {"loss", "epoch", "st_decision", "st_status", "trial_id", "config_x", "st_tuner_time"} <= set(
        results.columns
    )
    metadata = json.loads((folder / "study" / "metadata.json").read_text())
    assert metadata["metric_names"] == ["loss"]
    assert metadata["metric_mode"] == "min"
    assert metadata["scheduler_name"] == "RandomSearch"
    assert metadata["backend"] == "InProcessBackend"
    assert metadata["mine"] == 1
    assert {"st_tuner_creation_timestamp", "st_tuner_start_timestamp", "entrypoint"} <= set(metadata)
    assert "x" in json.loads(metadata["config_space"])
    assert f"best {best['loss']}" in capsys.readouterr().out


@pytest.mark.parametrize("n_workers", [1, 3])
def test_limits_are_exact(n_workers):
    tuner = make_tuner(stop_criterion=StoppingCriterion(max_num_trials_started=4), n_workers=n_workers)
    tuner.run()
    assert tuner.tuning_status.num_trials_started == 4
    assert tuner.tuning_status.num_trials_completed == 4
    tuner = make_tuner(stop_criterion=StoppingCriterion(max_num_evaluations=7), n_workers=n_workers, tuner_name="two")
    tuner.run()
    assert len(events_of(tuner, "report")) == 7


def test_never_more_trials_than_workers():
    listener = Listener()
    tuner = make_tuner(callbacks=[listener], n_workers=3)
    tuner.run()
    running = most = 0
    for name, _ in listener.calls:
        running += name == "on_start_trial"
        running -= name == "on_trial_complete"
        most = max(most, running)
    assert most == 3


def test_synchronous_scheduling_waits_for_all_workers():
    listener = Listener()
    make_tuner(callbacks=[listener], asynchronous_scheduling=False, n_workers=2).run()
    order = [name for name, _ in listener.calls if name in ("on_start_trial", "on_trial_complete")]
    assert order[:6] == ["on_start_trial"] * 2 + ["on_trial_complete"] * 2 + ["on_start_trial"] * 2


def test_w02_every_started_trial_is_polled_when_workers_count_as_busy_until_their_job_is_gone():
    tuner = make_tuner(
        start_jobs_without_delay=False, stop_criterion=StoppingCriterion(max_num_trials_started=9), n_workers=3
    )
    tuner.run()
    assert tuner.tuning_status.num_trials_completed == 9


class SlowToEnd(InProcessBackend):
    """Paused jobs occupy their workers for a few more turns of the loop."""

    def __init__(self, function):
        super().__init__(function)
        self.turns_left = {}

    def _pause_trial(self, trial_id, result):
        super()._pause_trial(trial_id, result)
        self.turns_left[trial_id] = 3

    def busy_trial_ids(self):
        self.turns_left = {trial_id: number - 1 for trial_id, number in self.turns_left.items() if number > 1}
        return [*super().busy_trial_ids(), *((trial_id, "Stopping") for trial_id in self.turns_left)]


def test_run_goes_on_when_all_workers_are_occupied_by_jobs_that_are_just_ending():
    scheduler = ASHA(
        SPACE, metric="loss", resource_attr="epoch", max_resource_attr="epochs", type="promotion", random_seed=0
    )
    tuner = Tuner(
        SlowToEnd(objective),
        scheduler,
        stop_criterion=StoppingCriterion(max_num_trials_started=7),
        n_workers=2,
        start_jobs_without_delay=False,
        tuner_name="study",
        suffix_tuner_name=False,
        sleep_time=0.01,
    )
    tuner.run()
    assert tuner.tuning_status.num_trials_started == 7


def test_running_trials_may_end_after_the_criterion_fired():
    tuner = make_tuner(
        stop_criterion=StoppingCriterion(max_num_evaluations=1), wait_trial_completion_when_stopping=True, n_workers=2
    )
    tuner.run()
    assert tuner.tuning_status.num_trials_completed == 2
    assert len(events_of(tuner, "report")) == 6


def test_an_exhausted_space_ends_the_run():
    tuner = make_tuner(space={"x": randint(1, 3), "epochs": 1}, stop_criterion=StoppingCriterion(), n_workers=2)
    tuner.run()
    assert sorted(event["config"]["x"] for event in events_of(tuner, "suggest") if event["config"]) == [1, 2, 3]
    assert events_of(tuner, "end")[0]["reason"] == "nothing is left to try"


def test_order_of_callbacks_and_w36_inputs_are_not_changed():
    listener = Listener()
    callbacks, metadata = [listener], {"a": 1}
    tuner = make_tuner(callbacks=callbacks, metadata=metadata)
    tuner.run()
    names = [name for name, _ in listener.calls]
    assert names[0] == "on_tuning_start"
    assert names[-1] == "on_tuning_end"
    assert names.index("on_loop_start") < names.index("on_fetch_status_results") < names.index("on_start_trial")
    assert listener.count("on_trial_result") == len(events_of(tuner, "report"))
    assert callbacks == [listener]
    assert metadata == {"a": 1}


def test_results_are_stored_even_if_only_other_callbacks_are_given(folder):
    """P37: a list of callbacks does not disable the storage of results."""
    make_tuner(callbacks=[Listener()]).run()
    assert len(pd.read_csv(folder / "study" / "results.csv.zip")) > 0


def test_a_broken_callback_is_reported_and_the_run_goes_on(caplog):
    class Broken(TunerCallback):
        def on_trial_result(self, trial, status, result, decision):
            result["loss"] = "spoiled"
            raise RuntimeError("mine")

    tuner = make_tuner(callbacks=[Broken()])
    tuner.run()
    assert tuner.tuning_status.num_trials_finished >= 5
    assert "Broken.on_trial_result failed" in caplog.text
    assert all(isinstance(event["result"]["loss"], float) for event in events_of(tuner, "report"))


def test_extra_results_become_columns():
    class Started(ExtraResultsComposer):
        def __call__(self, tuner):
            return {"started": tuner.tuning_status.num_trials_started}

    callback = StoreResultsCallback(extra_results_composer=Started())
    make_tuner(callbacks=[callback]).run()
    assert set(callback.dataframe()["started"]) <= {2, 3, 4, 5, 6}


def failing(x, epochs):
    yield {"epoch": 1, "loss": x}
    raise ValueError(f"cannot train with x={x}")


def test_too_many_failures_end_the_run_with_all_of_them_listed():
    listener = Listener()
    tuner = make_tuner(failing, callbacks=[listener], max_failures=2)
    with pytest.raises(TooManyFailuresError, match="cannot train with") as error:
        tuner.run()
    assert isinstance(error.value, ValueError)
    assert str(error.value).count("(error)") == 3
    assert listener.count("on_trial_failed") == 3
    assert len(events_of(tuner, "report")) >= 3, "what was reported before is kept"


def test_failures_within_the_budget_do_not_end_the_run():
    def sometimes(x, epochs):
        yield {"epoch": 1, "loss": x}
        if x > 0.6:
            raise ValueError("too large")

    tuner = make_tuner(sometimes, max_failures=100, stop_criterion=StoppingCriterion(max_num_trials_finished=12))
    tuner.run()
    assert tuner.tuning_status.num_trials_failed >= 1
    assert tuner.tuning_status.num_trials_completed >= 1


def test_a_trial_without_report_is_a_failure_not_the_end_of_everything():
    def silent(x, epochs):
        if x < 0.5:
            yield {"epoch": 1, "loss": x}

    tuner = make_tuner(silent, max_failures=100, stop_criterion=StoppingCriterion(max_num_trials_finished=12))
    tuner.run()
    causes = [event["failure"]["cause"] for event in events_of(tuner, "status") if event["failure"]]
    assert set(causes) == {"no_report"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_non_finite_metric_fails_its_trial_only(value):
    def diverging(x, epochs):
        yield {"epoch": 1, "loss": 1.0}
        yield {"epoch": 2, "loss": value if x > 0.5 else 0.5}
        yield {"epoch": 3, "loss": 0.1}

    tuner = make_tuner(diverging, max_failures=0, stop_criterion=StoppingCriterion(max_num_trials_finished=10))
    tuner.run()
    failed = [event["trial_id"] for event in events_of(tuner, "report") if event.get("failure")]
    assert failed
    assert tuner.tuning_status.num_trials_failed == len(failed)
    assert all(tuner.last_seen_result_per_trial[i]["epoch"] == 2 for i in failed)
    assert tuner.tuning_status.overall_metric_statistics.max_metrics["loss"] == 1.0


@pytest.mark.parametrize("result", [{"los": 1.0}, {"loss": "low"}, {"loss": None}, {"loss": True}])
def test_a_useless_report_names_trial_metric_and_value(result):
    def useless(x, epochs):
        yield {"epoch": 1, **result}

    tuner = make_tuner(useless, max_failures=0)
    with pytest.raises(TooManyFailuresError, match="loss"):
        tuner.run()


class InterruptAfter(TunerCallback):
    """Interrupts the run once."""

    def __init__(self, reports):
        self._num_left = reports

    def on_trial_result(self, trial, status, result, decision):
        self._num_left -= 1
        if self._num_left == 0:
            raise KeyboardInterrupt


class PauseOnce(TrialScheduler):
    """Pauses every trial after its first report, and resumes it at the next opportunity."""

    resource_attr = "epoch"

    def __init__(self, config_space):
        super().__init__(config_space)
        self.paused = []

    def _suggest(self, trial_id):
        if self.paused:
            return TrialSuggestion.resume_suggestion(self.paused.pop(0))
        return TrialSuggestion.start_suggestion({"x": 0.5}) if trial_id < 3 else None

    def on_trial_result(self, trial, result):
        return SchedulerDecision.PAUSE if result["epoch"] == 1 else SchedulerDecision.CONTINUE

    def on_trial_remove(self, trial):
        self.paused.append(trial.trial_id)

    def metric_names(self):
        return ["loss"]


def test_pause_and_resume():
    listener = Listener()
    tuner = make_tuner(
        scheduler=PauseOnce(SPACE), callbacks=[listener], stop_criterion=StoppingCriterion(), n_workers=1
    )
    tuner.run()
    assert listener.count("on_resume_trial") == 3
    assert tuner.tuning_status.num_trials_completed == 3
    reports = [(event["trial_id"], event["result"]["epoch"]) for event in events_of(tuner, "report")]
    assert sorted(reports) == [(i, epoch) for i in range(3) for epoch in (1, 2, 3)]


def test_delete_checkpoints_of_completed_trials():
    """W-10."""
    tuner = make_tuner()
    tuner.trial_backend.delete_checkpoints = True
    deleted = []
    tuner.trial_backend.delete_checkpoint = deleted.append
    tuner.run()
    assert set(deleted) >= {i for i, s in tuner.tuning_status.last_trial_status_seen.items() if s == "Completed"}


def test_a_finished_experiment_is_not_overwritten():
    make_tuner().run()
    with pytest.raises(ExperimentInUseError, match=r"Tuner\.load"):
        make_tuner().run()


def test_a_second_run_goes_on_with_interrupted_trials():
    tuner = make_tuner(stop_criterion=StoppingCriterion(max_num_evaluations=4), n_workers=2)
    tuner.run()
    assert tuner.tuning_status.num_trials_running == 0
    tuner.stop_criterion = StoppingCriterion(max_num_evaluations=12)
    tuner.run()
    reports = [(event["trial_id"], event["result"]["epoch"]) for event in events_of(tuner, "report")]
    assert len(reports) == len(set(reports)) == 12
    assert len(events_of(tuner, "retry")) >= 1


class Obstructed(InProcessBackend):
    """Can neither start the third trial, nor stop the others."""

    def start_trial(self, config, **kwargs):
        if self.new_trial_id() == 2:
            raise BackendError("there is no space for another trial")
        return super().start_trial(config, **kwargs)

    def stop_all(self):
        raise BackendError("there is no space for a marker")


def test_an_error_is_not_hidden_by_what_follows_from_it(folder):
    closed = []
    backend = Obstructed(objective)
    backend.close = lambda: closed.append(True)
    scheduler = RandomSearch(SPACE, metric="loss", random_seed=0)
    tuner = Tuner(backend, scheduler, StoppingCriterion(max_num_trials_finished=5), n_workers=3)
    with pytest.raises(BackendError, match="another trial") as error:
        tuner.run()
    assert error.value.__context__ is None
    assert closed == [True]


class InterruptedInThought(RandomSearch):
    """Interrupted once, when it has drawn a configuration but not yet said it."""

    at_trial = None

    def suggest(self, *args, **kwargs):
        suggestion = super().suggest(*args, **kwargs)
        if kwargs.get("trial_id", args[0] if args else None) == InterruptedInThought.at_trial:
            InterruptedInThought.at_trial = None
            raise KeyboardInterrupt
        return suggestion


def test_an_interruption_while_the_scheduler_thinks_leaves_no_trace(folder, monkeypatch):
    """The snapshot once held what the scheduler had drawn, and the next run went on with the draw after it."""

    def configs(tuner):
        return [event["config"] for event in events_of(tuner, "suggest")]

    def tuner_called(name):
        scheduler = InterruptedInThought(SPACE, metric="loss", random_seed=0)
        return make_tuner(scheduler=scheduler, n_workers=1, tuner_name=name)

    reference = tuner_called("reference")
    reference.run()
    monkeypatch.setattr(InterruptedInThought, "at_trial", 2)
    interrupted = tuner_called("interrupted")
    with pytest.raises(KeyboardInterrupt):
        interrupted.run()
    with pytest.raises(EventLogError, match=r"in the middle of a decision.*Tuner\.load\(.*interrupted'\)\.run\(\)$"):
        interrupted.run()  # it once went on with the draw after the one that was not said
    resumed = Tuner.load(folder / "interrupted")
    resumed.run()
    assert configs(resumed) == configs(reference)


class InterruptedWhenToldOfTheEnd(RandomSearch):
    """Interrupted once, when it is told that a trial has ended: in the middle of an event."""

    at_trial = None

    def on_trial_complete(self, trial, result):
        if trial.trial_id == InterruptedWhenToldOfTheEnd.at_trial:
            InterruptedWhenToldOfTheEnd.at_trial = None
            raise KeyboardInterrupt
        super().on_trial_complete(trial, result)


def test_an_interruption_in_the_middle_of_an_event_is_no_failure_of_trials_that_run(folder, monkeypatch):
    """Each such interruption once counted as one of the retries that a trial has."""
    tuner = make_tuner(scheduler=InterruptedWhenToldOfTheEnd(SPACE, metric="loss", random_seed=0), n_workers=3)
    for trial_id in range(4):
        monkeypatch.setattr(InterruptedWhenToldOfTheEnd, "at_trial", trial_id)
        with pytest.raises(KeyboardInterrupt):
            tuner.run()
        with pytest.raises(EventLogError, match="in the middle of a decision"):
            tuner.run()
        tuner = Tuner.load(folder / "study")
    tuner.run()
    assert tuner.tuning_status.num_trials_completed >= 5
    messages = {event["failure"]["message"] for event in events_of(tuner, "retry")}
    assert messages == {"it was running when the previous run ended"}
    reports = [(event["trial_id"], event["result"]["epoch"]) for event in events_of(tuner, "report")]
    assert len(reports) == len(set(reports))


@pytest.mark.parametrize("save_tuner", [True, False])
def test_a_tuner_in_doubt_says_whether_it_can_be_loaded(monkeypatch, save_tuner):
    monkeypatch.setattr(InterruptedInThought, "at_trial", 1)
    tuner = make_tuner(scheduler=InterruptedInThought(SPACE, metric="loss", random_seed=0), save_tuner=save_tuner)
    with pytest.raises(KeyboardInterrupt):
        tuner.run()
    for go_on in (tuner.run, tuner.save):
        with pytest.raises(EventLogError) as error:
            go_on()
        assert ("save_tuner=True" in str(error.value)) is not save_tuner


class InterruptedWhenTold(TunerCallback):
    """Interrupted once, when it is told of a report."""

    at_report = None

    def on_trial_result(self, trial, status, result, decision):
        if (trial.trial_id, result["epoch"]) == InterruptedWhenTold.at_report:
            InterruptedWhenTold.at_report = None
            raise KeyboardInterrupt


def test_an_interruption_of_a_callback_costs_no_row_of_the_results(folder, monkeypatch):
    """The snapshot once lacked the row of a report that was in the log already."""
    monkeypatch.setattr(InterruptedWhenTold, "at_report", (1, 2))
    with pytest.raises(KeyboardInterrupt):
        make_tuner(callbacks=[InterruptedWhenTold()]).run()
    resumed = Tuner.load(folder / "study")
    resumed.run()
    rows = pd.read_csv(folder / "study" / "results.csv.zip")[["trial_id", "epoch"]].to_numpy().tolist()
    assert rows == [[event["trial_id"], event["result"]["epoch"]] for event in events_of(resumed, "report")]


def test_interrupted_trials_do_not_count_as_finished():
    """A second run once ended before it began: as many trials as were to finish had been interrupted."""
    interruption = InterruptAfter(reports=3)
    tuner = make_tuner(
        stop_criterion=StoppingCriterion(max_num_trials_finished=2), n_workers=2, callbacks=[interruption]
    )
    with pytest.raises(KeyboardInterrupt):
        tuner.run()
    interrupted = [event for event in events_of(tuner, "status") if event.get("interrupted")]
    assert [event["status"] for event in interrupted] == ["Stopped"] * 2
    assert len({(event["time"], event["elapsed"]) for event in interrupted}) == 1
    assert tuner.tuning_status.num_trials_finished == 0
    tuner.run()
    assert tuner.tuning_status.num_trials_completed == 2
    rows = pd.read_csv(tuner.tuner_path / "results.csv.zip")[["trial_id", "epoch"]].to_numpy().tolist()
    reported = [[event["trial_id"], event["result"]["epoch"]] for event in events_of(tuner, "report")]
    assert rows == reported, "those are told as well who come after a callback that was interrupted"


def test_saving_and_loading(folder):
    """W-22: a loaded tuner knows its trials, its budget and its results."""
    tuner = make_tuner(stop_criterion=StoppingCriterion(max_num_evaluations=4))
    tuner.run()
    loaded = Tuner.load(folder / "study")
    assert loaded.best_config() == tuner.best_config()
    assert loaded.tuning_status.wallclock_time == pytest.approx(tuner.tuning_status.wallclock_time, abs=1.0)
    loaded.stop_criterion = StoppingCriterion(max_num_evaluations=9)
    loaded.run()
    assert len(events_of(loaded, "report")) == 9
    assert len(pd.read_csv(folder / "study" / "results.csv.zip")) == 9


def test_a_moved_experiment_can_be_loaded(folder):
    tuner = make_tuner(stop_criterion=StoppingCriterion(max_num_evaluations=4))
    tuner.run()
    (folder / "study").rename(folder / "moved")
    loaded = Tuner.load(folder / "moved")
    loaded.stop_criterion = StoppingCriterion(max_num_evaluations=6)
    loaded.run()
    assert loaded.tuner_path == folder / "moved"
    assert len(events_of(loaded, "report")) == 6


def test_an_unpicklable_scheduler_runs_with_a_warning(caplog):
    class Unpicklable(PauseOnce):
        def __reduce__(self):
            raise TypeError("holds a socket")

    tuner = make_tuner(scheduler=Unpicklable(SPACE), stop_criterion=StoppingCriterion())
    tuner.run()
    assert "cannot be resumed" in caplog.text
    assert "holds a socket" in caplog.text


def test_best_config_refuses_what_it_cannot_know():
    tuner = make_tuner()
    with pytest.raises(OptionError, match="no trial has reported"):
        tuner.best_config()
    with pytest.raises(OptionError, match="did you mean 'loss'"):
        tuner.best_config("los")


@pytest.mark.parametrize("options", [{"n_workers": 0}, {"n_workers": 1.5}, {"max_failures": -1}, {"tuner_name": "a b"}])
def test_bad_arguments_are_refused(options):
    with pytest.raises(OptionError):
        make_tuner(**options)


def test_a_tuner_can_be_pickled_in_the_middle_of_a_run():
    class PickleAlways(TunerCallback):
        def on_trial_result(self, trial, status, result, decision):
            sizes.append(len(pickle.dumps(holder[0]._study)))

    sizes, holder = [], []
    holder.append(make_tuner(callbacks=[PickleAlways()], save_tuner=False))
    holder[0].run()
    assert len(sizes) >= 5


def test_stopping_with_asha_and_reasons_in_the_log():
    scheduler = ASHA(
        {**SPACE, "epochs": 9}, metric="loss", resource_attr="epoch", max_resource_attr="epochs", random_seed=0
    )
    tuner = make_tuner(scheduler=scheduler, n_workers=4, stop_criterion=StoppingCriterion(max_num_trials_finished=30))
    tuner.run()
    stops = [event for event in events_of(tuner, "report") if event["decision"] == "STOP"]
    assert stops
    assert all(event["reason"] for event in stops)
    assert tuner.trials_scheduler_stopped
    assert all(event["reason"] for event in events_of(tuner, "suggest") if event["action"] == "start")


def test_status_table_is_logged(caplog):
    with caplog.at_level(logging.INFO):
        make_tuner(print_update_interval=0.0).run()
    assert "tuning status (last metric is reported)" in caplog.text
