from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.sensitivity import sobol_indices


@pytest.mark.parametrize("b", [4, 12])
def test_g_function(b):
    """Sobol' 2001: V_i = 1 / (3 (1 + a_i)^2), and everything else follows."""
    a = np.array([0.0, 1.0, 4.5, 9.0] + [99.0] * (b - 4))
    parts = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + parts) - 1
    layout = InputLayout.of([Scalar()] * b)
    found = sobol_indices(lambda x: np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1), layout)
    assert found.main == pytest.approx(parts / whole, abs=0.03)
    assert found.total == pytest.approx(parts * np.prod(1 + parts) / (1 + parts) / whole, abs=0.03)
    assert found.variance == pytest.approx(whole, rel=0.1)


def test_ishigami():
    """Ishigami & Homma 1990 with a = 7, b = 0.1; third input matters by interaction only."""
    layout = InputLayout.of([Scalar()] * 3)

    def function(x):
        z = np.pi * (2 * x - 1)
        return np.sin(z[:, 0]) + 7 * np.sin(z[:, 1]) ** 2 + 0.1 * z[:, 2] ** 4 * np.sin(z[:, 0])

    found = sobol_indices(function, layout)
    assert found.main == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)


def test_category_counts_as_one():
    layout = InputLayout.of([OneHot(3), Scalar()])
    found = sobol_indices(lambda x: np.array([0.0, 1.0, 2.0])[x[:, :3].argmax(axis=1)] + x[:, 3], layout)
    assert found.main == pytest.approx([8 / 9, 1 / 9], abs=0.02)


def test_constant_function():
    found = sobol_indices(lambda x: np.full(len(x), 7.0), InputLayout.of([Scalar()] * 2))
    assert found.variance == 0
    assert not found.total.any()
