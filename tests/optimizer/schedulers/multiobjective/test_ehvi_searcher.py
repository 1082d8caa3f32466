from __future__ import annotations

import math

import numpy as np
import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.pareto.hypervolume import hypervolume
from syne_tune.optimizer.schedulers import FIFOScheduler
from syne_tune.optimizer.schedulers.multiobjective import ExpectedHypervolumeSearcher
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.testing.searchers import SearcherContract

METRICS = ["loss", "latency"]
SPACE = {name: uniform(0, 1) for name in "xyz"}


class TestExpectedHypervolumeSearcher(SearcherContract):
    metric = METRICS
    seeds = (0, 1)
    num_events = 25

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return ExpectedHypervolumeSearcher(
            config_space, METRICS, points_to_evaluate=points_to_evaluate, random_seed=random_seed, opt_maxiter=5
        )


class TestInFIFOScheduler(SchedulerContract):
    seeds = (0,)
    num_events = 30

    def make_scheduler(self, config_space, random_seed):
        return FIFOScheduler(
            config_space,
            METRICS,
            mode=["min", "max"],
            searcher="ehvi",
            search_options={"opt_maxiter": 5},
            random_seed=random_seed,
        )


def zdt1(config):
    """Zitzler, Deb, Thiele 2000; the front is at y = z = 0."""
    g = 1 + 4.5 * (config["y"] + config["z"])
    return {"loss": config["x"], "latency": g * (1 - math.sqrt(config["x"] / g))}


def run(searcher, evaluate, num_trials):
    points = []
    for number in range(num_trials):
        config = searcher.get_config(trial_id=str(number))
        searcher.register_pending(str(number), config)
        result = evaluate(config)
        points.append([result[name] for name in METRICS])
        searcher.on_trial_result(str(number), config, result, update=True)
        searcher.cleanup_pending(str(number))
    return np.array(points)


def test_far_better_than_random_search():
    """7.6: there was no search by expected hypervolume improvement."""
    reference = np.array([1.1, 2.0])
    at_random = run(ExpectedHypervolumeSearcher(SPACE, METRICS, random_seed=0, num_init_random=18), zdt1, 18)
    found = run(ExpectedHypervolumeSearcher(SPACE, METRICS, random_seed=0), zdt1, 18)
    assert hypervolume(found, reference) > 2 * hypervolume(at_random, reference)


def test_says_what_it_expects():
    searcher = ExpectedHypervolumeSearcher(SPACE, METRICS, mode=["min", "max"], random_seed=0)
    run(searcher, lambda config: {"loss": config["x"], "latency": 10 + config["y"]}, 6)
    reason, facts = searcher.explain(searcher.get_config())
    assert reason.startswith("the models expect loss = ")
    assert reason.endswith("which is expected to widen the front most")
    assert 9 < facts["predicted_latency"] < 12
    assert facts["observations"] == 6


def test_running_trials_are_not_suggested_once_more():
    searcher = ExpectedHypervolumeSearcher(SPACE, METRICS, random_seed=0)
    run(searcher, zdt1, 15)
    batch = np.array([list(config.values()) for config in searcher.get_batch_configs(4)])
    assert len(np.unique(batch, axis=0)) == 4
    assert np.ptp(batch, axis=0).max() > 0.1


def test_reference_point_bounds_what_is_sought():
    """7.6: the reference point could not be given."""
    searcher = ExpectedHypervolumeSearcher(SPACE, METRICS, reference_point=[0.3, 5.0], random_seed=0)
    run(searcher, zdt1, 12)
    later = [searcher.get_config()["x"] for _ in range(5)]
    assert max(later) < 0.45


def test_short_front_grows_to_its_ends():
    """The reference point followed the front: one that was short stayed so, and half of all suggestions had x = 0."""
    found = run(ExpectedHypervolumeSearcher(SPACE, METRICS, random_seed=0), zdt1, 18)
    assert hypervolume(found, np.array([1.1, 1.1])) > 0.65
    assert np.ptp(found[found[:, 1] < 1.0, 0]) > 0.4


def test_where_constraints_hold_everything_may_be_worse_than_usual():
    def evaluate(config):
        return {**zdt1(config), "excess": 0.85 - config["x"]}

    searcher = ExpectedHypervolumeSearcher(SPACE, METRICS, constraint_attr="excess", random_seed=0)
    points = run(searcher, evaluate, 18)
    feasible = points[points[:, 0] >= 0.85]
    assert len(feasible) >= 6
    assert feasible[:, 1].min() < 0.5


def test_constraints():
    def evaluate(config):
        return {**zdt1(config), "excess": 0.5 - config["x"]}

    searcher = ExpectedHypervolumeSearcher(SPACE, METRICS, constraint_attr="excess", random_seed=1)
    points = run(searcher, evaluate, 16)
    assert np.mean(points[-6:, 0] >= 0.5) >= 0.6
    facts = searcher.explain(searcher.get_config())[1]
    assert {"predicted_excess", "probability_excess_holds"} <= facts.keys()


def test_nothing_feasible_yet():
    searcher = ExpectedHypervolumeSearcher(SPACE, METRICS, constraint_attr="excess", random_seed=1)
    run(searcher, lambda config: {**zdt1(config), "excess": 1.0 + config["x"]}, 5)
    assert "nothing feasible is known yet" in searcher.explain(searcher.get_config())[0]


def test_three_objectives():
    names = ["a", "b", "c"]
    searcher = ExpectedHypervolumeSearcher(SPACE, names, random_seed=0)
    for number in range(12):
        config = searcher.get_config(trial_id=str(number))
        searcher.on_trial_result(str(number), config, dict(zip(names, config.values(), strict=True)), update=True)
    assert min(sum(searcher.get_config().values()) for _ in range(2)) < 1.0


def test_failed_evaluations_are_no_data():
    searcher = ExpectedHypervolumeSearcher(SPACE, METRICS, random_seed=0)
    config = searcher.get_config(trial_id="0")
    searcher.on_trial_result("0", config, {"loss": math.nan, "latency": 1.0}, update=True)
    assert searcher.dataset_size() == 0


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"metric": "loss"}, "at least two"),
        ({"acq_function": "lcb"}, "expected hypervolume improvement"),
        ({"num_fantasy_samples": 5}, "expected outcome"),
        ({"reference_point": [1.0]}, "one finite number for each"),
        ({"constraint_attr": "loss"}, "is an objective"),
        ({"constraint_attr": ["a", "a"]}, "or several"),
        ({"opt_maxite": 5}, "did you mean 'opt_maxiter'"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        ExpectedHypervolumeSearcher(SPACE, **{"metric": METRICS, **kwargs})
