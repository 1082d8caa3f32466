from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from syne_tune.optimizer.acquisition.ascent import ascend

FREE = np.ones((3, 4), dtype=np.bool_)
START = np.random.RandomState(0).random_sample((3, 4))


def quadratic(top: np.ndarray) -> tuple[np.ndarray, object]:
    root = np.random.RandomState(1).standard_normal((4, 4))
    curvature = root @ root.T + 0.1 * np.eye(4)

    def function(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        difference = x - top
        return -np.einsum("kd,de,ke->k", difference, curvature, difference), -2 * difference @ curvature

    return curvature, function


def test_finds_the_top_inside() -> None:
    top = np.array([0.3, 0.5, 0.7, 0.4])
    x, value = ascend(quadratic(top)[1], START, FREE, max_evaluations=60, tolerance=1e-12)
    assert x == pytest.approx(np.tile(top, (3, 1)), abs=1e-4)
    assert value == pytest.approx(0, abs=1e-6)


def test_finds_the_top_at_the_bounds_like_scipy() -> None:
    top = np.array([1.3, 0.5, -0.2, 0.4])
    function = quadratic(top)[1]

    def negative(point: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = function(point[None])
        return -value[0], -gradient[0]

    reference = minimize(negative, START[0], jac=True, bounds=[(0, 1)] * 4, method="L-BFGS-B")
    x, value = ascend(function, START, FREE, max_evaluations=80, tolerance=1e-12)
    assert value == pytest.approx(np.full(3, -reference.fun), abs=1e-4)
    assert np.all((x >= 0) & (x <= 1))


def test_held_coordinates_stay() -> None:
    free = FREE.copy()
    free[:, 1] = False
    x, _ = ascend(quadratic(np.full(4, 0.5))[1], START, free, max_evaluations=20, tolerance=1e-12)
    assert np.array_equal(x[:, 1], START[:, 1])


def test_rows_do_not_influence_each_other() -> None:
    function = quadratic(np.array([0.3, 1.5, 0.7, 0.4]))[1]
    together, _ = ascend(function, START, FREE, max_evaluations=15, tolerance=1e-12)
    for row in range(3):
        alone, _ = ascend(function, START[[row]], FREE[[row]], max_evaluations=15, tolerance=1e-12)
        assert alone[0] == pytest.approx(together[row], abs=1e-9)


@pytest.mark.parametrize("max_evaluations", [1, 2, 3, 10])
def test_never_gets_worse_and_keeps_to_the_budget(max_evaluations: int) -> None:
    calls = 0

    def rough(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        nonlocal calls
        calls += 1
        return np.sin(40 * x).sum(axis=1), 40 * np.cos(40 * x)

    before = rough(START)[0]
    calls = 0
    x, value = ascend(rough, START, FREE, max_evaluations=max_evaluations, tolerance=0.0)
    assert calls <= max_evaluations
    assert np.all(value >= before)
    assert value == pytest.approx(rough(x)[0])


def test_values_that_are_not_finite_are_not_accepted() -> None:
    def cliff(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.where(x[:, 0] > 0.6, np.inf, x[:, 0]), np.tile([1.0, 0, 0, 0], (len(x), 1))

    start = START.copy()
    start[:, 0] = 0.2
    x, value = ascend(cliff, start, FREE, max_evaluations=30, tolerance=1e-9)
    assert np.all(x[:, 0] <= 0.6)
    assert np.all(x[:, 0] > 0.5)
    assert np.all(np.isfinite(value))


def test_rests_on_a_plateau() -> None:
    calls = 0

    def flat(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        nonlocal calls
        calls += 1
        return np.zeros(len(x)), np.zeros_like(x)

    x, _ = ascend(flat, START, FREE, max_evaluations=30, tolerance=0.0)
    assert calls == 1
    assert np.array_equal(x, START)


def test_length_scales_shorten_the_way() -> None:
    scales = np.array([0.02, 2.0, 0.5, 0.1])
    calls = 0

    def valley(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        nonlocal calls
        calls += 1
        difference = (x - 0.4) / scales
        return -np.sum(difference**2, axis=1), -2 * difference / scales

    needed = []
    for known in (None, scales):
        calls = 0
        _, value = ascend(valley, START, FREE, max_evaluations=80, tolerance=1e-6, scales=known)
        assert value == pytest.approx(0, abs=1e-3)
        needed.append(calls)
    assert needed[1] < needed[0] / 2


def test_infinite_length_scales_are_allowed() -> None:
    top = np.array([0.3, 0.5, 0.7, 0.4])
    scales = np.array([np.inf, 1.0, 0.2, 1e3])
    x, _ = ascend(quadratic(top)[1], START, FREE, max_evaluations=80, tolerance=1e-12, scales=scales)
    assert x == pytest.approx(np.tile(top, (3, 1)), abs=1e-3)
