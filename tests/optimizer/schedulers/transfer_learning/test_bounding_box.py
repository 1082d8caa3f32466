"""Searching only where earlier tasks had their best configurations."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.config_space import (
    Domain,
    Ordinal,
    OrdinalNearestNeighbor,
    Space,
    active_if,
    choice,
    finrange,
    loguniform,
    ordinal,
    randint,
    uniform,
)
from syne_tune.optimizer.baselines import ASHA, RandomSearch
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.transfer_learning import BoundingBox, TransferLearningTaskEvaluations
from syne_tune.optimizer.schedulers.transfer_learning.bounding_box import bounding_box
from syne_tune.trial import Trial

SPACE = {
    "lr": loguniform(1e-4, 1),
    "n": randint(1, 64),
    "g": finrange(0, 1, 11),
    "o": ordinal([1, 2, 4, 8, 16], kind="nn-log"),
    "p": ordinal(["s", "m", "l", "xl"], kind="equal"),
    "c": choice(["a", "b", "c"]),
    "epochs": 27,
}


def task(*configs):
    values = np.arange(len(configs), dtype=float).reshape(-1, 1, 1, 1)
    return TransferLearningTaskEvaluations(SPACE, pd.DataFrame(list(configs)), ["loss"], values)


def config(**changes):
    return {"lr": 0.01, "n": 8, "g": 0.5, "o": 2, "p": "m", "c": "a", **changes}


TASKS = {
    "first": task(config(lr=0.001, o=8, p="l", c="c"), config(n=60)),
    "second": task(config(lr=0.1, n=9, g=0.7), config(c="b")),
}


def test_w24_ordinals_stay_ordinal_and_contiguous():
    """W24: BoundingBox turned ordinals into unordered choices."""
    box = bounding_box(Space(SPACE), [config(o=8, p="l"), config(o=2, p="s")])
    assert box["o"] == OrdinalNearestNeighbor([2, 4, 8], log_scale=True)
    assert box["p"] == Ordinal(["s", "m", "l"])


def test_box_keeps_scales_and_grids():
    scheduler = BoundingBox(lambda space, mode, metric: RandomSearch(space, metric, mode=mode), SPACE, "loss", TASKS)
    box = scheduler.new_config_space
    assert box["lr"] == loguniform(0.001, 0.1)
    assert box["n"] == randint(8, 9)
    assert box["g"].values == SPACE["g"].values[5:8]
    assert box["c"].categories == ["a", "c"]
    assert box["epochs"] == 27


def test_c16_one_value_left_becomes_a_constant_that_trials_get():
    """C16: an ordinal with a single entry could not be sampled."""
    tasks = {"only": task(config())}
    scheduler = BoundingBox(lambda space, mode, metric: RandomSearch(space, metric), SPACE, "loss", tasks)
    assert not any(isinstance(value, Domain) for value in scheduler.new_config_space.values())
    assert scheduler.suggest(0).config == {**config(), "epochs": 27}


def test_k_and_mode_count():
    def make(**kwargs):
        return BoundingBox(
            lambda space, mode, metric: RandomSearch(space, metric, mode=mode), SPACE, "loss", TASKS, **kwargs
        )

    assert make(num_hyperparameters_per_task=2).new_config_space["n"] == randint(8, 60)
    best = make(mode="max")
    assert best.new_config_space["c"].categories == ["a", "b"]
    assert best.metric_mode() == "max"


def test_what_is_not_in_the_present_space_does_not_count():
    narrow = {**SPACE, "lr": loguniform(0.01, 1), "c": choice(["a", "b"])}
    box = bounding_box(Space(narrow), [config(lr=0.001), config(c="c", n=64), config(lr=0.5)])
    assert box["lr"] == loguniform(0.01, 0.5)
    assert box["n"] == 8


def test_parameters_that_others_depend_on_are_left_alone():
    space = Space({"c": choice(["a", "b"]), "m": active_if(uniform(0, 1), c="b")})
    box = bounding_box(space, [{"c": "b", "m": 0.25}, {"c": "b", "m": 0.5}])
    assert box["c"] == space["c"]
    assert (box["m"].lower, box["m"].upper) == (0.25, 0.5)
    single = bounding_box(space, [{"c": "b", "m": 0.25}])
    assert single.sample(np.random.RandomState(0)).keys() <= {"c", "m"}


def test_everything_is_handed_on():
    calls = []

    class Inner(TrialScheduler):
        def __getattribute__(self, name):
            if name.startswith(("on_trial", "prepare", "continuation")):
                return lambda *args: calls.append(name) or f"answer of {name}"
            return super().__getattribute__(name)

        def _suggest(self, trial_id):
            return None

        def metric_names(self):
            return ["loss"]

    scheduler = BoundingBox(lambda space, mode, metric: Inner(space), SPACE, "loss", TASKS)
    trial = Trial(0, config(), datetime.datetime(2024, 1, 1))
    scheduler.prepare()
    scheduler.on_trial_add(trial)
    assert scheduler.continuation(trial) == "answer of continuation"
    assert scheduler.on_trial_result(trial, {"loss": 1.0}) == "answer of on_trial_result"
    scheduler.on_trial_complete(trial, {"loss": 1.0})
    scheduler.on_trial_error(trial)
    scheduler.on_trial_remove(trial)
    endings = ["on_trial_complete", "on_trial_error", "on_trial_remove"]
    assert calls == ["prepare", "on_trial_add", "continuation", "on_trial_result", *endings]
    assert scheduler.suggest(0) is None
    assert scheduler.metadata()["scheduler_name"] == "BoundingBox"


def test_inner_schedulers_that_stop_trials_work():
    def make(space, mode, metric):
        return ASHA(space, metric, "epoch", max_resource_attr="epochs", mode=mode, random_seed=1)

    scheduler = BoundingBox(make, SPACE, "loss", TASKS)
    suggestion = scheduler.suggest(0)
    trial = Trial(0, suggestion.config, datetime.datetime(2024, 1, 1))
    scheduler.on_trial_add(trial)
    assert scheduler.on_trial_result(trial, {"loss": 1.0, "epoch": 1}) == "CONTINUE"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4))
def test_the_box_contains_what_it_was_made_of(seeds):
    space = Space(SPACE)
    configs = [space.sample(np.random.RandomState(seed)) for seed in seeds]
    box = bounding_box(space, configs)
    for found in configs:
        for name, value in found.items():
            assert box[name].is_valid(value) if isinstance(box[name], Domain) else box[name] == value


@pytest.mark.parametrize("seed", range(3))
def test_suggestions_lie_in_the_box(seed):
    scheduler = BoundingBox(
        lambda space, mode, metric: RandomSearch(space, metric, random_seed=seed), SPACE, "loss", TASKS
    )
    for trial_id in range(5):
        scheduler.new_config_space.check(scheduler.suggest(trial_id).config)
