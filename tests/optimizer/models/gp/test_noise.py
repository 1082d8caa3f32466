from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.noise import UniformNoise, noise_variance_parameter


def test_uniform_noise_and_its_derivative_by_the_logarithm() -> None:
    noise, values, x = UniformNoise(), {"noise_variance": np.array([0.5])}, np.zeros((3, 2))
    assert noise.variance(values, x).tolist() == [0.5] * 3
    assert noise.parameter_pullback(values, x, np.array([1.0, 2.0, 4.0]))["noise_variance"] == pytest.approx([3.5])


def test_noise_is_small_a_priori() -> None:
    parameter = noise_variance_parameter(3)
    assert parameter.size == 3
    assert parameter.lower < parameter.initial < 0.01
