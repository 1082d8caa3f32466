from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.scoring import rank_pinball_loss
from syne_tune.optimizer.models.gp.target_transforms import rank_gaussian, standardize
from syne_tune.optimizer.models.predictor import Prediction

Y = np.random.RandomState(0).standard_normal(200)
ZEROS, ONES = np.zeros(200), np.ones(200)


def test_perfect_prediction_loses_nothing() -> None:
    transform = standardize(Y)
    exact = Prediction(transform.forward(Y), 1e-12 * ONES)
    assert rank_pinball_loss(Y, transform, exact) == pytest.approx(0, abs=1e-6)


def test_ignorance_costs_as_documented() -> None:
    transform = rank_gaussian(Y)
    assert rank_pinball_loss(Y, transform, Prediction(ZEROS, ONES)) == pytest.approx(0.08, abs=0.01)


@pytest.mark.parametrize("std", [0.01, 0.03, 10.0])
def test_false_confidence_costs(std: float) -> None:
    transform = standardize(Y)
    mean = transform.forward(Y) + 0.3 * np.random.RandomState(1).standard_normal(200)
    honest = rank_pinball_loss(Y, transform, Prediction(mean, 0.3 * ONES))
    assert rank_pinball_loss(Y, transform, Prediction(mean, std * ONES)) > honest


def test_increasing_maps_of_the_metric_change_nothing() -> None:
    prediction = Prediction(0.8 * rank_gaussian(Y).forward(Y), 0.5 * ONES)
    expected = rank_pinball_loss(Y, rank_gaussian(Y), prediction)
    curved = np.exp(3 * Y)
    assert rank_pinball_loss(curved, rank_gaussian(curved), prediction) == pytest.approx(expected, abs=0.01)


def test_ties_are_fine() -> None:
    y = np.repeat([1.0, 2.0], 5)
    loss = rank_pinball_loss(y, standardize(y), Prediction(standardize(y).forward(y), 1e-9 * np.ones(10)))
    assert loss == pytest.approx(0, abs=1e-6)
