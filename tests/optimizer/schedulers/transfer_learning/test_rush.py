"""Successive halving measured by the best configurations of earlier tasks."""

import numpy as np
import pandas as pd
import pytest

from syne_tune.config_space import randint, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers import AskTellScheduler
from syne_tune.optimizer.schedulers.transfer_learning import RUSHScheduler, TransferLearningTaskEvaluations

SPACE = {"x": randint(0, 100), "epochs": 9}


def task(*best_first):
    values = np.arange(len(best_first), dtype=float).reshape(-1, 1, 1, 1)
    return TransferLearningTaskEvaluations(SPACE, pd.DataFrame({"x": best_first}), ["loss"], values)


TASKS = {"a": task(30, 31), "b": task(30, 7), "c": task(20, 9)}


def make(tasks=TASKS, space=SPACE, **kwargs):
    return RUSHScheduler(space, tasks, "loss", max_resource_attr="epochs", random_seed=3, **kwargs)


def suggested(scheduler, count):
    return [scheduler.suggest(number).config["x"] for number in range(count)]


def test_known_configurations_come_first_in_the_order_of_tasks_then_those_of_the_user():
    scheduler = make(custom_rush_points=[{"x": 50}, {"x": 20}], points_to_evaluate=[{"x": 60}])
    assert suggested(scheduler, 4) == [30, 20, 50, 60]
    assert suggested(make(num_hyperparameters_per_task=2), 5) == [30, 31, 7, 20, 9]


def test_without_points_of_the_user_none_follow():
    assert suggested(make(), 2) == [30, 20]


def run(scheduler, loss, count):
    """Which trials got to the end, by value of x."""
    ask_tell, ended = AskTellScheduler(scheduler), {}
    for _ in range(count):
        trial = ask_tell.ask()
        x = trial.config["x"]
        for epoch in range(1, 10):
            ended[x] = epoch
            decision = ask_tell.tell(trial, {"loss": loss(x), "epoch": epoch}, is_final=epoch == 9)
            if decision != "CONTINUE":
                break
    return ended


def test_w18_duplicates_do_not_make_thresholds_of_ordinary_trials():
    """W18: thresholds belonged to trial ids below n, but duplicates were removed from the list of n points.

    Here the best of two tasks coincide. The third trial is an ordinary one and worse: it must stop at once, and must
    not be exempt.
    """
    ended = run(make(points_to_evaluate=[{"x": 60}]), lambda x: abs(x - 25), 3)
    assert ended == {30: 9, 20: 9, 60: 1}
    assert make().suggest(0).facts["bracket"] == 0


def test_w18_the_order_does_not_depend_on_hashes():
    """W18: duplicates were removed by a set."""
    tasks = {str(x): task(x) for x in (90, 10, 50, 10, 70)}
    assert suggested(make(tasks), 4) == [90, 10, 50, 70]


def test_mode_max():
    tasks = {"a": task(1, 2, 3)}
    scheduler = RUSHScheduler(SPACE, tasks, "loss", mode="max", max_t=9, random_seed=1)
    assert scheduler.suggest(0).config["x"] == 3


def test_promotion_pauses():
    scheduler = make(type="promotion")
    assert scheduler.does_pause_resume()
    assert scheduler.scheduler_type == "rush_promotion"


def test_c10_model_based_searchers_work():
    """C10: there was no model-based searcher with RUSH types."""
    space = {"x": uniform(0, 100), "epochs": 9}
    ended = run(make(space=space, searcher="bayesopt"), lambda x: abs(x - 25) / 100, 8)
    assert len(ended) == 8


def test_numbers_out_of_range_are_moved_to_the_bound():
    assert suggested(make(space={"x": randint(25, 100), "epochs": 9}), 2) == [30, 25]


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"type": "rush_stopping"}, "'stopping'"),
        ({"rung_system_kwargs": {"num_threshold_candidates": 1}}, "rung_system_kwargs"),
        ({"gracy_period": 1}, "grace_period"),
    ],
)
def test_mistakes_name_the_legal_values(arguments, match):
    with pytest.raises(OptionError, match=match):
        make(**arguments)
