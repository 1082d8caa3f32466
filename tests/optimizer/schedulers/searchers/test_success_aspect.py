from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.success_aspect import SuccessAspect

NOTHING = np.empty((0, 1))


@pytest.fixture
def aspect():
    inputs = ModelInputs(HyperparameterRanges(Space({"x": uniform(0, 1)})))
    return SuccessAspect(inputs, BayesianOptions(), np.random.RandomState(0))


def chance(aspect, x):
    return aspect.opinion(NOTHING).facts(np.array([[x]]))["predicted_success"]


def weight(aspect):
    return aspect.opinion(NOTHING).term.score.weight


def test_silent_without_failures(aspect):
    aspect.observe("0", np.array([0.5]), {})
    assert aspect.opinion(NOTHING) is None


def test_success_is_less_likely_near_failures(aspect):
    for number in range(5):
        aspect.observe(f"s{number}", np.array([0.1 * number]), {})
        aspect.fail(f"f{number}", np.array([1 - 0.05 * number]))
    assert chance(aspect, 0.9) < 0.5 < chance(aspect, 0.2)


def test_a_trial_that_fails_in_the_end_is_no_success(aspect):
    aspect.observe("0", np.array([0.5]), {})
    aspect.fail("0", np.array([0.5]))
    assert len(aspect.opinion(NOTHING).term.predictor.mode.latent) == 1
    aspect.forget("0")
    assert aspect.opinion(NOTHING) is not None


def test_caution_grows_with_failures_and_shrinks_with_successes(aspect):
    for number in range(3):
        aspect.fail(str(number), np.array([0.9]))
    assert weight(aspect) == 4
    aspect.observe("3", np.array([0.5]), {})
    aspect.observe("3", np.array([0.5]), {})
    assert weight(aspect) == 2
    for number in range(4, 8):
        aspect.observe(str(number), np.array([0.5]), {})
    assert weight(aspect) == 1


def test_base_class_says_nothing():
    assert Aspect().opinion(NOTHING) is None
    assert Aspect().read("0", {}) == 0
