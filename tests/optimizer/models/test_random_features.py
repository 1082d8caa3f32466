"""Regression on random features of a kernel."""

import numpy as np
import pytest

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.random_features import RandomFeatureRegression

LAYOUT = InputLayout.of([Scalar(None, False), Scalar(None, False)])


def wave(x):
    return np.sin(5 * x[:, 0]) + 0.1 * x[:, 1]


def data(n, noise=0.0, seed=0):
    random_state = np.random.RandomState(seed)
    x = random_state.random_sample((n, 2))
    return x, wave(x) + noise * random_state.standard_normal(n)


@pytest.mark.parametrize(("offset", "scale"), [(0, 1), (-1000, 1e-3), (5, 1e6)])
def test_it_predicts_what_was_left_out_whatever_the_units(offset, scale):
    x, y = data(300)
    model = RandomFeatureRegression(LAYOUT, x, offset + scale * y, np.random.RandomState(1))
    new, _ = data(100, seed=1)
    mean, std = model.predict(new)
    error = np.sqrt(np.mean((mean - offset - scale * wave(new)) ** 2)) / scale
    assert error < 0.05
    assert std.shape == (100,)


def test_the_deviation_is_that_of_new_observations():
    x, y = data(2000, noise=0.3)
    model = RandomFeatureRegression(LAYOUT, x, y, np.random.RandomState(1))
    assert 0.25 < model.std < 0.36


def test_constant_targets_and_single_observations_are_no_problem():
    x, _ = data(5)
    assert np.allclose(RandomFeatureRegression(LAYOUT, x, np.full(5, 3.0), np.random.RandomState(1)).predict(x).mean, 3)
    model = RandomFeatureRegression(LAYOUT, x[:1], np.array([2.0]), np.random.RandomState(1))
    assert np.isfinite(model.predict(x).mean).all()


def test_inactive_inputs_and_categories_are_digested():
    layout = InputLayout.of([Scalar(None, True), OneHot(3, False)])
    x = np.hstack([np.array([[0.1], [np.nan], [0.3]]), np.eye(3)])
    model = RandomFeatureRegression(layout, x, np.array([1.0, 2.0, 3.0]), np.random.RandomState(1))
    assert np.isfinite(model.predict(x).mean).all()


def test_equal_seeds_give_equal_models():
    x, y = data(50)
    models = [RandomFeatureRegression(LAYOUT, x, y, np.random.RandomState(4)) for _ in range(2)]
    assert np.array_equal(models[0].predict(x).mean, models[1].predict(x).mean)
