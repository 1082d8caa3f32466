from __future__ import annotations

import numpy as np
import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.boxes import non_dominated_boxes
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement
from syne_tune.optimizer.acquisition.multi_objective import (
    JointTerm,
    LogExpectedHypervolumeImprovement,
    expected_hypervolume_improvement_2d,
    hypervolume_improvement,
)
from syne_tune.optimizer.acquisition.optimize import SearchEffort, optimize
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.predictor import Prediction
from syne_tune.optimizer.pareto.hypervolume import hypervolume
from syne_tune.optimizer.pareto.non_dominated import is_non_dominated


def random_points(k, n, seed):
    return np.random.RandomState(seed).random_sample((n, k))


def score(mean, std, points, reference):
    predictions = [Prediction(mean[:, i], std[:, i]) for i in range(mean.shape[1])]
    return LogExpectedHypervolumeImprovement(non_dominated_boxes(points, reference))(predictions)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_boxes_are_disjoint_and_cover_what_is_not_dominated(k):
    points, reference = random_points(k, 7, k), np.full(k, 0.9)
    boxes = non_dominated_boxes(points, reference)
    probes = np.random.RandomState(0).uniform(-0.5, 1.0, size=(500, k))
    inside = np.all((probes[:, None] > boxes.lower) & (probes[:, None] <= boxes.upper), axis=2).sum(axis=1)
    dominated = np.any(np.all(points[None] < probes[:, None], axis=2), axis=1)
    expected = np.all(probes <= reference, axis=1) & ~dominated
    assert np.array_equal(inside, expected.astype(int))


@pytest.mark.parametrize("k", [2, 3])
def test_improvement_is_the_difference_of_hypervolumes(k):
    points, reference = random_points(k, 5, k), np.ones(k)
    values = random_points(k, 20, 9)
    expected = [hypervolume(np.vstack([points, y]), reference) - hypervolume(points, reference) for y in values]
    assert hypervolume_improvement(values, non_dominated_boxes(points, reference)) == pytest.approx(expected)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_expected_improvement_against_monte_carlo(k):
    points, reference = random_points(k, 5, k), np.ones(k)
    mean, std = random_points(k, 3, 10), 0.1 + 0.3 * random_points(k, 3, 11)
    noise = np.random.RandomState(2).standard_normal((20_000, 1, k))
    estimates = hypervolume_improvement(mean + std * noise, non_dominated_boxes(points, reference)).mean(axis=0)
    assert np.exp(score(mean, std, points, reference).value) == pytest.approx(estimates, rel=0.05, abs=1e-3)


def test_closed_form_in_two_dimensions():
    points, reference = random_points(2, 9, 3), np.ones(2)
    mean, std = random_points(2, 20, 4), 0.05 + random_points(2, 20, 5)
    front = points[is_non_dominated(points)]
    expected = expected_hypervolume_improvement_2d(mean, std, front, reference)
    assert np.exp(score(mean, std, points, reference).value) == pytest.approx(expected, rel=1e-8)


def test_one_objective_is_expected_improvement():
    mean, std = random_points(1, 5, 6), 0.1 + random_points(1, 5, 7)
    expected = LogExpectedImprovement(0.2)(Prediction(mean[:, 0], std[:, 0]))
    found = score(mean, std, np.array([[0.2], [0.5]]), np.array([0.9]))
    assert found.value == pytest.approx(expected.value)
    assert found.by_mean[:, 0] == pytest.approx(expected.by_mean)


@pytest.mark.parametrize("k", [2, 3])
def test_gradients_against_differences(k):
    points, reference = random_points(k, 6, k), np.ones(k)
    mean, std = random_points(k, 4, 20), 0.1 + random_points(k, 4, 21)
    found, step = score(mean, std, points, reference), 1e-6
    for i in range(k):
        move = step * np.eye(k)[i]
        by_mean = score(mean + move, std, points, reference).value - score(mean - move, std, points, reference).value
        by_std = score(mean, std + move, points, reference).value - score(mean, std - move, points, reference).value
        assert found.by_mean[:, i] == pytest.approx(by_mean / (2 * step), rel=1e-5, abs=1e-6)
        assert found.by_std[:, i] == pytest.approx(by_std / (2 * step), rel=1e-5, abs=1e-6)


def test_finite_far_away():
    found = score(np.full((1, 2), 60.0), np.full((1, 2), 1.0), random_points(2, 4, 0), np.ones(2))
    assert np.isfinite(found.value).all()
    assert np.all(found.by_mean < 0)


def test_without_points_the_whole_reference_box_counts():
    found = score(np.array([[0.5, 0.5]]), np.full((1, 2), 1e-3), np.empty((0, 2)), np.ones(2))
    assert np.exp(found.value) == pytest.approx(0.25, rel=1e-3)


@pytest.mark.parametrize(
    ("points", "reference"), [(np.zeros((2, 2)), np.ones(3)), (np.array([[np.nan, 1.0]]), np.ones(2))]
)
def test_bad_points(points, reference):
    with pytest.raises(OptionError):
        non_dominated_boxes(points, reference)


def test_number_of_predictions_must_fit():
    boxes = non_dominated_boxes(np.zeros((1, 2)), np.ones(2))
    with pytest.raises(OptionError, match="1 predictions"):
        LogExpectedHypervolumeImprovement(boxes)([Prediction(np.zeros(1), np.ones(1))])


def test_search_with_two_models_finds_the_gap_in_the_front():
    layout = InputLayout.of([Scalar()])
    x = np.array([0.0, 0.1, 0.2, 0.8, 0.9, 1.0])[:, None]
    targets = np.column_stack([x[:, 0] ** 2, (x[:, 0] - 1) ** 2])
    models = [
        GaussianProcessSurrogate(layout, SurrogateOptions(transform="standardize"), np.random.RandomState(0))
        for _ in "ab"
    ]
    predictors = [model.update(x, target) for model, target in zip(models, targets.T, strict=True)]
    known = np.column_stack([m.transform.forward(t) for m, t in zip(models, targets.T, strict=True)])
    boxes = non_dominated_boxes(known, known.max(axis=0) + 0.1)
    term = JointTerm(predictors, LogExpectedHypervolumeImprovement(boxes))
    found = optimize(term, SearchDomain(layout), np.random.RandomState(1), centres=x, effort=SearchEffort(100, 100))
    assert 0.3 < found.x[0, 0] < 0.7
