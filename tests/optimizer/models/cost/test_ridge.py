from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.cost.ridge import STRENGTHS, ridge


def brute_force(features, targets):
    """Leaves out one row after the other, for every strength."""
    scale = np.sqrt(np.mean(features**2, axis=0))
    scaled = features / scale

    def solve(rows, strength):
        matrix = scaled[rows].T @ scaled[rows] + strength * np.eye(scaled.shape[1])
        return np.linalg.solve(matrix, scaled[rows].T @ targets[rows])

    def error(strength):
        everything = np.arange(len(targets))
        return sum((targets[i] - scaled[i] @ solve(everything[everything != i], strength)) ** 2 for i in everything)

    best = min(STRENGTHS, key=error)
    return solve(np.arange(len(targets)), best) / scale


@pytest.mark.parametrize("noise", [0.01, 0.5, 5.0])
def test_against_leaving_out_one_by_one(noise):
    rs = np.random.RandomState(0)
    features = rs.random_sample((15, 4)) * [1, 10, 100, 0.1]
    targets = features @ [3.0, 0.2, 0.0, 1.0] + noise * rs.standard_normal(15)
    assert ridge(features, targets) == pytest.approx(brute_force(features, targets), rel=1e-6)


def test_exact_data_are_recovered_and_empty_columns_left_out():
    rs = np.random.RandomState(1)
    features = np.column_stack([rs.random_sample((20, 2)), np.zeros(20)])
    assert ridge(features, features @ [2.0, 5.0, 9.0]) == pytest.approx([2.0, 5.0, 0.0], rel=1e-4, abs=1e-12)


def test_one_observation():
    assert ridge(np.array([[1.0, 2.0]]), np.array([4.0])) @ [1.0, 2.0] == pytest.approx(4.0, rel=0.1)
