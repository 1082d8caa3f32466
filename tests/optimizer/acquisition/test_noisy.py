from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.acquisition.acquisition import Term
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement, best_mean
from syne_tune.optimizer.acquisition.noisy import draw_truths
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, Scalar

PROCESS = GaussianProcess.matern52(InputLayout.of([Scalar()]))


def posterior(noise, n=6):
    theta = PROCESS.parameters.initial.copy()
    theta[PROCESS.parameters.slices["noise_variance"]] = np.log(noise)
    x = np.linspace(0, 1, n)[:, None]
    return Posterior(PROCESS, theta, x, np.sin(5 * x[:, 0]))


def test_draws_are_those_of_the_joint_posterior():
    model = posterior(0.5)
    draws = draw_truths(model, np.array([[0.33]]), 4000, np.random.RandomState(0))
    x = np.vstack([model.x, [[0.33]]])
    mean, std = model.predict(x)
    assert draws.at_data.mean(axis=1) == pytest.approx(mean, abs=0.05)
    assert draws.at_data.std(axis=1) == pytest.approx(std, rel=0.1)


def test_drawn_values_are_taken_for_exact():
    model = posterior(0.5)
    draws = draw_truths(model, np.empty((0, 1)), 8, np.random.RandomState(0))
    mean, std = draws.posterior.predict(model.x)
    assert mean == pytest.approx(draws.at_data, abs=1e-2)
    assert np.all(std < 0.05)


def test_without_noise_it_is_expected_improvement():
    model = posterior(1e-6)
    draws = draw_truths(model, np.empty((0, 1)), 8, np.random.RandomState(0))
    points = np.random.RandomState(1).random_sample((50, 1))
    noisy = Term(draws.posterior, LogExpectedImprovement(best_mean(draws.at_data))).evaluate(points)
    plain = Term(model, LogExpectedImprovement(best_mean(model.mean_at_data))).evaluate(points)
    near = plain > -50
    assert near.sum() > 5
    assert noisy[near] == pytest.approx(plain[near], abs=0.1)


def test_against_brute_force():
    """Average over truths of the improvement on the best value of each; Letham et al. 2019, eq. (4)."""
    model = posterior(0.3, n=4)
    point, rs = np.array([[0.6]]), np.random.RandomState(2)
    joint = model.sample_joint(np.vstack([model.x, point]), 200_000, rs)
    expected = np.maximum(joint[:-1].min(axis=0) - joint[-1], 0).mean()
    draws = draw_truths(model, np.empty((0, 1)), 2000, rs)
    found = Term(draws.posterior, LogExpectedImprovement(best_mean(draws.at_data))).evaluate(point)
    assert np.exp(found[0]) == pytest.approx(expected, rel=0.1)
