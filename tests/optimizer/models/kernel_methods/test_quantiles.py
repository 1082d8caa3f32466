from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.kernel_methods.quantiles import fit_kernel_quantiles

LINE = InputLayout.of([Scalar()])
LEVELS = np.array([1, 2, 3, 4, 5]) / 6


def pinball(y, predicted, level):
    return np.mean(np.maximum(level * (y - predicted), (level - 1) * (y - predicted)))


def test_share_of_values_below_is_the_level():
    """Noise that grows from left to right; half the data are used to check."""
    random_state = np.random.RandomState(0)
    x = random_state.random_sample((600, 1))
    y = np.sin(5 * x[:, 0]) + (0.1 + x[:, 0]) * random_state.standard_normal(600)
    predicted = fit_kernel_quantiles(LINE, x[:300], y[:300], LEVELS).predict(x[300:])
    np.testing.assert_allclose(np.mean(y[300:, None] < predicted, axis=0), LEVELS, atol=0.1)
    width = predicted[:, -1] - predicted[:, 0]
    assert np.mean(width[x[300:, 0] > 0.7]) > 1.5 * np.mean(width[x[300:, 0] < 0.3])


def test_steps_lower_the_loss_to_that_of_the_best_line():
    """A smooth function does at least as well on its data as the straight line that linear programming finds."""
    random_state = np.random.RandomState(1)
    x = np.sort(random_state.random_sample((60, 1)), axis=0)
    y = 2 * x[:, 0] + random_state.exponential(0.5, 60)
    predicted = fit_kernel_quantiles(LINE, x, y - 1, LEVELS).predict(x) + 1
    design = np.column_stack([np.ones(60), x])
    for place, level in enumerate(LEVELS):
        costs = np.concatenate([np.zeros(4), np.full(60, level), np.full(60, 1 - level)])
        matrix = np.hstack([design, -design, np.eye(60), -np.eye(60)])
        best_line = linprog(costs, A_eq=matrix, b_eq=y).fun / 60
        assert pinball(y, predicted[:, place], level) < 1.05 * best_line


@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_data(n):
    predicted = fit_kernel_quantiles(LINE, np.full((n, 1), 0.3), np.arange(n) / 3, LEVELS).predict(np.ones((2, 1)))
    assert predicted.shape == (2, 5)
    assert np.all(np.diff(predicted, axis=1) >= 0)
