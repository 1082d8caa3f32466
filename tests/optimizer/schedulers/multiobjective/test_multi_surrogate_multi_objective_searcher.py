from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator, SKLearnPredictor
from syne_tune.optimizer.schedulers import FIFOScheduler
from syne_tune.optimizer.schedulers.multiobjective import MultiObjectiveMultiSurrogateSearcher
from syne_tune.testing.searchers import SearcherContract

METRICS = ["loss", "latency"]
SPACE = {"x": uniform(0, 1), "y": uniform(0, 1)}


class Nearest(SKLearnPredictor):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def predict(self, X):
        distance = np.linalg.norm(X[:, None] - self.x[None], axis=2)
        return self.y[distance.argmin(axis=1)], distance.min(axis=1)


class NearestEstimator(SKLearnEstimator):
    def fit(self, X, y, update_params):
        return Nearest(X, y)


class TestWithOwnModels(SearcherContract):
    metric = METRICS

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return MultiObjectiveMultiSurrogateSearcher(
            config_space,
            METRICS,
            {name: NearestEstimator() for name in METRICS},
            points_to_evaluate=points_to_evaluate,
            random_seed=random_seed,
        )


def run(searcher, num_trials):
    facts = []
    for number in range(num_trials):
        config = searcher.get_config(trial_id=str(number))
        facts.append(searcher.explain(config)[1])
        searcher.register_pending(str(number), config)
        result = {"loss": config["x"] + config["y"], "latency": 1 - config["x"] + config["y"]}
        searcher.on_trial_result(str(number), config, result, update=True)
        searcher.cleanup_pending(str(number))
    return facts


def test_weights_are_drawn_anew_for_every_suggestion():
    """W10: with a seed, the weights were the same for every suggestion."""
    searcher = MultiObjectiveMultiSurrogateSearcher(SPACE, METRICS, {}, random_seed=3)
    weights = [fact["weights"]["loss"] for fact in run(searcher, 9) if "weights" in fact]
    assert len(set(weights)) == len(weights) == 6


def test_models_learn_and_explain():
    searcher = MultiObjectiveMultiSurrogateSearcher(SPACE, METRICS, random_seed=1)
    facts = run(searcher, 14)[-1]
    assert -0.2 < facts["predicted_loss"] < 1.5
    assert np.mean([searcher.get_config()["y"] for _ in range(4)]) < 0.3


def test_seed_of_the_models_follows_from_that_of_the_searcher():
    """7.4: the models of the metrics had no seed."""
    first, second = (MultiObjectiveMultiSurrogateSearcher(SPACE, METRICS, random_seed=7) for _ in range(2))
    assert run(first, 6) == run(second, 6)
    assert first.get_config() == second.get_config()


def test_own_score():
    class FirstMetricOnly:
        def __init__(self, predictor, random_seed):
            self.predictor = predictor

        def score(self, candidates):
            return self.predictor["loss"].predict(candidates)[0]

    searcher = MultiObjectiveMultiSurrogateSearcher(SPACE, METRICS, scoring_class=FirstMetricOnly, random_seed=1)
    run(searcher, 12)
    assert sum(searcher.get_config().values()) < 0.4


def test_scheduler_must_have_the_same_metrics():
    searcher = MultiObjectiveMultiSurrogateSearcher(SPACE, METRICS, random_seed=1)
    with pytest.raises(OptionError, match="pass the same metrics"):
        FIFOScheduler(SPACE, ["loss", "memory"], searcher=searcher).suggest(0)
    assert FIFOScheduler(SPACE, METRICS, mode="max", searcher=searcher).suggest(0).config


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"metric": ["loss"]}, "at least two"),
        ({"estimators": {"los": NearestEstimator()}}, "did you mean 'loss'"),
        ({"estimators": {"loss": 3}}, "derived from SKLearnEstimator"),
        ({"num_initial_candidates": 0}, "num_initial_candidates"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        MultiObjectiveMultiSurrogateSearcher(SPACE, **{"metric": METRICS, **kwargs})
