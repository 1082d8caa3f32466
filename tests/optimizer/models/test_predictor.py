"""What every predictor must do, run over all of ours: add yours to ``PREDICTORS``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.predictor import (
    DifferentiablePredictor,
    JointPredictor,
    Prediction,
    Predictor,
    Scaled,
    shortest_length_scales,
)


class Constant:
    """The worked example of the contract."""

    def __init__(self, targets: np.ndarray) -> None:
        self._mean, self._std = targets.mean(), targets.std()

    def predict(self, x: np.ndarray) -> Prediction:
        m = len(x)
        return Prediction(np.full(m, self._mean), np.full(m, self._std))


def constant(mixed: Any) -> Predictor:
    return Constant(np.array([1.0, 3.0]))


def gaussian_process(mixed: Any) -> Predictor:
    process = GaussianProcess.matern52(mixed.layout)
    x = mixed.sample(10, seed=0)
    return Posterior(process, process.parameters.initial, x, mixed.function(x))


def warped_gaussian_process(mixed: Any) -> Predictor:
    surrogate = GaussianProcessSurrogate(mixed.layout, SurrogateOptions(warping=True), np.random.RandomState(0))
    x = mixed.sample(10, seed=0)
    return surrogate.update(x, mixed.function(x))


PREDICTORS = [constant, gaussian_process, warped_gaussian_process]
make_each = pytest.mark.parametrize("make", PREDICTORS)
Make = Callable[[Any], Predictor]


@make_each
@pytest.mark.parametrize("m", [0, 1, 5])
def test_shapes(mixed: Any, make: Make, m: int) -> None:
    mean, std = make(mixed).predict(mixed.sample(m, seed=1))
    assert mean.shape == std.shape == (m,)
    assert np.all(std > 0)


@make_each
def test_rows_do_not_depend_on_each_other(mixed: Any, make: Make) -> None:
    predictor, x = make(mixed), mixed.sample(6, seed=1)
    together = predictor.predict(x)
    alone = [predictor.predict(row[None]) for row in x]
    assert together.mean == pytest.approx(np.concatenate([p.mean for p in alone]))
    assert together.std == pytest.approx(np.concatenate([p.std for p in alone]))


@make_each
def test_inputs_are_left_alone(mixed: Any, make: Make) -> None:
    predictor, x = make(mixed), mixed.sample(6, seed=1)
    predictor.predict(x)
    assert np.array_equal(x, mixed.sample(6, seed=1), equal_nan=True)


@make_each
def test_pullback(mixed: Any, make: Make) -> None:
    predictor, x = make(mixed), mixed.sample(6, seed=1)
    if not isinstance(predictor, DifferentiablePredictor):
        pytest.skip("no gradients")
    prediction, pullback = predictor.predict_with_pullback(x)
    assert prediction.mean == pytest.approx(predictor.predict(x).mean)
    gradient = pullback(np.ones(6), np.zeros(6))
    assert gradient.shape == x.shape
    assert np.all(gradient[np.isnan(x)] == 0)
    shift = np.where(np.arange(6) == 0, 1e-6, 0.0)
    slope = (predictor.predict(x + shift).mean - predictor.predict(x - shift).mean) / 2e-6
    assert gradient[:, 0] == pytest.approx(slope, abs=1e-5)


@make_each
def test_samples(mixed: Any, make: Make) -> None:
    predictor, x = make(mixed), mixed.sample(3, seed=1)
    if not isinstance(predictor, JointPredictor):
        pytest.skip("no samples")
    samples = predictor.sample_joint(x, 4, np.random.RandomState(0))
    assert samples.shape == (3, 4)
    assert np.array_equal(samples, predictor.sample_joint(x, 4, np.random.RandomState(0)))


@make_each
def test_length_scales(mixed: Any, make: Make) -> None:
    predictor = make(mixed)
    if not isinstance(predictor, Scaled):
        pytest.skip("no length scales")
    assert predictor.length_scales is not None
    assert predictor.length_scales.shape == (mixed.layout.num_columns,)
    assert np.all(predictor.length_scales > 0)


def test_shortest_length_scales_of_parts_that_know_some() -> None:
    class Knows:
        def __init__(self, *scales: float) -> None:
            self.length_scales = np.array(scales) if scales else None

    assert shortest_length_scales(object(), Knows()) is None
    shortest = shortest_length_scales(Knows(0.1, 2.0), object(), Knows(), Knows(0.3, 1.0))
    assert shortest is not None
    assert shortest.tolist() == [0.1, 1.0]
