from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import norm

from syne_tune.optimizer.acquisition.functions import (
    CheapnessOfLogCost,
    LogExpectedImprovement,
    LogProbabilityBelow,
    LogProbabilityOfSuccess,
    LowerConfidenceBound,
    Score,
    ScoreFunction,
    best_mean,
    log_h_and_slope,
)
from syne_tune.optimizer.models.predictor import Prediction

MEAN = np.array([-1.0, 0.2, 0.5, 3.0, 40.0])
STD = np.array([0.5, 0.3, 1.0, 0.7, 0.4])

SCORES: list[ScoreFunction] = [
    LogExpectedImprovement(0.3),
    LogProbabilityBelow(0.3),
    LowerConfidenceBound(1.5),
    CheapnessOfLogCost(0.5),
]
each_score = pytest.mark.parametrize("score", SCORES, ids=lambda score: type(score).__name__)


def with_fantasies(score: ScoreFunction) -> tuple[ScoreFunction, Prediction]:
    """One incumbent per fantasy, for the function that has one."""
    mean = MEAN[:, None] + np.array([0.0, 0.4, -0.7])
    if isinstance(score, LogExpectedImprovement):
        score = LogExpectedImprovement(np.array([0.3, 0.1, -0.5]))
    return score, Prediction(mean, STD)


def test_expected_improvement_agrees_with_monte_carlo() -> None:
    draws = np.random.RandomState(0).standard_normal(400_000)
    near = Prediction(MEAN[:3], STD[:3])
    expected = [np.mean(np.maximum(0.3 - mean - std * draws, 0)) for mean, std in zip(*near, strict=True)]
    assert np.exp(LogExpectedImprovement(0.3)(near).value) == pytest.approx(expected, rel=0.01)


def test_expected_improvement_agrees_with_the_textbook() -> None:
    u = (0.3 - MEAN) / STD
    expected = STD * (norm.pdf(u) + u * norm.cdf(u))
    assert np.exp(LogExpectedImprovement(0.3)(Prediction(MEAN, STD)).value[:4]) == pytest.approx(expected[:4])


@pytest.mark.parametrize(
    ("u", "expected", "expected_slope"),
    [
        (-1e6, -500000000028.54996, 1e6),
        (-100.1, -5020.136577202233, 100.119974042119),
        (-99.9, -5000.132578400063, 99.92001400620086),
        (-10.0, -55.55312203612236, 10.19438303341255),
        (-1.0001, -2.485311456445883, 1.904343431716527),
        (-0.9999, -2.484930602199176, 1.904199036177194),
        (0.0, -0.9189385332046727, 1.2533141373155),
        (5.0, 1.609437923126431, 0.19999994053122),
        (40.0, 3.6888794541139363, 0.025),
    ],
)
def test_log_h_against_arithmetic_with_many_digits(u: float, expected: float, expected_slope: float) -> None:
    """References were computed with 2600 digits."""
    log_h, slope = log_h_and_slope(np.array([u]))
    assert log_h[0] == pytest.approx(expected, rel=1e-12)
    assert slope[0] == pytest.approx(expected_slope, rel=1e-9)


def test_log_h_is_increasing_and_smooth_where_its_formulas_meet() -> None:
    for edge in (-100.0, 9.0):
        u = edge + np.linspace(-1e-3, 1e-3, 9)
        log_h, slope = log_h_and_slope(u)
        assert np.all(np.diff(log_h) > 0)
        assert np.diff(log_h) / np.diff(u) == pytest.approx((slope[1:] + slope[:-1]) / 2, rel=1e-6)


def test_far_from_the_incumbent_there_is_still_a_gradient() -> None:
    value, by_mean, _ = LogExpectedImprovement(0.0)(Prediction(np.array([1e4]), np.array([1e-3])))
    assert np.isfinite(value)
    assert by_mean[0] < 0


def test_probability_below_a_limit() -> None:
    value = LogProbabilityBelow(0.3)(Prediction(MEAN, STD)).value
    assert value == pytest.approx(log_ndtr((0.3 - MEAN) / STD))


def test_lower_confidence_bound() -> None:
    assert LowerConfidenceBound(2.0)(Prediction(MEAN, STD)).value == pytest.approx(2 * STD - MEAN)


def test_w19_negative_log_cost_is_a_cost_below_one_not_an_explosion() -> None:
    """W19: predicted negative costs used to be floored at 1e-12 without warning, and improvement per cost exploded."""
    cheapness = CheapnessOfLogCost()(Prediction(np.array([-3.0]), np.array([1.0]))).value
    assert np.exp(cheapness) == pytest.approx(np.exp(3))


def numeric_gradient(
    score: ScoreFunction, prediction: Prediction, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    step = 1e-6

    def change(part: int, index: tuple[int, ...]) -> float:
        def outcome(sign: int) -> float:
            moved = [array.copy() for array in prediction]
            moved[part][index] += sign * step
            return float(weights @ score(Prediction(*moved)).value)

        return (outcome(1) - outcome(-1)) / (2 * step)

    parts = [
        np.array([partial(change, part)(index) for index in np.ndindex(array.shape)]).reshape(array.shape)
        for part, array in enumerate(prediction)
    ]
    return parts[0], parts[1]


@each_score
@pytest.mark.parametrize("fantasies", [False, True])
def test_gradients_match_finite_differences(score: ScoreFunction, fantasies: bool) -> None:
    prediction = Prediction(MEAN, STD)
    if fantasies:
        score, prediction = with_fantasies(score)
    weights = np.array([1.0, -2.0, 0.5, 3.0, 0.7])
    result = score(prediction)
    by_mean, by_std = numeric_gradient(score, prediction, weights)
    scaled = weights[:, None] if fantasies else weights
    assert result.by_mean * scaled == pytest.approx(by_mean, rel=1e-4, abs=1e-5)
    assert result.by_std * weights == pytest.approx(by_std, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("score", SCORES[:2], ids=lambda score: type(score).__name__)
def test_value_with_fantasies_is_that_of_the_average(score: ScoreFunction) -> None:
    score, prediction = with_fantasies(score)

    def single(j: int) -> Score:
        one = LogExpectedImprovement(score.incumbent[j]) if isinstance(score, LogExpectedImprovement) else score
        return one(Prediction(prediction.mean[:, j], STD))

    expected = np.mean([np.exp(single(j).value) for j in range(3)], axis=0)
    assert np.exp(score(prediction).value) == pytest.approx(expected)


@each_score
def test_one_fantasy_is_like_none(score: ScoreFunction) -> None:
    plain, column = score(Prediction(MEAN, STD)), score(Prediction(MEAN[:, None], STD))
    assert column.value == pytest.approx(plain.value)
    assert column.by_mean[:, 0] == pytest.approx(plain.by_mean)
    assert column.by_std == pytest.approx(plain.by_std)


@each_score
def test_no_points(score: ScoreFunction) -> None:
    assert score(Prediction(np.empty(0), np.empty(0))).value.shape == (0,)


def test_w6_units_shift_the_value_but_not_the_order() -> None:
    """W6: an absolute jitter of 0.01 used to make the search depend on the units of the metric."""
    small = LogExpectedImprovement(0.3e-6)(Prediction(1e-6 * MEAN, 1e-6 * STD)).value
    large = LogExpectedImprovement(0.3)(Prediction(MEAN, STD)).value
    assert small - large == pytest.approx(np.log(1e-6))


def test_incumbent_is_the_lowest_mean() -> None:
    assert best_mean(np.array([3.0, 1.0, 2.0])) == 1.0
    assert best_mean(np.array([3.0, 1.0, 2.0]), np.array([True, False, True])) == 2.0
    columns = best_mean(np.array([[3.0, 0.0], [1.0, 5.0]]))
    assert np.array_equal(columns, [1.0, 0.0])


def test_probability_of_success() -> None:
    """Against the average of the logistic function over the latent normal, and its derivatives against differences."""
    prediction = Prediction(np.array([-3.0, 0.0, 2.5]), np.array([0.5, 1.0, 2.0]))
    score = LogProbabilityOfSuccess()
    draws = np.random.RandomState(0).standard_normal((200_000, 1))
    expected = np.mean(1 / (1 + np.exp(-(prediction.mean + prediction.std * draws))), axis=0)
    assert np.exp(score(prediction).value) == pytest.approx(expected, abs=0.02)
    weights = np.array([1.0, -2.0, 0.5])
    by_mean, by_std = numeric_gradient(score, prediction, weights)
    assert score(prediction).by_mean * weights == pytest.approx(by_mean, rel=1e-5)
    assert score(prediction).by_std * weights == pytest.approx(by_std, rel=1e-5, abs=1e-9)
