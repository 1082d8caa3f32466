from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.fit import fit
from syne_tune.optimizer.models.gp.model import ExactModel
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess


def test_exact_model_fits_and_conditions_like_its_process(mixed: Any) -> None:
    process = GaussianProcess.matern52(mixed.layout)
    model, x = ExactModel(process, Posterior), mixed.sample(12, seed=0)
    y = mixed.function(x)
    start = model.parameters.initial
    theta = fit(model, x, y, [start]).theta
    assert np.array_equal(theta, fit(process, x, y, [start]).theta)
    new = mixed.sample(3, seed=1)
    expected = Posterior(process, theta, x, y).predict(new)
    assert model.condition(theta, x, y).predict(new).mean == pytest.approx(expected.mean)
