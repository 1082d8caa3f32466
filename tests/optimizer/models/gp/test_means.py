from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.means import ConstantMean


def test_constant_mean_and_its_derivatives() -> None:
    mean, values, x = ConstantMean(), {"mean": np.array([1.5])}, np.zeros((3, 2))
    assert mean.evaluate(values, x).tolist() == [1.5] * 3
    assert mean.parameter_pullback(values, x, np.array([1.0, 2.0, 4.0]))["mean"] == pytest.approx([7.0])
    assert not mean.input_pullback(values, x, np.ones(3)).any()
