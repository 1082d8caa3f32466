"""Every process over (configuration, resource): formulas, derivatives, positive definiteness."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.models.gp.fit import negative_log_posterior
from syne_tune.optimizer.models.gp.linalg import Workspace
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.processes import RESOURCE_KERNELS, Inputs, independent
from syne_tune.optimizer.models.surrogate import with_resource

LEVELS = (1, 2, 4, 9)
PROCESSES: dict[str, Callable[[Inputs], GaussianProcess]] = {
    **RESOURCE_KERNELS,
    "independent": lambda inputs: independent(inputs, separate_noise_variances=False),
    "independent, separate noise": lambda inputs: independent(inputs, separate_noise_variances=True),
}
EVERY_PROCESS = pytest.mark.parametrize("name", list(PROCESSES))


def make(curves: Any, name: str, warping: bool = True) -> GaussianProcess:
    return PROCESSES[name](Inputs(curves.layout, ResourceLevels(LEVELS), warping=warping))


def random_theta(process: GaussianProcess, seed: int) -> np.ndarray:
    return process.parameters.perturb(process.parameters.initial, np.random.RandomState(seed))


@EVERY_PROCESS
@pytest.mark.parametrize("warping", [False, True])
def test_gradient_of_the_likelihood_matches_finite_differences(curves: Any, name: str, warping: bool) -> None:
    process = make(curves, name, warping)
    x, _ = curves.halving(8, seed=0)
    y = np.random.RandomState(1).standard_normal(len(x))
    theta = random_theta(process, 2)
    _, gradient = negative_log_posterior(process, theta, x, y)
    step = 1e-6
    numeric = [
        (negative_log_posterior(process, theta + e, x, y)[0] - negative_log_posterior(process, theta - e, x, y)[0])
        / (2 * step)
        for e in step * np.eye(len(theta))
    ]
    assert gradient == pytest.approx(numeric, rel=1e-5, abs=1e-4)


def away_from_levels(curves: Any, n: int) -> np.ndarray:
    """New configurations at resources where no kernel has a kink."""
    return with_resource(curves.configurations(n, seed=7), np.linspace(1.1, 8.3, n), 9)


@EVERY_PROCESS
@pytest.mark.parametrize("columns", [0, 3])
def test_gradient_by_inputs_and_resource_matches_finite_differences(curves: Any, name: str, columns: int) -> None:
    process = make(curves, name)
    data, y = curves.halving(8, seed=0)
    targets = y if not columns else y[:, None] + np.random.RandomState(1).standard_normal((len(y), columns))
    posterior = Posterior(process, random_theta(process, 3), data, targets)
    x = away_from_levels(curves, 5)
    random_state = np.random.RandomState(4)
    prediction, pullback = posterior.predict_with_pullback(x)
    by_mean, by_std = random_state.standard_normal(prediction.mean.shape), random_state.standard_normal(5)

    def outcome(x: np.ndarray) -> float:
        mean, std = posterior.predict(x)
        return float(np.sum(mean * by_mean) + std @ by_std)

    gradient = pullback(by_mean, by_std)
    for i, j in zip(*np.nonzero(~np.isnan(x)), strict=True):
        shift = np.zeros_like(x)
        shift[i, j] = 1e-6
        numeric = (outcome(x + shift) - outcome(x - shift)) / 2e-6
        assert gradient[i, j] == pytest.approx(numeric, rel=1e-4, abs=1e-4)


@EVERY_PROCESS
def test_features_and_gram_agree(curves: Any, name: str) -> None:
    process = make(curves, name)
    values = process.parameters.decode(random_theta(process, 5))
    x, _ = curves.halving(8, seed=0)
    features = process.kernel.features(values, x)
    cross = process.kernel.cross(values, features, features)
    gram, _ = process.kernel.gram_with_pullback(values, x, Workspace())
    assert cross == pytest.approx(gram)
    assert np.diagonal(cross) == pytest.approx(process.kernel.diagonal(values, features))


@EVERY_PROCESS
@given(seed=st.integers(0, 10_000))
def test_kernels_are_positive_definite(name: str, seed: int) -> None:
    random_state = np.random.RandomState(seed)
    layout = InputLayout.of([Scalar(), Scalar()])
    process = PROCESSES[name](Inputs(layout, ResourceLevels((1, 3, 9, 27))))
    x = with_resource(random_state.randint(3, size=(14, 1)) / 3, random_state.randint(1, 28, size=14), 27)
    values = process.parameters.decode(random_theta(process, seed))
    gram, _ = process.kernel.gram_with_pullback(values, x, Workspace())
    assert gram == pytest.approx(gram.T)
    assert np.linalg.eigvalsh(gram).min() > -1e-9 * np.abs(gram).max()


class TestFormulas:
    """Covariances and means, number by number, on one hyperparameter."""

    VALUES: dict[str, list[float]] = {  # noqa: RUF012
        "mean": [0.3],
        "noise_variance": [0.05],
        "length_scale": [0.7],
        "signal_variance": [1.4],
        "decay_alpha": [1.7],
        "decay_rate": [0.4],
        "decay_gamma": [0.8],
        "decay_delta": [0.35],
        "fold_variance": [0.6],
        "level_mean": [0.9, 0.4, 0.1],
        "level_scale": [2.0, 1.5, 0.5],
    }

    def covariance_and_mean(self, name: str, **others: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        process = PROCESSES[name](Inputs(InputLayout.of([Scalar(), Scalar()]), ResourceLevels((1, 3, 9))))
        values = {key: np.array(value) for key, value in (self.VALUES | others).items()}
        x = with_resource(np.array([[0.2], [0.2], [0.9], [0.9]]), [1, 9, 3, 9], 9)
        gram, _ = process.kernel.gram_with_pullback(values, x, Workspace())
        return gram, process.mean.evaluate(values, x), process.noise.variance(values, x)

    POINTS = ((0.2, 1), (0.2, 9), (0.9, 3), (0.9, 9))

    @staticmethod
    def matern(distance: float) -> float:
        q = math.sqrt(5) * distance
        return (1 + q + q * q / 3) * math.exp(-q)

    def base(self, x: float, other: float) -> float:
        return 1.4 * self.matern(abs(x - other) / 0.7)

    @staticmethod
    def kappa(u: float) -> float:
        alpha, rate = 1.7, 0.4
        beta = alpha / rate
        return float((beta / (u + beta)) ** alpha)

    def expected(self, covariance: Callable[[float, int, float, int], float]) -> np.ndarray:
        return np.array([[covariance(x, r, y, s) for y, s in self.POINTS] for x, r in self.POINTS])

    @pytest.mark.parametrize(
        ("name", "delta"), [("exp-decay-sum", 0.0), ("exp-decay-combined", 0.35), ("exp-decay-delta1", 1.0)]
    )
    def test_exponential_decay(self, name: str, delta: float) -> None:
        """Moments of chi + (gamma - delta chi) e, where e has moments kappa(r) and kappa(r + s)."""
        size, kappa = 0.8 - delta * 0.3, self.kappa

        def covariance(x: float, r: int, y: float, s: int) -> float:
            mean_of_squares = 1 - delta * (kappa(r) + kappa(s)) + delta**2 * kappa(r + s)
            return self.base(x, y) * mean_of_squares + size**2 * (kappa(r + s) - kappa(r) * kappa(s))

        gram, mean, noise = self.covariance_and_mean(name)
        assert gram == pytest.approx(self.expected(covariance))
        assert mean == pytest.approx([0.3 + size * kappa(r) for _, r in self.POINTS])
        assert noise == pytest.approx([0.05] * 4)

    def test_exponential_decay_agrees_with_simulated_curves(self) -> None:
        random_state = np.random.RandomState(0)
        count = 400_000
        rate = random_state.gamma(1.7, 0.4 / 1.7, size=count)
        root = np.linalg.cholesky(np.array([[self.base(x, y) for y in (0.2, 0.9)] for x in (0.2, 0.9)]))
        ends = 0.3 + root @ random_state.standard_normal((2, count))
        curves = np.stack([ends[int(x > 0.5)] for x, _ in self.POINTS])
        curves += (0.8 - 0.35 * curves) * np.exp(-np.array([r for _, r in self.POINTS])[:, None] * rate)
        gram, mean, _ = self.covariance_and_mean("exp-decay-combined")
        assert curves.mean(axis=1) == pytest.approx(mean, abs=0.02)
        assert np.cov(curves) == pytest.approx(gram, abs=0.03)

    def test_freeze_thaw(self) -> None:
        """Curves are independent given their ends: they share nothing of the decay."""

        def covariance(x: float, r: int, y: float, s: int) -> float:
            own = 0.8**2 * (self.kappa(r + s) - self.kappa(r) * self.kappa(s))
            return self.base(x, y) + (own if x == y else 0.0)

        gram, mean, _ = self.covariance_and_mean("freeze-thaw")
        assert gram == pytest.approx(self.expected(covariance))
        assert mean == pytest.approx([0.3 + 0.8 * self.kappa(r) for _, r in self.POINTS])

    def test_cross_validation(self) -> None:
        gram, _, _ = self.covariance_and_mean("cross-validation")
        assert gram == pytest.approx(self.expected(lambda x, r, y, s: self.base(x, y) * (1 + 0.6 / max(r, s))))

    def test_matern_over_configuration_and_log_resource(self) -> None:
        scale = {1: 2.0, 3: 1.5, 9: 0.5}

        def covariance(x: float, r: int, y: float, s: int) -> float:
            steps = (math.log(r) - math.log(s)) / math.log(9)
            distance = math.hypot((x - y) / 0.7, steps / 0.3)
            return 1.4 * scale[r] * scale[s] * self.matern(distance)

        gram, mean, noise = self.covariance_and_mean("matern52", length_scale=[0.7, 0.3])
        assert gram == pytest.approx(self.expected(covariance))
        assert mean == pytest.approx([0.9, 0.1, 0.4, 0.1])
        assert noise == pytest.approx([0.05 * scale[r] ** 2 for _, r in self.POINTS])

    def test_independent_levels(self) -> None:
        scale = {1: 2.0, 3: 1.5, 9: 0.5}
        gram, mean, noise = self.covariance_and_mean("independent, separate noise", noise_variance=[0.1, 0.2, 0.3])
        expected = self.expected(lambda x, r, y, s: scale[r] ** 2 * self.base(x, y) if r == s else 0.0)
        assert gram == pytest.approx(expected)
        assert mean == pytest.approx([0.9, 0.1, 0.4, 0.1])
        assert noise == pytest.approx([0.1 * 4, 0.3 * 0.25, 0.2 * 2.25, 0.3 * 0.25])


def test_independent_levels_are_models_of_their_own(curves: Any) -> None:
    """Predictions at a level are those of a plain process on the values of that level alone."""
    process = make(curves, "independent", warping=False)
    theta = random_theta(process, 6)
    values = process.parameters.decode(theta)
    data, y = curves.halving(12, seed=0)
    new = curves.configurations(5, seed=1)
    together = Posterior(process, theta, data, y)
    plain = GaussianProcess(Inputs(curves.layout, ResourceLevels(LEVELS)).over_configurations())
    for index, resource in enumerate(LEVELS):
        scale = values["level_scale"][index]
        own = {
            "mean": values["level_mean"][[index]],
            "noise_variance": values["noise_variance"] * scale**2,
            "length_scale": values["length_scale"],
            "signal_variance": values["signal_variance"] * scale**2,
        }
        rows = data[:, -1] == resource / 9
        alone = Posterior(plain, plain.parameters.encode(own), data[rows, :-1], y[rows]).predict(new)
        joint = together.predict(with_resource(new, resource, 9))
        assert joint.mean == pytest.approx(alone.mean)
        assert joint.std == pytest.approx(alone.std)


@EVERY_PROCESS
def test_posterior_with_pending_points_agrees_with_brute_force(curves: Any, name: str) -> None:
    process = make(curves, name)
    theta = random_theta(process, 8)
    values = process.parameters.decode(theta)
    data, y = curves.halving(8, seed=0)
    pending = with_resource(np.vstack([data[:2, :-1], curves.configurations(1, seed=5)]), [2, 9, 1], 9)
    assumed = np.random.RandomState(0).standard_normal((3, 2))
    posterior = Posterior(process, theta, data, y).append(pending, assumed)
    new = with_resource(curves.configurations(4, seed=6), [1, 2, 4, 9], 9)

    x = np.vstack([data, pending, new])
    prior_mean, prior = process.mean.evaluate(values, x), process.kernel.gram_with_pullback(values, x, Workspace())[0]
    n = len(data) + 3
    targets = np.concatenate([np.repeat(y[:, None], 2, axis=1), assumed])
    gain = prior[n:, :n] @ np.linalg.inv(prior[:n, :n] + np.diag(process.noise.variance(values, x[:n])))
    mean = prior_mean[n:, None] + gain @ (targets - prior_mean[:n, None])
    prediction = posterior.predict(new)
    assert prediction.mean == pytest.approx(mean, rel=1e-5, abs=1e-7)
    covariance = prior[n:, n:] - gain @ prior[:n, n:]
    assert prediction.std == pytest.approx(np.sqrt(np.diagonal(covariance)), rel=1e-4, abs=1e-5)
