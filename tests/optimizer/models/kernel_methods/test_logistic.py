from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import norm

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.kernel_methods import logistic
from syne_tune.optimizer.models.kernel_methods.logistic import KernelClassifier
from syne_tune.optimizer.models.kernel_methods.matern import IsotropicMatern

LINE = InputLayout.of([Scalar()])
RANDOM = np.random.RandomState(0)


def test_mode_is_that_of_the_penalised_likelihood(monkeypatch):
    """Rasmussen and Williams 2006, eq. (3.12), maximised by other means."""
    monkeypatch.setattr(logistic, "_LENGTH_SCALES", (0.5,))
    x = np.linspace(0, 1, 8)[:, None]
    labels = np.array([0, 0, 1, 1, 1, 0, 0, 0.0])
    odds = np.log(3 / 5)
    k = 4.0 * IsotropicMatern(LINE, 0.5).matrix(x, x)

    def objective(a):
        f = k @ a
        return -np.sum(labels * (odds + f) - np.logaddexp(0, odds + f)) + 0.5 * a @ f

    a = minimize(objective, np.zeros(8), method="BFGS", options={"gtol": 1e-8}).x
    found = KernelClassifier(LINE, 4.0, optimism=0).fit(x, labels, RANDOM)(x)
    np.testing.assert_allclose(found, expit(odds + k @ a), atol=1e-4)


def test_recovers_the_density_ratio():
    """BORE, eq. (7): with classes of equal size, p / (1 - p) is the ratio of their densities."""
    random_state = np.random.RandomState(1)
    good, bad = random_state.normal(0.4, 0.1, 400), random_state.normal(0.6, 0.1, 400)
    x, labels = np.concatenate([good, bad])[:, None], np.repeat([1.0, 0.0], 400)
    grid = np.linspace(0.35, 0.65, 7)
    probability = KernelClassifier(LINE, 10.0, 0).fit(x, labels, random_state)(grid[:, None])
    expected = np.log(norm.pdf(grid, 0.4, 0.1) / norm.pdf(grid, 0.6, 0.1))
    np.testing.assert_allclose(np.log(probability / (1 - probability)), expected, atol=0.6)


def test_all_kinds_of_inputs():
    layout = InputLayout.of([Scalar(conditional=True), OneHot(3)])
    random_state = np.random.RandomState(0)
    x = np.column_stack([random_state.random_sample(60), np.eye(3)[random_state.randint(3, size=60)]])
    x[::7, 0] = np.nan
    labels = (x[:, 2] == 1).astype(float)
    probability = KernelClassifier(layout, 100.0, 0).fit(x, labels, random_state)(x)
    assert np.all((probability > 0.5) == (labels == 1))


@pytest.mark.parametrize("num_good", [1, 3])
def test_few_and_equal_data(num_good):
    x = np.full((4, 1), 0.5)
    labels = (np.arange(4) < num_good).astype(float)
    probability = KernelClassifier(LINE, 100.0, 0).fit(x, labels, RANDOM)(x)
    np.testing.assert_allclose(probability, num_good / 4, atol=0.05)


def test_optimism_is_that_of_laplaces_approximation(monkeypatch):
    """Rasmussen and Williams 2006, eq. (3.24), by brute force."""
    monkeypatch.setattr(logistic, "_LENGTH_SCALES", (0.5,))
    x, grid = np.linspace(0.2, 0.8, 6)[:, None], np.linspace(0, 1, 9)[:, None]
    labels = np.array([0, 1, 1, 0, 0, 0.0])
    kernel = IsotropicMatern(LINE, 0.5)
    at_data, plain = (KernelClassifier(LINE, 4.0, 0).fit(x, labels, RANDOM)(points) for points in (x, grid))
    between = 4.0 * kernel.matrix(grid, x)
    inverse = np.linalg.inv(4.0 * kernel.matrix(x, x) + np.diag(1 / (at_data * (1 - at_data))))
    std = np.sqrt(4.0 - np.sum((between @ inverse) * between, axis=1))
    found = KernelClassifier(LINE, 4.0, 0.7).fit(x, labels, RANDOM)(grid)
    np.testing.assert_allclose(logit(found), logit(plain) + 0.7 * std, atol=1e-6)
