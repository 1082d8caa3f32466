from __future__ import annotations

import math

import numpy as np
import pytest

from syne_tune.config_space import choice, ordinal, randint, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.pareto.hypervolume import hypervolume
from syne_tune.optimizer.schedulers.multiobjective import NSGA2Searcher
from syne_tune.testing.searchers import SearcherContract

METRICS = ["loss", "latency"]


class TestNSGA2Searcher(SearcherContract):
    metric = METRICS

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return NSGA2Searcher(
            config_space, METRICS, points_to_evaluate=points_to_evaluate, population_size=5, random_seed=random_seed
        )


def run(searcher, evaluate, num_trials):
    points = []
    for number in range(num_trials):
        config = searcher.get_config(trial_id=str(number))
        searcher.register_pending(str(number), config)
        values = evaluate(config)
        points.append(values)
        searcher.on_trial_result(str(number), config, dict(zip(METRICS, values, strict=True)), update=True)
        searcher.cleanup_pending(str(number))
    return np.array(points)


def zdt1(config):
    """Zitzler, Deb, Thiele 2000; the front is at y = z = 0."""
    g = 1 + 4.5 * (config["y"] + config["z"])
    return config["x"], g * (1 - math.sqrt(config["x"] / g))


ZDT1 = {name: uniform(0, 1) for name in "xyz"}


def test_better_than_random_search():
    def volume(searcher):
        return hypervolume(run(searcher, zdt1, 150), np.array([1.1, 2.0]))

    for seed in range(2):
        bred = volume(NSGA2Searcher(ZDT1, METRICS, random_seed=seed))
        at_random = volume(NSGA2Searcher(ZDT1, METRICS, population_size=150, random_seed=seed))
        assert bred > at_random + 0.1


def test_modes():
    searcher = NSGA2Searcher(ZDT1, METRICS, mode=["min", "max"], population_size=6, random_seed=0)
    run(searcher, lambda config: (config["x"], 1 - config["x"]), 100)
    assert all(member.config["x"] < 0.1 for member in searcher._population.values())


def test_initial_points_are_used():
    """W16: points_to_evaluate were ignored."""
    searcher = NSGA2Searcher(ZDT1, METRICS, points_to_evaluate=[{"x": 0.25}, {"y": 0.75}], random_seed=0)
    assert searcher.get_config()["x"] == 0.25
    assert searcher.get_config()["y"] == 0.75


def test_values_belong_to_their_configurations():
    """W16: objectives were ordered by completion, configurations by creation."""
    searcher = NSGA2Searcher(ZDT1, METRICS, population_size=4, random_seed=0)
    configs = [searcher.get_config(trial_id=str(number)) for number in range(4)]
    for number in reversed(range(4)):
        loss, latency = zdt1(configs[number])
        searcher.on_trial_result(str(number), configs[number], {"loss": loss, "latency": latency}, update=True)
    for member in searcher._population.values():
        assert tuple(member.costs) == zdt1(member.config)


def test_more_running_than_the_population_holds():
    """C13: more outstanding trials than members was an exception."""
    searcher = NSGA2Searcher(ZDT1, METRICS, population_size=3, random_seed=0)
    assert all(searcher.get_config(trial_id=str(number)) for number in range(20))


def test_small_discrete_spaces():
    """C13: small discrete spaces were a TypeError, ordinals were refused."""
    space = {"a": choice(["u", "v"]), "b": ordinal([1, 2, 3]), "c": randint(1, 3)}
    searcher = NSGA2Searcher(space, METRICS, population_size=3, random_seed=0)
    run(searcher, lambda config: (config["b"], config["c"]), 18)
    assert searcher.get_config() is None


def test_failed_trials_hold_nothing_up():
    """C13: a failed trial stalled its generation."""
    searcher = NSGA2Searcher(ZDT1, METRICS, population_size=4, random_seed=0)
    for number in range(30):
        config = searcher.get_config(trial_id=str(number))
        if number % 3:
            searcher.evaluation_failed(str(number))
        else:
            loss, latency = zdt1(config)
            searcher.on_trial_result(str(number), config, {"loss": loss, "latency": latency}, update=True)
    assert searcher.dataset_size() == 4
    assert "child of trials" in searcher.explain(config)[0]
    searcher.on_trial_result("x", config, {"loss": math.nan, "latency": 1.0}, update=True)
    assert searcher.dataset_size() == 4


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"metric": ["loss"]}, "at least two"),
        ({"metric": "loss"}, "at least two"),
        ({"metric": ["loss", "loss"]}, "named once"),
        ({"population_size": 1}, "population_size"),
        ({"mode": ["min"]}, "one for each"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        NSGA2Searcher(ZDT1, **{"metric": METRICS, **kwargs})
