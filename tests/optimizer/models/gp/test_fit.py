from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from syne_tune.optimizer.models.gp.fit import fit, negative_log_posterior
from syne_tune.optimizer.models.gp.linalg import Workspace
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, Scalar

PLANE = InputLayout.of([Scalar(), Scalar()])


def plane_data(n: int) -> tuple[np.ndarray, np.ndarray]:
    random_state = np.random.RandomState(0)
    x = random_state.random_sample((n, 2))
    y = np.sin(6 * x[:, 0]) + 0.1 * random_state.standard_normal(n)
    return x, (y - y.mean()) / y.std()


def negative_log_likelihood(process: GaussianProcess, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    return negative_log_posterior(process, theta, x, y)[0] + process.parameters.log_prior(theta)[0]


def test_likelihood_agrees_with_scikit_learn() -> None:
    x, y = plane_data(20)
    process = GaussianProcess.matern52(PLANE)
    values = {"mean": [0.0], "noise_variance": [0.05], "length_scale": [0.4, 1.7], "signal_variance": [1.3]}
    theta = process.parameters.encode({name: np.array(value) for name, value in values.items()})
    kernel = ConstantKernel(1.3) * Matern(length_scale=[0.4, 1.7], nu=2.5) + WhiteKernel(0.05)
    reference = GaussianProcessRegressor(kernel, optimizer=None, alpha=0).fit(x, y)
    expected = -reference.log_marginal_likelihood_value_
    assert negative_log_likelihood(process, theta, x, y) == pytest.approx(expected)


def test_likelihood_with_mean_and_inactive_inputs_agrees_with_the_density(mixed: Any) -> None:
    process = GaussianProcess.matern52(mixed.layout, warping=True)
    theta = process.parameters.perturb(process.parameters.initial, np.random.RandomState(0))
    x, y = mixed.sample(9, seed=0), np.random.RandomState(1).standard_normal(9)
    values = process.parameters.decode(theta)
    gram = process.kernel.gram_with_pullback(values, x, Workspace())[0]
    covariance = gram + values["noise_variance"][0] * np.eye(9)
    expected = -multivariate_normal(np.full(9, values["mean"][0]), covariance).logpdf(y)
    assert negative_log_likelihood(process, theta, x, y) == pytest.approx(expected)


@pytest.mark.parametrize("warping", [False, True])
@pytest.mark.parametrize("ard", [False, True])
def test_gradient_matches_finite_differences(mixed: Any, ard: bool, warping: bool) -> None:
    process = GaussianProcess.matern52(mixed.layout, ard=ard, warping=warping)
    x, y = mixed.sample(12, seed=2), np.random.RandomState(3).standard_normal(12)
    theta = process.parameters.perturb(process.parameters.initial, np.random.RandomState(4))
    _, gradient = negative_log_posterior(process, theta, x, y)
    step = 1e-6
    numeric = [
        (negative_log_posterior(process, theta + e, x, y)[0] - negative_log_posterior(process, theta - e, x, y)[0])
        / (2 * step)
        for e in step * np.eye(len(theta))
    ]
    assert gradient == pytest.approx(numeric, abs=1e-5)


def test_memory_that_is_used_again_changes_nothing(mixed: Any) -> None:
    process = GaussianProcess.matern52(mixed.layout)
    x, y, workspace = mixed.sample(8, seed=0), np.arange(8.0), Workspace()
    for seed in range(3):
        theta = process.parameters.perturb(process.parameters.initial, np.random.RandomState(seed))
        value, gradient = negative_log_posterior(process, theta, x, y, workspace)
        fresh_value, fresh_gradient = negative_log_posterior(process, theta, x, y)
        assert value == fresh_value
        assert np.array_equal(gradient, fresh_gradient)


def test_fit_finds_which_input_matters() -> None:
    x, y = plane_data(40)
    process = GaussianProcess.matern52(PLANE)
    result = fit(process, x, y, [process.parameters.initial])
    relevant, irrelevant = process.parameters.decode(result.theta)["length_scale"]
    assert irrelevant > 5 * relevant
    assert np.linalg.norm(negative_log_posterior(process, result.theta, x, y)[1]) < 0.5


def test_fit_returns_the_best_of_its_starts() -> None:
    x, y = plane_data(25)
    process = GaussianProcess.matern52(PLANE)
    starts = [process.parameters.perturb(process.parameters.initial, np.random.RandomState(s)) for s in range(3)]
    single = [fit(process, x, y, [start]).objective for start in starts]
    assert fit(process, x, y, starts).objective == min(single)


def test_warm_start_is_short() -> None:
    x, y = plane_data(40)
    process = GaussianProcess.matern52(PLANE)
    first = fit(process, x, y, [process.parameters.initial])
    again = fit(process, x, y, [first.theta], tolerance=1e-2)
    assert again.num_evaluations < first.num_evaluations / 2


class Counted:
    """A process that notes where its likelihood is evaluated."""

    def __init__(self, process: GaussianProcess) -> None:
        self._process, self.parameters = process, process.parameters
        self.seen: list[tuple[float, ...]] = []

    def negative_log_likelihood(self, values: Any, *others: Any) -> Any:
        self.seen.append(tuple(np.concatenate(list(values.values())).tolist()))
        return self._process.negative_log_likelihood(values, *others)


def test_number_of_evaluations_is_limited_and_none_is_repeated() -> None:
    x, y = plane_data(40)
    counted = Counted(GaussianProcess.matern52(PLANE))
    start = counted.parameters.initial
    long, short = (fit(counted, x, y, [start], max_evaluations=limit) for limit in (None, 5))
    assert short.num_evaluations < long.num_evaluations == len(counted.seen) - short.num_evaluations
    assert short.num_evaluations <= 5 + 1  # a line search is not broken off
    assert len(set(counted.seen[: long.num_evaluations])) == long.num_evaluations
    at_start = negative_log_posterior(counted, start, x, y)[0]
    assert long.objective <= short.objective < at_start


@pytest.mark.parametrize("first_step", [0.125, 0.3])
def test_length_of_the_first_step_does_not_decide_where_the_fit_ends(first_step: float) -> None:
    x, y = plane_data(40)
    process = GaussianProcess.matern52(PLANE)
    usual, other = (fit(process, x, y, [process.parameters.initial], first_step=step) for step in (1.0, first_step))
    assert other.objective == pytest.approx(usual.objective, abs=1e-2)
    assert negative_log_posterior(process, other.theta, x, y)[0] == pytest.approx(other.objective)


def test_repeated_inputs_and_constant_targets_are_no_problem() -> None:
    process = GaussianProcess.matern52(PLANE)
    x = np.full((10, 2), 0.3)
    result = fit(process, x, np.zeros(10), [process.parameters.initial])
    assert np.all(np.isfinite(result.theta))


def test_fit_without_finite_density_returns_the_start() -> None:
    process = GaussianProcess.matern52(PLANE)
    start = process.parameters.initial
    result = fit(process, np.full((3, 2), np.nan), np.zeros(3), [start])
    assert np.array_equal(result.theta, start)
