"""Schedulers, searchers, backends and callbacks written against the documented abstract classes run unchanged."""

import datetime
from pathlib import Path

import numpy as np
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.in_process_backend import InProcessBackend
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.backend.trial_status import Status, Trial, TrialResult
from syne_tune.config_space import randint, uniform
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers import FIFOScheduler, HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers import StochasticAndFilterDuplicatesSearcher
from syne_tune.tuner_callback import TunerCallback

SPACE = {"x": uniform(0, 1), "n": randint(1, 5), "epochs": 9}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))


def objective(x, n, epochs):
    for epoch in range(1, epochs + 1):
        yield {"epoch": epoch, "loss": x * n / epoch}


class HalfStopper(TrialScheduler):
    """Stops every trial whose first value is above the running mean."""

    def __init__(self, config_space, metric):
        super().__init__(config_space)
        self._metric = metric
        self._values = []

    def _suggest(self, trial_id):
        config = {"x": float(np.random.RandomState(trial_id).uniform()), "n": 2}
        return TrialSuggestion.start_suggestion(config)

    def on_trial_result(self, trial: Trial, result):
        self._values.append(result[self._metric])
        return SchedulerDecision.STOP if result[self._metric] > np.mean(self._values) else SchedulerDecision.CONTINUE

    def metric_names(self):
        return [self._metric]

    def metric_mode(self):
        return "min"


class Greedy(StochasticAndFilterDuplicatesSearcher):
    """Stays near the best value seen."""

    def __init__(self, config_space, metric, **kwargs):
        super().__init__(config_space, metric=metric, **kwargs)
        self.best = None

    def _get_config(self, **kwargs):
        config = self._get_random_config()
        if config is not None and self.best is not None:
            config["n"] = self.best[1]["n"]
        return config

    def _update(self, trial_id, config, result):
        if self.best is None or result[self._metric] < self.best[0]:
            self.best = (result[self._metric], dict(config))


class Recorder(TunerCallback):
    def __init__(self):
        self.seen = []

    def on_trial_result(self, trial, status, result, decision):
        self.seen.append((trial.trial_id, result["epoch"], decision))


class InstantBackend(TrialBackend):
    """Only the documented abstract methods: every job is done at once."""

    def __init__(self):
        super().__init__()
        self.jobs = {}

    def _schedule(self, trial_id, config):
        self.jobs[trial_id] = config

    def _all_trial_results(self, trial_ids):
        found = []
        for trial_id in trial_ids:
            config = self.jobs[trial_id]
            metrics = [
                {"epoch": e, "loss": config["x"] * config["n"] / e, "st_worker_timestamp": float(e)} for e in (1, 2, 3)
            ]
            found.append(TrialResult(trial_id, config, datetime.datetime.now(), metrics, Status.completed))
        return found

    def _pause_trial(self, trial_id, result):
        pass

    def _resume_trial(self, trial_id):
        pass

    def _stop_trial(self, trial_id, result):
        pass

    def busy_trial_ids(self):
        return []

    def copy_checkpoint(self, src_trial_id, tgt_trial_id):
        pass

    def delete_checkpoint(self, trial_id):
        pass

    def stdout(self, trial_id):
        return []

    def stderr(self, trial_id):
        return []

    def entrypoint_path(self):
        return Path("instant.py")

    def set_entrypoint(self, entry_point):
        pass


def run(backend, scheduler, **options):
    options.setdefault("stop_criterion", StoppingCriterion(max_num_trials_finished=8))
    tuner = Tuner(backend, scheduler, n_workers=2, sleep_time=0.01, **options)
    tuner.run()
    return tuner


def test_a_scheduler_and_a_callback_of_the_users():
    recorder = Recorder()
    tuner = run(InProcessBackend(objective), HalfStopper(SPACE, "loss"), callbacks=[recorder])
    assert "STOP" in {decision for _, _, decision in recorder.seen}
    assert tuner.best_config()[1]["epochs"] == 9


@pytest.mark.parametrize("as_hyperband", [False, True])
def test_a_searcher_of_the_users(as_hyperband):
    searcher = Greedy(SPACE, metric="loss", random_seed=3)
    scheduler = (
        HyperbandScheduler(SPACE, searcher=searcher, metric="loss", resource_attr="epoch", max_resource_attr="epochs")
        if as_hyperband
        else FIFOScheduler(SPACE, searcher=searcher, metric="loss")
    )
    run(InProcessBackend(objective), scheduler)
    assert searcher.best is not None


def test_a_backend_of_the_users_with_pickling_and_resuming():
    tuner = run(InstantBackend(), RandomSearch(SPACE, metric="loss", random_seed=0))
    assert tuner.tuning_status.num_trials_completed >= 8
    loaded = Tuner.load(tuner.tuner_path)
    loaded.stop_criterion = StoppingCriterion(max_num_trials_finished=12)
    loaded.run()
    assert loaded.tuning_status.num_trials_completed >= 12


def test_any_callable_ends_a_run():
    tuner = run(
        InProcessBackend(objective),
        RandomSearch(SPACE, metric="loss"),
        stop_criterion=lambda status: status.num_trials_completed >= 3,
    )
    assert tuner.tuning_status.num_trials_completed >= 3
