from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.at_resource import AtResource
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.predictor import DifferentiablePredictor, JointPredictor


def conditioned():
    random_state = np.random.RandomState(0)
    x = random_state.random_sample((20, 3))
    surrogate = GaussianProcessSurrogate(InputLayout.of([Scalar()] * 3), SurrogateOptions(), random_state)
    return surrogate.update(x, np.sum((x - 0.4) ** 2, axis=1))


def test_predicts_what_the_model_says_at_the_resource():
    model, x = conditioned(), np.random.RandomState(1).random_sample((5, 2))
    at = AtResource(model, 0.7)
    full = np.column_stack([x, np.full(5, 0.7)])
    np.testing.assert_array_equal(at.predict(x).mean, model.predict(full).mean)
    np.testing.assert_array_equal(at.predict(x).std, model.predict(full).std)
    np.testing.assert_array_equal(at.predict_mean(x), model.predict_mean(full))
    draws = [m.sample_joint(z, 4, np.random.RandomState(2)) for m, z in ((at, x), (model, full))]
    np.testing.assert_array_equal(*draws)
    assert isinstance(at, DifferentiablePredictor)
    assert isinstance(at, JointPredictor)


def test_gradients_are_those_of_the_configuration():
    at, x, step = AtResource(conditioned(), 0.7), np.random.RandomState(1).random_sample((4, 2)), 1e-6
    prediction, pullback = at.predict_with_pullback(x)
    np.testing.assert_allclose(prediction.mean, at.predict(x).mean)
    for column in range(2):
        moved = x.copy()
        moved[:, column] += step
        by_mean = pullback(np.ones(4), np.zeros(4))[:, column]
        by_std = pullback(np.zeros(4), np.ones(4))[:, column]
        np.testing.assert_allclose(by_mean, (at.predict(moved).mean - at.predict(x).mean) / step, atol=1e-3)
        np.testing.assert_allclose(by_std, (at.predict(moved).std - at.predict(x).std) / step, atol=1e-3)


def test_length_scales_are_those_of_the_configuration():
    model = conditioned()
    assert np.array_equal(AtResource(model, 0.7).length_scales, model.length_scales[:2])
