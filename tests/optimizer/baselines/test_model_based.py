"""Model-based methods that are no Gaussian processes, as a user meets them; acceptance checks 1, 6 and 8 of 7.7."""

from __future__ import annotations

import datetime
import random

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import ASHABORE, ASHACQR, BOHB, BORE, CQR, KDE, REA, RandomSearch
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.trial import Trial

SPACE = {"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9}
FULL = [KDE, BORE, CQR]
EARLY = [BOHB, ASHABORE, ASHACQR]


def loss_of(config):
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2


def losses(scheduler, sign, num_trials, num_workers, failure_rate):
    """Workers finish in random order, some trials fail; returns the losses of the others."""
    events, running, found = random.Random(1), [], []
    for number in range(num_trials):
        trial = Trial(number, scheduler.suggest(number).config, datetime.datetime(2024, 1, 1))
        scheduler.on_trial_add(trial)
        running.append(trial)
        if len(running) < num_workers:
            continue
        finished = running.pop(events.randrange(len(running)))
        if events.random() < failure_rate:
            scheduler.on_trial_error(finished)
            continue
        found.append(loss_of(finished.config))
        scheduler.on_trial_complete(finished, {"loss": sign * found[-1], "epoch": 9})
    return found


@pytest.mark.parametrize(("num_workers", "failure_rate"), [(1, 0.0), (4, 0.1)])
@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("method", FULL)
def test_better_than_random_search(method, mode, num_workers, failure_rate):
    """7.7, check 1, in both modes; W3: ``BORE(mode="max")`` minimised."""
    sign = 1 if mode == "min" else -1
    seeds = range(3)
    mine, others = (
        [
            sum(
                sorted(losses(kind(SPACE, "loss", mode=mode, random_seed=seed), sign, 40, num_workers, failure_rate))[
                    :5
                ]
            )
            for seed in seeds
        ]
        for kind in (method, RandomSearch)
    )
    assert sum(mine) < 0.5 * sum(others)


@pytest.mark.parametrize("scheduler_type", ["stopping", "promotion"])
@pytest.mark.parametrize("method", EARLY)
def test_early_stopping_with_workers_out_of_order(method, scheduler_type):
    """7.7, checks 1 and 8: nothing of a trial is pending once it has ended, whichever way it did."""
    scheduler = method(
        SPACE, "loss", "epoch", mode="max", type=scheduler_type, max_resource_attr="epochs", random_seed=2
    )
    found = play(scheduler, num_trials=80, num_workers=4)
    assert sum(found[-30:]) < 0.7 * sum(found[:30])
    assert scheduler.searcher.dataset_size() > 80
    assert len(scheduler.searcher._history.pending_without(10**6)) == 0


def play(scheduler, num_trials, num_workers):
    """Runs all trials; returns the losses of configurations in the order in which they were suggested."""
    events, running, epochs, trials, found = random.Random(3), [], {}, {}, []
    while len(found) < num_trials or running:
        if len(found) < num_trials and len(running) < num_workers:
            suggestion = scheduler.suggest(len(trials))
            if suggestion.spawn_new_trial_id:
                trial = Trial(len(trials), suggestion.config, datetime.datetime(2024, 1, 1))
                trials[trial.trial_id], epochs[trial.trial_id] = trial, 0
                scheduler.on_trial_add(trial)
                found.append(loss_of(trial.config))
            else:
                trial = trials[suggestion.checkpoint_trial_id]
            running.append(trial)
            continue
        trial = events.choice(running)
        if not step(scheduler, trial, epochs, fails=events.random() < 0.02):
            running.remove(trial)
    return found


def step(scheduler, trial, epochs, fails):
    """One report; returns whether the trial goes on."""
    if fails:
        scheduler.on_trial_error(trial)
        return False
    epochs[trial.trial_id] += 1
    epoch = epochs[trial.trial_id]
    result = {"loss": -loss_of(trial.config) - 1 / epoch, "epoch": epoch}
    if scheduler.on_trial_result(trial, result) != "CONTINUE":
        scheduler.on_trial_remove(trial)
        return False
    if epoch == 9:
        scheduler.on_trial_complete(trial, result)
        return False
    return True


@pytest.mark.parametrize("method", [*FULL, REA])
def test_search_options_and_fixed_searcher(method):
    with pytest.raises(OptionError, match=f"{method.__name__} has a searcher of its own"):
        method(SPACE, "loss", searcher="random")
    with pytest.raises(OptionError, match="has no such option"):
        method(SPACE, "loss", search_options={"num_trees": 3})


def test_sizes_of_the_population():
    searcher = REA(SPACE, "loss", population_size=20, sample_size=5, mode="max", random_seed=1).searcher
    assert (searcher.population_size, searcher.sample_size) == (20, 5)


class OfOneKind(SchedulerContract):
    seeds = (0, 1)
    num_events = 80


class TestBOHB(OfOneKind):
    def make_scheduler(self, config_space, random_seed):
        return BOHB(config_space, "loss", "epoch", max_resource_attr="epochs", random_seed=random_seed)


class TestASHABORE(OfOneKind):
    def make_scheduler(self, config_space, random_seed):
        options = {"type": "promotion", "max_resource_attr": "epochs"}
        return ASHABORE(config_space, "loss", "epoch", random_seed=random_seed, **options)


class TestASHACQR(OfOneKind):
    def make_scheduler(self, config_space, random_seed):
        return ASHACQR(config_space, "loss", "epoch", max_resource_attr="epochs", random_seed=random_seed)


class TestREA(OfOneKind):
    repeats_configurations = True
    ends_on_finite_spaces = False

    def make_scheduler(self, config_space, random_seed):
        return REA(config_space, "loss", population_size=8, sample_size=3, random_seed=random_seed)
