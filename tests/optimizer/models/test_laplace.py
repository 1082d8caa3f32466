from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from syne_tune.optimizer.models.gp.kernels import Matern52
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.laplace import BinaryPosterior, BinaryProcess, find_mode, probability

LAYOUT = InputLayout.of([Scalar(), Scalar(), Scalar()])


def data(n, seed=0):
    x = np.random.RandomState(seed).random_sample((n, 3))
    return x, np.where(x.sum(axis=1) > 1.5, 1.0, -1.0)


def process(mean=0.0):
    return BinaryProcess(Matern52(LAYOUT), mean)


def test_mode_satisfies_its_equation():
    x, y = data(30)
    model = process(2.0)
    gram = model.gram(model.parameters.initial, x)
    mode = find_mode(gram, y, 2.0)
    slope = y * expit(-y * mode.latent)
    assert mode.latent == pytest.approx(2.0 + gram @ slope, abs=1e-6)


def test_evidence_of_one_outcome_against_integration():
    gram, grid = np.array([[4.0]]), np.linspace(-12, 12, 20001)
    density = np.exp(-0.5 * (grid - 1.0) ** 2 / 4) / np.sqrt(2 * np.pi * 4)
    exact = (
        np.trapezoid(density * expit(grid), grid) if hasattr(np, "trapezoid") else np.trapz(density * expit(grid), grid)
    )
    assert find_mode(gram, np.ones(1), 1.0).log_evidence == pytest.approx(np.log(exact), abs=0.05)


@pytest.mark.parametrize("mean", [0.0, 3.0])
def test_gradient_against_differences(mean):
    x, y = data(40)
    model = process(mean)
    theta = model.parameters.initial + 0.3 * np.random.RandomState(1).standard_normal(model.parameters.size)
    _, gradient = model.negative_log_posterior(theta, x, y)
    step = 1e-5
    for index, move in enumerate(step * np.eye(len(theta))):
        above, below = (model.negative_log_posterior(theta + sign * move, x, y)[0] for sign in (1, -1))
        assert gradient[index] == pytest.approx((above - below) / (2 * step), rel=1e-3, abs=1e-3)


def test_against_scikit_learn():
    gaussian_process = pytest.importorskip("sklearn.gaussian_process")
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    x, y = data(40)
    model = process()
    scales = np.array([0.5, 0.6, 0.7])
    theta = model.parameters.encode({"length_scale": scales, "signal_variance": np.array([4.0])})
    kernel = ConstantKernel(4.0) * Matern(scales, nu=2.5)
    reference = gaussian_process.GaussianProcessClassifier(kernel, optimizer=None).fit(x, y)
    posterior = BinaryPosterior(model, theta, x, y)
    assert posterior.mode.log_evidence == pytest.approx(reference.log_marginal_likelihood_value_)
    points = data(20, seed=1)[0]
    assert probability(posterior.predict(points)) == pytest.approx(reference.predict_proba(points)[:, 1], abs=0.01)


def test_pullback_against_differences():
    x, y = data(25)
    posterior = BinaryPosterior(process(1.0), process(1.0).parameters.initial, x, y)
    points, rs = data(4, seed=2)[0], np.random.RandomState(3)
    by_mean, by_std = rs.standard_normal(4), rs.standard_normal(4)
    _, pullback = posterior.predict_with_pullback(points)
    found, step = pullback(by_mean, by_std), 1e-6

    def value(at):
        mean, std = posterior.predict(at)
        return by_mean * mean + by_std * std

    for column in range(3):
        move = step * np.eye(3)[column]
        assert found[:, column] == pytest.approx((value(points + move) - value(points - move)) / (2 * step), rel=1e-4)


def test_fit_finds_which_input_decides():
    x, _ = data(80)
    model = process(3.0)
    theta = model.fit(x, np.where(x[:, 1] > 0.7, -1.0, 1.0), model.parameters.initial)
    assert np.argmin(model.parameters.decode(theta)["length_scale"]) == 1
