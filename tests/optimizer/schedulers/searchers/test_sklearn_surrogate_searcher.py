from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator, SKLearnPredictor
from syne_tune.optimizer.schedulers.searchers.bayesopt.models.meanstd_acqfunc_impl import (
    EIAcquisitionFunction,
    LCBAcquisitionFunction,
)
from syne_tune.optimizer.schedulers.searchers.sklearn import SKLearnSurrogateSearcher

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1)})


class RecordingEstimator(SKLearnEstimator):
    """Predicts the squared distance from (0.3, 0.8), whatever the data; keeps what it was fitted to."""

    def __init__(self, normalize=False, shape=None):
        self.normalize, self.shape, self.fits = normalize, shape, []

    @property
    def normalize_targets(self):
        return self.normalize

    def fit(self, X, y, update_params):
        self.fits.append((X, y, update_params))
        return KnownPredictor(self.shape)


class KnownPredictor(SKLearnPredictor):
    def __init__(self, shape):
        self.shape = shape

    def predict(self, X):
        mean = np.sum((X - [0.3, 0.8]) ** 2, axis=1)
        return (mean, np.full(len(X), 0.1)) if self.shape is None else (np.zeros(self.shape), np.ones(self.shape))


def run(num=8, **kwargs):
    estimator = kwargs.pop("estimator", None) or RecordingEstimator()
    searcher = SKLearnSurrogateSearcher(SPACE, "loss", estimator, random_seed=1, **kwargs)
    for number in range(num):
        config = searcher.get_config(trial_id=str(number))
        searcher.on_trial_result(str(number), config, {"loss": 5.0 + number}, update=True)
    return searcher, estimator


@pytest.mark.parametrize(
    "scoring_class", [None, EIAcquisitionFunction, LCBAcquisitionFunction, partial(LCBAcquisitionFunction, kappa=2.0)]
)
def test_predictions_of_the_user_decide(scoring_class):
    searcher, _ = run(scoring_class=scoring_class)
    config = searcher.get_config()
    assert config == pytest.approx({"x": 0.3, "y": 0.8}, abs=0.1)
    _, facts = searcher.explain(config)
    assert facts["predicted_std"] == pytest.approx(0.1)
    assert facts["predicted_mean"] == pytest.approx((config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2)


def test_targets_are_normalized_if_asked_for():
    _, plain = run()
    _, normalized = run(estimator=RecordingEstimator(normalize=True))
    np.testing.assert_array_equal(plain.fits[-1][1], np.arange(5.0, 12.0))
    assert np.mean(normalized.fits[-1][1]) == pytest.approx(0)
    assert np.std(normalized.fits[-1][1]) == pytest.approx(1)


def test_running_trials_are_assumed_to_give_what_is_expected():
    searcher, estimator = run()
    searcher.register_pending("p", {"x": 0.5, "y": 0.8})
    searcher.get_config()
    (x, y, update), (x_assumed, y_assumed, update_assumed) = estimator.fits[-2:]
    assert (update, update_assumed) == (True, False)
    np.testing.assert_array_equal(x_assumed, np.vstack([x, [0.5, 0.8]]))
    np.testing.assert_allclose(y_assumed, [*y, 0.04])


def test_random_forest():
    ensemble = pytest.importorskip("sklearn.ensemble")

    class Forest(SKLearnPredictor):
        def __init__(self, forest):
            self.forest = forest

        def predict(self, X):
            trees = np.stack([tree.predict(X) for tree in self.forest.estimators_])
            return trees.mean(axis=0), trees.std(axis=0)

    class ForestEstimator(SKLearnEstimator):
        def fit(self, X, y, update_params):
            return Forest(ensemble.RandomForestRegressor(n_estimators=20, random_state=0).fit(X, y))

    searcher = SKLearnSurrogateSearcher(SPACE, "loss", ForestEstimator(), random_seed=1)
    losses = []
    for number in range(25):
        config = searcher.get_config(trial_id=str(number))
        losses.append((config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2)
        searcher.on_trial_result(str(number), config, {"loss": losses[-1]}, update=True)
    assert min(losses) < 0.02


@pytest.mark.parametrize("shape", [(3,), (250, 1)])
def test_predictions_of_a_wrong_shape(shape):
    with pytest.raises(OptionError, match=r"KnownPredictor.predict: means of shape"):
        run(estimator=RecordingEstimator(shape=shape))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_initial_candidates": 0}, "num_initial_candidates = 0"),
        ({"num_initial_random_choices": -1}, "num_initial_random_choices = -1"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(OptionError, match=message):
        run(**options)
    with pytest.raises(OptionError, match="must be derived from SKLearnEstimator"):
        SKLearnSurrogateSearcher(SPACE, "loss", "forest")


def test_parameters_are_optional():
    estimator = RecordingEstimator()
    estimator.set_params({})
    assert estimator.get_params() == {}
    assert not SKLearnEstimator.normalize_targets.fget(estimator)
