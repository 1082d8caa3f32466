"""Bayesian optimisation as a user meets it; acceptance check 1 of 7.7."""

from __future__ import annotations

import datetime
import random

import pytest

from syne_tune.config_space import choice, uniform
from syne_tune.optimizer.baselines import BayesianOptimization, RandomSearch
from syne_tune.trial import Trial

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1), "kind": choice(["a", "b", "c"]), "epochs": 3}


def loss_of(config):
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2 + 0.1 * (config["kind"] != "b")


def losses(scheduler, sign, num_trials, num_workers, failure_rate):
    """Workers finish in random order, some trials fail; returns the losses of the others."""
    events, running, found = random.Random(1), [], []
    for number in range(num_trials):
        suggestion = scheduler.suggest(number)
        trial = Trial(number, suggestion.config, datetime.datetime(2024, 1, 1))
        scheduler.on_trial_add(trial)
        running.append(trial)
        if len(running) < num_workers:
            continue
        finished = running.pop(events.randrange(len(running)))
        if events.random() < failure_rate:
            scheduler.on_trial_error(finished)
            continue
        found.append(loss_of(finished.config))
        result = {"loss": sign * found[-1]}
        scheduler.on_trial_result(finished, result)
        scheduler.on_trial_complete(finished, result)
    return found


@pytest.mark.parametrize("num_workers", [1, 4])
@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_beats_random_search_with_failures_and_out_of_order_workers(mode, sign, num_workers):
    best = [
        min(losses(method(SPACE, "loss", mode=mode, random_seed=3), sign, 40, num_workers, 0.1))
        for method in (BayesianOptimization, RandomSearch)
    ]
    assert best[0] < 1e-3 < best[1]


def test_same_seed_same_losses_without_seed_others():
    """7.4: searchers without a seed all had the same one."""
    seeded = [losses(BayesianOptimization(SPACE, "loss", random_seed=5), 1, 12, 3, 0.1) for _ in range(2)]
    assert seeded[0] == seeded[1]
    assert losses(BayesianOptimization(SPACE, "loss"), 1, 12, 3, 0.1) != losses(
        BayesianOptimization(SPACE, "loss"), 1, 12, 3, 0.1
    )
