"""Methods over several resources against their pseudo-code, on spaces so small that every step can be done by hand.

The parameters of the model are taken as fitted. All else is done again in the plainest way: posterior by solving with
the full covariance matrix, expected improvement by its formula, the choice by looking at all configurations.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from syne_tune.config_space import Space, uniform
from syne_tune.optimizer.baselines import MOBSTER, DyHPO
from syne_tune.trial import Trial

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9})
CONFIGS = [{"x": x, "y": y} for x in (0.1, 0.35, 0.6, 0.9) for y in (0.15, 0.5, 0.85)]
LEVELS = (1, 3, 9)
NUM_RANDOM = 4
OPTIONS = {"restrict_configurations": CONFIGS, "num_init_random": NUM_RANDOM, "boxcox_transform": False}


def loss_at(config, epoch):
    return (config["x"] - 0.4) ** 2 + (config["y"] - 0.7) ** 2 + (0.2 + 0.3 * config["x"]) / epoch


class Study:
    """Workers side by side; the trial that was started first reports first, all that it has to report at once."""

    def __init__(self, scheduler, num_workers):
        self.scheduler, self.num_workers = scheduler, num_workers
        self.trials, self.running = {}, []
        self.values = {}  # (trial, level): loss
        self.waiting = {}  # trial: level at which it is paused

    def make_room(self):
        """If all workers are busy, one of them reports."""
        if len(self.running) == self.num_workers:
            self._report(*self.running.pop(0))

    def suggest(self):
        """Gives a suggestion to a worker, and returns it."""
        number = len(self.trials)
        suggestion = self.scheduler.suggest(number)
        if suggestion.spawn_new_trial_id:
            self.trials[number] = Trial(number, suggestion.config, None)
            self.scheduler.on_trial_add(self.trials[number])
        else:
            number = int(suggestion.checkpoint_trial_id)
            del self.waiting[number]
        self.running.append((number, suggestion.config["epochs"]))
        return suggestion

    def _report(self, number, milestone):
        trial, before = self.trials[number], max((r for n, r in self.values if n == number), default=0)
        for epoch in range(before + 1, milestone + 1):
            loss = loss_at(trial.config, epoch)
            decision = self.scheduler.on_trial_result(trial, {"loss": loss, "epoch": epoch})
        self.values[number, milestone] = loss
        self.scheduler.on_trial_remove(trial)
        if decision == "PAUSE":
            self.waiting[number] = milestone

    def left(self):
        """Points that have not been tried."""
        tried = [point(trial.config) for trial in self.trials.values()]
        return [point(config) for config in CONFIGS if point(config) not in tried]


def point(config):
    return (config["x"], config["y"])


class ByHand:
    """The Gaussian process given everything known to a study, by its definition."""

    def __init__(self, study):
        model = study.scheduler.searcher._model()
        self.fitted = model._surrogate.last
        self.values, self.process = self.fitted.values, self.fitted.process
        self.x, self.targets = self.fitted.x, self.fitted.targets
        np.testing.assert_allclose(rows_of(study, study.values), self.x)

    def covariance(self, a, b):
        kernel = self.process.kernel
        return kernel.cross(self.values, kernel.features(self.values, a), kernel.features(self.values, b))

    def prior_mean(self, x):
        return self.process.mean.evaluate(self.values, x)

    def predict(self, rows, x=None, targets=None):
        """Rasmussen & Williams, eqs. (2.25) and (2.26)."""
        x, targets = (self.x, self.targets) if x is None else (x, targets)
        noise = np.diag(self.process.noise.variance(self.values, x))
        k, inverse = self.covariance(rows, x), np.linalg.inv(self.covariance(x, x) + noise)
        variance = np.diag(self.covariance(rows, rows) - k @ inverse @ k.T)
        return self.prior_mean(rows) + k @ inverse @ (targets - self.prior_mean(x)), np.sqrt(variance)

    def believing(self, rows):
        """The same, having seen at ``rows`` what it expects there."""
        x, targets = np.vstack([self.x, rows]), np.concatenate([self.targets, self.predict(rows)[0]])
        return lambda inputs: self.predict(inputs, x, targets)


def rows_of(study, pairs):
    """One row per trial and level."""
    rows = [[*point(study.trials[number].config), level / LEVELS[-1]] for number, level in pairs]
    return np.array(rows).reshape(-1, 3)


def at_level(points, level):
    return np.array([[*one, level / LEVELS[-1]] for one in points])


def log_expected_improvement(prediction, incumbent):
    mean, std = prediction
    u = (incumbent - mean) / std
    return np.log(std * (norm.pdf(u) + u * norm.cdf(u)))


def by_successive_halving(study):
    """Algorithm 2 of ASHA: from the top, the best trial that waits, if it is in the better third of its rung."""
    for level in reversed(LEVELS[:-1]):
        rung = sorted(value for (_, r), value in study.values.items() if r == level)
        waiting = [number for number, r in study.waiting.items() if r == level]
        if len(rung) > 1 and waiting:
            best = min(waiting, key=lambda number: study.values[number, level])
            if study.values[best, level] <= np.quantile(rung, 1 / 3):
                return best
    return None


def bohb_level(study):
    numbers = {level: sum(r == level for _, r in study.values) for level in LEVELS}
    return max((level for level, number in numbers.items() if number >= 3), default=1)


def test_mobster():
    """Klein et al. 2020: asynchronous successive halving; new configurations by expected improvement.

    The model knows all values, and believes what it expects of trials that run, and of those that have no value at the
    level where configurations are compared. That is the highest one with three values (BOHB).
    """
    common = {"max_resource_attr": "epochs", "random_seed": 3, "points_to_evaluate": [], "search_options": OPTIONS}
    study = Study(MOBSTER(SPACE, "loss", "epoch", type="promotion", **common), num_workers=2)
    num_promoted = 0
    while study.left():
        study.make_room()
        promoted, level, left = by_successive_halving(study), bohb_level(study), study.left()
        suggestion = study.suggest()
        if promoted is not None:
            assert int(suggestion.checkpoint_trial_id) == promoted
            num_promoted += 1
        elif len(study.trials) > NUM_RANDOM:
            values = improvements(study, study.running[:-1], left, level)
            assert point(suggestion.config) == left[int(np.argmax(values))]
            assert suggestion.facts["level"] == level
            assert suggestion.facts["acquisition"] == pytest.approx(values.max(), abs=1e-5)
    assert num_promoted > 3


def improvements(study, running, points, level):
    """Logarithms of expected improvement by new configurations, for MOBSTER."""
    by_hand, tried = ByHand(study), {number for number, _ in study.values}
    without_value = [(number, level) for number in tried if (number, level) not in study.values]
    assumed = by_hand.believing(rows_of(study, [*running, *without_value]))
    known = rows_of(study, [(number, level) for number in {*tried, *(number for number, _ in running)}])
    return log_expected_improvement(assumed(at_level(points, level)), assumed(known)[0].min())


def test_dyhpo():
    """Wistuba et al. 2022, algorithm 1: each trial competes at the level it would go to next, new ones at the lowest.

    The improvement is that over the best at the same level, or over the best of all as long as there is no value.
    """
    options = {**OPTIONS, "resource_acq": "first"}
    common = {"max_resource_attr": "epochs", "random_seed": 3, "points_to_evaluate": [], "search_options": options}
    study, kinds = Study(DyHPO(SPACE, "loss", "epoch", probability_sh=0.0, **common), num_workers=1), set()
    for _ in range(22):
        study.make_room()
        waiting, left = dict(study.waiting), study.left()
        suggestion = study.suggest()
        if len(study.trials) > NUM_RANDOM or not suggestion.spawn_new_trial_id:
            values = competition(study, waiting, left)
            winner = max(values, key=values.__getitem__)
            is_new = suggestion.spawn_new_trial_id
            assert winner == (point(suggestion.config) if is_new else int(suggestion.checkpoint_trial_id))
            assert suggestion.facts["acquisition"] == pytest.approx(values[winner], abs=1e-5)
            kinds.add(is_new)
    assert kinds == {True, False}


def competition(study, waiting, points):
    """Logarithms of expected improvement by trial that waits, and by new configuration, for DyHPO."""
    by_hand, next_level = ByHand(study), dict(pairwise(LEVELS))

    def improvement(one, level):
        there = [number for number, r in study.values if r == level] or [number for number, _ in study.values]
        incumbent = by_hand.predict(rows_of(study, [(number, level) for number in there]))[0].min()
        return log_expected_improvement(by_hand.predict(at_level([one], level)), incumbent)[0]

    paused = {
        number: improvement(point(study.trials[number].config), next_level[level])
        for number, level in waiting.items()
        if level in next_level
    }
    return {**paused, **{one: improvement(one, LEVELS[0]) for one in points}}
