"""Whole curves: the likelihood and the predictions are those of the (n, n) normal distribution, computed from less."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from syne_tune.optimizer.models.gp.fit import negative_log_posterior
from syne_tune.optimizer.models.gp.linalg import Workspace
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.multi_fidelity.curve_posterior import CurvePosterior
from syne_tune.optimizer.models.multi_fidelity.curve_priors import DecayingCurves, InnovationCurves
from syne_tune.optimizer.models.multi_fidelity.curve_process import CurveProcess
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.processes import Inputs, exponential_decay
from syne_tune.optimizer.models.surrogate import with_resource

LEVELS = ResourceLevels((1, 2, 4, 9))
BOTH = pytest.mark.parametrize("name", ["expdecay", "issm"])


def make(curves: Any, name: str) -> CurveProcess:
    prior = DecayingCurves(LEVELS) if name == "expdecay" else InnovationCurves(LEVELS)
    return CurveProcess(
        GaussianProcess(Inputs(curves.layout, LEVELS, warping=True).over_configurations()), prior, LEVELS
    )


def random_theta(process: CurveProcess, seed: int) -> np.ndarray:
    return process.parameters.perturb(process.parameters.initial, np.random.RandomState(seed))


class Dense:
    """Mean and covariances of n points, number by number; points of equal configurations are on one curve."""

    def __init__(self, process: CurveProcess, theta: np.ndarray, x: np.ndarray) -> None:
        values = process.parameters.decode(theta)
        moments = process.curves.moments(values)
        level = LEVELS.index(x[:, -1])
        ends = process.ends.kernel.gram_with_pullback(values, x[:, :-1], Workspace())[0]
        filled = np.nan_to_num(x[:, :-1], nan=-1.0)
        same = np.all(filled[:, None] == filled, axis=2)
        pairs = np.ix_(level, level)
        self.mean = values["mean"][0] + moments.mean[level]
        self.clean = ends + same * moments.clean[pairs]
        self.cross = ends + same * moments.cross[pairs]
        self.noisy = ends + same * moments.noisy[pairs]


def uneven_data(curves: Any) -> tuple[np.ndarray, np.ndarray]:
    """Curves of different lengths, one of them with a gap, not in order of resources."""
    x, _ = curves.halving(8, seed=0)
    x = np.delete(x, 9, axis=0)[np.random.RandomState(0).permutation(len(x) - 1)]
    return x, np.random.RandomState(1).standard_normal(len(x))


@BOTH
def test_likelihood_agrees_with_the_dense_density(curves: Any, name: str) -> None:
    process = make(curves, name)
    x, y = uneven_data(curves)
    for seed in range(3):
        theta = random_theta(process, seed)
        dense = Dense(process, theta, x)
        expected = -multivariate_normal(dense.mean, dense.noisy).logpdf(y)
        value, _ = process.negative_log_likelihood(process.parameters.decode(theta), x, y, Workspace())
        assert value == pytest.approx(expected)


@BOTH
def test_gradient_of_the_likelihood_matches_finite_differences(curves: Any, name: str) -> None:
    process = make(curves, name)
    x, y = uneven_data(curves)
    theta = random_theta(process, 3)
    _, gradient = negative_log_posterior(process, theta, x, y)
    step = 1e-6
    numeric = [
        (negative_log_posterior(process, theta + e, x, y)[0] - negative_log_posterior(process, theta - e, x, y)[0])
        / (2 * step)
        for e in step * np.eye(len(theta))
    ]
    assert gradient == pytest.approx(numeric, rel=1e-5, abs=1e-4)


def test_expdecay_is_the_freeze_thaw_kernel(curves: Any) -> None:
    process = make(curves, "expdecay")
    plain = exponential_decay(Inputs(curves.layout, LEVELS, warping=True), delta=0.0, own_curves=True)
    x, y = uneven_data(curves)
    theta = random_theta(process, 4)
    own = plain.parameters.encode(process.parameters.decode(theta))
    value, _ = negative_log_posterior(process, theta, x, y)
    assert negative_log_posterior(plain, own, x, y)[0] == pytest.approx(value)


def new_points(curves: Any, x: np.ndarray) -> np.ndarray:
    """Known curves at observed and unobserved levels, new configurations, one of them twice."""
    fresh = curves.configurations(2, seed=5)
    configurations = np.vstack([x[[0, 0, 3, 5], :-1], fresh, fresh[:1]])
    return with_resource(configurations, [1, 9, 4, 2, 9, 4, 1], 9)


def brute_force(posterior: CurvePosterior, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    dense = Dense(posterior.process, posterior.theta, np.vstack([x, posterior.x]))
    m = len(x)
    gain = dense.cross[:m, m:] @ np.linalg.inv(dense.noisy[m:, m:])
    mean = (dense.mean[:m] + (gain @ (posterior.targets.T - dense.mean[m:]).T).T).T
    return mean, dense.clean[:m, :m] - gain @ dense.cross[:m, m:].T


@BOTH
@pytest.mark.parametrize("columns", [0, 1, 3])
def test_predictions_agree_with_brute_force(curves: Any, name: str, columns: int) -> None:
    process = make(curves, name)
    x, y = uneven_data(curves)
    targets = y if not columns else y[:, None] + np.random.RandomState(2).standard_normal((len(y), columns))
    posterior = CurvePosterior(process, random_theta(process, 5), x, targets)
    new = new_points(curves, x)
    mean, covariance = brute_force(posterior, new)
    prediction = posterior.predict(new)
    assert prediction.mean == pytest.approx(mean)
    assert prediction.std == pytest.approx(np.sqrt(np.diagonal(covariance)), abs=1e-7)
    assert posterior.predict_mean(new) == pytest.approx(mean)
    assert posterior.mean_at_data == pytest.approx(posterior.predict_mean(x))


@BOTH
def test_pending_points_extend_curves_and_start_new_ones(curves: Any, name: str) -> None:
    """Fantasies at the next level of a known curve and at a new configuration, against brute force."""
    process = make(curves, name)
    x, y = uneven_data(curves)
    complete = x[x[:, -1] == 1, 0]
    unfinished = x[~np.isin(x[:, 0], complete)]
    pending = with_resource(np.vstack([unfinished[:1, :-1], new_points(curves, x)[[4], :-1]]), 9, 9)
    assumed = np.random.RandomState(3).standard_normal((2, 3))
    posterior = CurvePosterior(process, random_theta(process, 6), x, y).append(pending, assumed)
    assert np.array_equal(posterior.targets[:-2], np.repeat(y[:, None], 3, axis=1))
    new = new_points(curves, x)[[0, 2, 3, 5, 6]]
    mean, covariance = brute_force(posterior, new)
    prediction = posterior.predict(new)
    assert prediction.mean == pytest.approx(mean)
    assert prediction.std == pytest.approx(np.sqrt(np.diagonal(covariance)), abs=1e-7)


@BOTH
def test_joint_samples_have_the_right_moments(curves: Any, name: str) -> None:
    process = make(curves, name)
    x, y = uneven_data(curves)
    posterior = CurvePosterior(process, process.parameters.initial, x, y)
    new = new_points(curves, x)
    mean, covariance = brute_force(posterior, new)
    samples = posterior.sample_joint(new, 40_000, np.random.RandomState(0))
    assert samples.mean(axis=1) == pytest.approx(mean, abs=0.03)
    assert np.cov(samples) == pytest.approx(covariance, abs=0.03)


@BOTH
def test_pullback_matches_finite_differences_at_new_configurations(curves: Any, name: str) -> None:
    process = make(curves, name)
    x, y = uneven_data(curves)
    posterior = CurvePosterior(process, random_theta(process, 7), x, y)
    new = with_resource(curves.configurations(3, seed=5), [1, 4, 9], 9)
    by_mean, by_std = np.random.RandomState(0).standard_normal((2, 3))

    def outcome(x: np.ndarray) -> float:
        mean, std = posterior.predict(x)
        return float(mean @ by_mean + std @ by_std)

    gradient = posterior.predict_with_pullback(new)[1](by_mean, by_std)
    assert np.all(gradient[:, -1] == 0)
    for i, j in zip(*np.nonzero(~np.isnan(new[:, :-1])), strict=True):
        shift = np.zeros_like(new)
        shift[i, j] = 1e-6
        numeric = (outcome(new + shift) - outcome(new - shift)) / 2e-6
        assert gradient[i, j] == pytest.approx(numeric, rel=1e-4, abs=1e-5)


@BOTH
def test_leave_one_out_leaves_out_whole_curves(curves: Any, name: str) -> None:
    process = make(curves, name)
    x, y = uneven_data(curves)
    theta = random_theta(process, 8)
    posterior = CurvePosterior(process, theta, x, y)
    mean, std = posterior.leave_one_out()
    filled = np.nan_to_num(x[:, :-1], nan=-1.0)
    moments = process.curves.moments(posterior.values)
    for i in range(0, len(x), 3):
        others = ~np.all(filled == filled[i], axis=1)
        held_out = CurvePosterior(process, theta, x[others], y[others]).predict(x[[i]])
        level = LEVELS.index(x[[i], -1])
        noise = (moments.noisy - moments.clean)[level, level]
        assert mean[i] == pytest.approx(held_out.mean[0])
        assert std[i] == pytest.approx(np.sqrt(held_out.std[0] ** 2 + noise[0]))


def test_appending_equals_conditioning_again(curves: Any) -> None:
    process = make(curves, "issm")
    x, y = uneven_data(curves)
    theta = random_theta(process, 9)
    whole = CurvePosterior(process, theta, x, y)
    grown = CurvePosterior(process, theta, x[:6], y[:6]).append(x[6:], y[6:])
    new = new_points(curves, x)
    assert grown.predict(new).mean == pytest.approx(whole.predict(new).mean)
    assert grown.with_targets(-y).predict(new).std == pytest.approx(whole.predict(new).std)
