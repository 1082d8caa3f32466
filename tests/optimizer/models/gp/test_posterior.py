from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, Scalar


def make_posterior(mixed: Any, n: int = 12, columns: int = 0, warping: bool = True) -> Posterior:
    process = GaussianProcess.matern52(mixed.layout, warping=warping)
    theta = process.parameters.perturb(process.parameters.initial, np.random.RandomState(5))
    x = mixed.sample(n, seed=0)
    y = mixed.function(x)
    targets = y if columns == 0 else y[:, None] + np.random.RandomState(1).standard_normal((n, columns))
    return Posterior(process, theta, x, targets)


def brute_force(posterior: Posterior, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance by explicit inversion."""
    kernel, values = posterior.process.kernel, posterior.values
    old, new = kernel.features(values, posterior.x), kernel.features(values, x)
    noisy = kernel.cross(values, old, old) + values["noise_variance"][0] * np.eye(len(old))
    gain = kernel.cross(values, new, old) @ np.linalg.inv(noisy)
    mean = values["mean"][0] + gain @ (posterior.targets - values["mean"][0])
    return mean, kernel.cross(values, new, new) - gain @ kernel.cross(values, old, new)


@pytest.mark.parametrize("columns", [0, 1, 3])
def test_prediction_agrees_with_brute_force(mixed: Any, columns: int) -> None:
    posterior, x = make_posterior(mixed, columns=columns), mixed.sample(7, seed=1)
    mean, covariance = brute_force(posterior, x)
    prediction = posterior.predict(x)
    assert prediction.mean == pytest.approx(mean)
    assert prediction.std == pytest.approx(np.sqrt(np.diagonal(covariance)))
    assert posterior.predict_mean(x) == pytest.approx(mean)


def test_prediction_agrees_with_scikit_learn() -> None:
    random_state = np.random.RandomState(0)
    x, y, new = (
        random_state.random_sample((15, 2)),
        random_state.random_sample(15),
        random_state.random_sample((6, 2)),
    )
    process = GaussianProcess.matern52(InputLayout.of([Scalar(), Scalar()]))
    values = {"mean": [0.0], "noise_variance": [0.05], "length_scale": [0.4, 1.7], "signal_variance": [1.3]}
    theta = process.parameters.encode({name: np.array(value) for name, value in values.items()})
    kernel = ConstantKernel(1.3) * Matern(length_scale=[0.4, 1.7], nu=2.5)
    reference = GaussianProcessRegressor(kernel, optimizer=None, alpha=0.05).fit(x, y)
    mean, std = reference.predict(new, return_std=True)
    prediction = Posterior(process, theta, x, y).predict(new)
    assert prediction.mean == pytest.approx(mean)
    assert prediction.std == pytest.approx(std)


def test_mean_at_data(mixed: Any) -> None:
    posterior = make_posterior(mixed)
    assert posterior.mean_at_data == pytest.approx(posterior.predict_mean(posterior.x))


@pytest.mark.parametrize("columns", [0, 3])
@pytest.mark.parametrize("warping", [False, True])
def test_pullback_matches_finite_differences(mixed: Any, columns: int, warping: bool) -> None:
    posterior = make_posterior(mixed, columns=columns, warping=warping)
    x = mixed.sample(5, seed=2)
    random_state = np.random.RandomState(3)
    prediction, pullback = posterior.predict_with_pullback(x)
    by_mean, by_std = random_state.standard_normal(prediction.mean.shape), random_state.standard_normal(5)
    assert prediction.std == pytest.approx(posterior.predict(x).std)

    def outcome(x: np.ndarray) -> float:
        mean, std = posterior.predict(x)
        return float(np.sum(mean * by_mean) + std @ by_std)

    gradient = pullback(by_mean, by_std)
    assert np.all(gradient[np.isnan(x)] == 0)
    for i, j in zip(*np.nonzero(~np.isnan(x)), strict=True):
        shift = np.zeros_like(x)
        shift[i, j] = 1e-6
        assert gradient[i, j] == pytest.approx((outcome(x + shift) - outcome(x - shift)) / 2e-6, abs=1e-5)


def test_joint_samples_have_the_right_moments(mixed: Any) -> None:
    posterior, x = make_posterior(mixed), mixed.sample(4, seed=1)
    mean, covariance = brute_force(posterior, x)
    samples = posterior.sample_joint(x, 40_000, np.random.RandomState(0))
    assert samples.shape == (4, 40_000)
    assert samples.mean(axis=1) == pytest.approx(mean, abs=0.03)
    assert np.cov(samples) == pytest.approx(covariance, abs=0.05)


def test_samples_go_through_the_fantasies_in_turn(mixed: Any) -> None:
    posterior = make_posterior(mixed, columns=2)
    samples = posterior.sample_joint(posterior.x[:1], 6, np.random.RandomState(0))
    single = Posterior(posterior.process, posterior.theta, posterior.x, posterior.targets[:, 1])
    expected = single.sample_joint(posterior.x[:1], 6, np.random.RandomState(0))
    assert samples[:, 1::2] == pytest.approx(expected[:, 1::2])


def test_leave_one_out_agrees_with_leaving_one_out(mixed: Any) -> None:
    posterior = make_posterior(mixed)
    mean, std = posterior.leave_one_out()
    for i in range(len(posterior.x)):
        rest = np.arange(len(posterior.x)) != i
        held_out = Posterior(posterior.process, posterior.theta, posterior.x[rest], posterior.targets[rest])
        prediction = held_out.predict(posterior.x[[i]])
        noisy = np.sqrt(prediction.std[0] ** 2 + posterior.values["noise_variance"][0])
        assert mean[i] == pytest.approx(prediction.mean[0])
        assert std[i] == pytest.approx(noisy)


@pytest.mark.parametrize("q", [1, 4])
def test_append_equals_conditioning_again(mixed: Any, q: int) -> None:
    full = make_posterior(mixed)
    n = len(full.x) - q
    part = Posterior(full.process, full.theta, full.x[:n], full.targets[:n])
    grown = part.append(full.x[n:], full.targets[n:])
    x = mixed.sample(5, seed=9)
    assert grown.predict(x).mean == pytest.approx(full.predict(x).mean)
    assert grown.predict(x).std == pytest.approx(full.predict(x).std)
    assert len(part.x) == n


def test_append_the_same_point_many_times(mixed: Any) -> None:
    posterior = make_posterior(mixed)
    for _ in range(20):
        posterior = posterior.append(posterior.x[:1], posterior.targets[:1])
    assert np.all(np.isfinite(posterior.predict(posterior.x).mean))


def test_fantasies_are_columns(mixed: Any) -> None:
    """Each fantasy is a posterior of its own: the same as appending its values alone."""
    posterior, x = make_posterior(mixed), mixed.sample(5, seed=9)
    pending, fantasies = mixed.sample(2, seed=8), np.random.RandomState(0).standard_normal((2, 3))
    several = posterior.append(pending, fantasies).predict(x)
    for j in range(3):
        single = posterior.append(pending, fantasies[:, j]).predict(x)
        assert several.mean[:, j] == pytest.approx(single.mean)
        assert several.std == pytest.approx(single.std)


def test_exchanged_targets(mixed: Any) -> None:
    posterior, x = make_posterior(mixed), mixed.sample(3, seed=9)
    other = Posterior(posterior.process, posterior.theta, posterior.x, -posterior.targets)
    assert posterior.with_targets(-posterior.targets).predict(x).mean == pytest.approx(other.predict(x).mean)


def test_std_is_positive_at_data_without_noise() -> None:
    process = GaussianProcess.matern52(InputLayout.of([Scalar()]))
    values = process.parameters.decode(process.parameters.initial) | {"noise_variance": np.array([1e-12])}
    x = np.linspace(0, 1, 30)[:, None]
    posterior = Posterior(process, process.parameters.encode(values), x, np.sin(x[:, 0]))
    prediction, pullback = posterior.predict_with_pullback(x)
    assert np.all(prediction.std > 0)
    assert np.all(np.isfinite(pullback(np.ones(30), np.ones(30))))
