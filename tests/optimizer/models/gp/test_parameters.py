from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import lognorm, norm

from syne_tune.optimizer.models.gp.parameters import Parameter, ParameterVector, mode_of_log_normal

SCALE = Parameter("scale", initial=0.5, lower=0.1, upper=4.0, location=0.3, spread=0.8, size=2)
SHIFT = Parameter("shift", initial=-1.0, lower=-2.0, upper=2.0, location=0.5, spread=2.0, log=False)
VECTOR = ParameterVector((SCALE, SHIFT))


def test_initial_values_and_bounds_are_encoded() -> None:
    assert VECTOR.initial == pytest.approx([np.log(0.5), np.log(0.5), -1])
    assert VECTOR.lower == pytest.approx([np.log(0.1), np.log(0.1), -2])
    assert VECTOR.upper == pytest.approx([np.log(4), np.log(4), 2])


def test_decode_inverts_encode() -> None:
    values = {"scale": np.array([0.2, 3.0]), "shift": np.array([1.5])}
    decoded = VECTOR.decode(VECTOR.encode(values))
    assert decoded["scale"] == pytest.approx(values["scale"])
    assert decoded["shift"] == pytest.approx(values["shift"])


def test_log_prior_is_the_density_of_the_values() -> None:
    def reference(theta: np.ndarray) -> float:
        scale = lognorm.logpdf(np.exp(theta[:2]), s=0.8, scale=np.exp(0.3))
        return float(scale.sum() + norm.logpdf(theta[2], 0.5, 2.0))

    one, other = np.array([0.1, -0.7, 0.3]), np.array([-1.0, 0.4, 1.9])
    difference = VECTOR.log_prior(one)[0] - VECTOR.log_prior(other)[0]
    assert difference == pytest.approx(reference(one) - reference(other))


def test_gradient_of_log_prior() -> None:
    theta = np.array([0.1, -0.7, 0.3])
    numeric = approx_fprime(theta, lambda t: VECTOR.log_prior(t)[0], 1e-7)
    assert VECTOR.log_prior(theta)[1] == pytest.approx(numeric, abs=1e-5)


def test_mode_of_log_normal() -> None:
    grid = np.linspace(0.01, 5, 100_000)
    assert grid[np.argmax(lognorm.pdf(grid, s=0.8, scale=np.exp(0.3)))] == pytest.approx(
        mode_of_log_normal(0.3, 0.8), abs=1e-3
    )


def test_perturbed_points_stay_inside_the_bounds() -> None:
    random_state = np.random.RandomState(0)
    points = np.array([VECTOR.perturb(VECTOR.initial, random_state) for _ in range(100)])
    assert np.all(points >= VECTOR.lower)
    assert np.all(points <= VECTOR.upper)
    assert points.std(axis=0).min() > 0.3


def test_flatten_orders_by_parameter() -> None:
    assert VECTOR.flatten({"shift": np.array([3.0]), "scale": np.array([1.0, 2.0])}).tolist() == [1, 2, 3]
    assert VECTOR.size == 3
