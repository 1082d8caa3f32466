from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import PowerTransformer

from syne_tune.optimizer.models.gp.target_transforms import (
    TRANSFORMS,
    BoxCoxCurve,
    RankGaussian,
    TargetTransform,
    YeoJohnsonCurve,
    box_cox,
    middle_ranks,
    prediction_of_values,
    rank_gaussian,
    standardize,
    yeo_johnson,
)

UNITLESS = ["standardize", "yeo_johnson", "rank_gaussian"]
values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30).map(lambda v: np.round(v, 3))


def skewed(n: int = 80) -> np.ndarray:
    return np.exp(1.5 * np.random.RandomState(0).standard_normal(n))


@pytest.mark.parametrize("name", TRANSFORMS)
@settings(max_examples=30)
@given(y=values)
def test_inverse_undoes_forward(name: str, y: np.ndarray) -> None:
    transform = TRANSFORMS[name](y)
    spread = np.ptp(y) + 1
    assert transform.inverse(transform.forward(y)) == pytest.approx(y, abs=1e-5 * spread)


@pytest.mark.parametrize("name", TRANSFORMS)
@settings(max_examples=30)
@given(y=values)
def test_order_is_kept(name: str, y: np.ndarray) -> None:
    targets = TRANSFORMS[name](y).forward(np.sort(y))
    assert np.all(np.diff(targets) >= 0)
    assert np.all(np.isfinite(targets))


@pytest.mark.parametrize("name", TRANSFORMS)
@settings(max_examples=30)
@given(y=values)
def test_inverse_is_finite_and_increasing_far_outside_of_the_data(name: str, y: np.ndarray) -> None:
    raw = TRANSFORMS[name](y).inverse(np.linspace(-8, 8, 41))
    assert np.all(np.isfinite(raw))
    assert np.all(np.diff(raw) >= 0)


@pytest.mark.parametrize("name", UNITLESS)
def test_units_do_not_matter(name: str) -> None:
    y = skewed()
    targets, scaled = TRANSFORMS[name](y).forward(y), TRANSFORMS[name](1e-7 * y - 3).forward(1e-7 * y - 3)
    assert scaled == pytest.approx(targets, abs=1e-3)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_targets_are_standardised(name: str) -> None:
    targets = TRANSFORMS[name](skewed()).forward(skewed())
    assert targets.mean() == pytest.approx(0, abs=0.01)
    assert targets.std() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("y", [np.zeros(4), np.full(3, 1e9), np.array([2.5])])
def test_constant_values_become_zero(name: str, y: np.ndarray) -> None:
    assert TRANSFORMS[name](y).forward(y) == pytest.approx(0)


@pytest.mark.parametrize("name", ["yeo_johnson", "rank_gaussian", "box_cox"])
def test_skewed_values_become_nearly_normal(name: str) -> None:
    def skewness(v: np.ndarray) -> float:
        return float(np.mean(((v - v.mean()) / v.std()) ** 3))

    targets = TRANSFORMS[name](skewed()).forward(skewed())
    assert abs(skewness(targets)) < 0.4 < skewness(skewed())


def test_w9_power_transform_sees_raw_values_not_standardised_ones() -> None:
    """W9: Box-Cox used to be applied after normalising to mean zero, where it clipped most targets to one value."""
    y = skewed()
    assert np.mean(standardize(y).forward(y) < 0) > 0.5
    targets = box_cox(y).forward(y)
    assert len(np.unique(targets)) == len(y)


def test_w9_predictions_go_back_to_metric_units() -> None:
    """W9: the inverse used to exist but was never called."""
    y = skewed()
    for transform in (box_cox(y), yeo_johnson(y), rank_gaussian(y)):
        middle = float(transform.inverse(np.zeros(1))[0])
        assert middle == pytest.approx(np.median(y), rel=0.3)


def test_box_cox_of_values_that_are_not_positive() -> None:
    y = skewed() - 1
    assert box_cox(y).forward(y) == pytest.approx(yeo_johnson(y).forward(y))


@pytest.mark.parametrize("power", [-0.7, 0.0, 0.4, 1.0, 2.0, 2.3])
def test_yeo_johnson_curve_agrees_with_scikit_learn(power: float) -> None:
    reference = PowerTransformer("yeo-johnson", standardize=False)
    v = np.linspace(-3, 3, 13)
    reference.fit(v[:, None])
    reference.lambdas_ = np.array([power])
    assert YeoJohnsonCurve(power).forward(v) == pytest.approx(reference.transform(v[:, None])[:, 0])


def test_box_cox_chooses_the_power_of_scikit_learn() -> None:
    y = skewed()
    reference = PowerTransformer("box-cox").fit_transform(y[:, None])[:, 0]
    assert box_cox(y).forward(y) == pytest.approx(reference, abs=1e-2)


@pytest.mark.parametrize("curve", [BoxCoxCurve(0.0), BoxCoxCurve(-0.5), YeoJohnsonCurve(2.0), YeoJohnsonCurve(0.3)])
def test_slope_of_curves(curve: BoxCoxCurve | YeoJohnsonCurve) -> None:
    v = np.array([0.3, 1.0, 2.5])
    numeric = (curve.forward(v + 1e-6) - curve.forward(v - 1e-6)) / 2e-6
    assert np.exp(curve.log_slope(v)) == pytest.approx(numeric, rel=1e-5)


def test_rank_gaussian_does_not_see_how_far_an_outlier_is() -> None:
    near, far = np.array([1.0, 2.0, 3.0, 10.0]), np.array([1.0, 2.0, 3.0, 1e9])
    assert rank_gaussian(near).forward(near) == pytest.approx(rank_gaussian(far).forward(far))


def test_rank_gaussian_goes_on_beyond_the_data() -> None:
    transform: TargetTransform = rank_gaussian(np.array([1.0, 2.0, 4.0]))
    assert isinstance(transform, RankGaussian)
    outside = np.array([-5.0, 0.5, 5.0, 90.0])
    assert transform.inverse(transform.forward(outside)) == pytest.approx(outside)
    assert np.all(np.diff(transform.forward(outside)) > 0)


def test_middle_ranks_with_ties() -> None:
    distinct, ranks = middle_ranks(np.array([5.0, 1.0, 5.0, 7.0]))
    assert distinct.tolist() == [1, 5, 7]
    assert ranks == pytest.approx([1 / 8, 1 / 2, 7 / 8])


@pytest.mark.parametrize("name", TRANSFORMS)
def test_predictions_of_targets_become_predictions_of_values(name: str) -> None:
    transform = TRANSFORMS[name](skewed())
    mean, std = np.array([-0.5, 0.0, 1.0]), np.array([0.1, 0.5, 0.3])
    value, deviation = prediction_of_values(transform, mean, std)
    assert transform.forward(value) == pytest.approx(mean)
    assert transform.inverse(mean + std) - transform.inverse(mean - std) == pytest.approx(2 * deviation)
