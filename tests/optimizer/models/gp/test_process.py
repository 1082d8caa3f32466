from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

LAYOUT = InputLayout.of([Scalar(), OneHot(3)])


def test_parameters_in_order() -> None:
    names = [parameter.name for parameter in GaussianProcess.matern52(LAYOUT, warping=True).parameters.parameters]
    own = ["mean", "noise_variance", "length_scale", "signal_variance"]
    assert names == [*own, "warping_a", "warping_b"]


@pytest.mark.parametrize(("ard", "size"), [(True, 2 + 2 + 1), (False, 2 + 1 + 1)])
def test_one_length_scale_per_hyperparameter_or_one_for_all(ard: bool, size: int) -> None:
    assert GaussianProcess.matern52(LAYOUT, ard=ard).parameters.size == size


def test_initial_parameters_are_near_the_mode_of_the_prior() -> None:
    parameters = GaussianProcess.matern52(LAYOUT).parameters
    start = parameters.log_prior(parameters.initial)[0]
    random_state = np.random.RandomState(0)
    others = [parameters.log_prior(parameters.perturb(parameters.initial, random_state))[0] for _ in range(50)]
    assert start > max(others)


def test_residuals_have_the_shape_of_the_targets() -> None:
    process, values = GaussianProcess.matern52(LAYOUT), {"mean": np.array([2.0])}
    x = np.zeros((2, 4))
    assert process.residuals(values, x, np.array([3.0, 1.0])).tolist() == [1.0, -1.0]
    assert process.residuals(values, x, np.ones((2, 3))).tolist() == [[-1.0] * 3] * 2
