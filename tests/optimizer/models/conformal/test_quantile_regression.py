from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.conformal.quantile_regression import (
    QuantileOptions,
    conformal_shifts,
    fit_conformal_quantiles,
)
from syne_tune.optimizer.models.inputs import InputLayout, Scalar

LINE = InputLayout.of([Scalar()])
LEVELS = QuantileOptions(5).levels


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(20, 200), st.floats(-2, 2), st.floats(0.1, 3))
def test_corrected_intervals_hold_enough_of_the_held_out_values(seed, n, shift, scale):
    """Whatever the model predicts: algorithm 1 of Romano et al. guarantees it."""
    y = np.random.RandomState(seed).standard_normal(n) * scale + shift
    predicted = np.tile(np.linspace(-1, 1, 5), (n, 1))
    corrected = predicted + conformal_shifts(predicted, y, LEVELS)
    for low, coverage in ((0, 4 / 6), (1, 2 / 6)):
        inside = (y >= corrected[:, low] - 1e-9) & (y <= corrected[:, 4 - low] + 1e-9)
        assert np.mean(inside) >= coverage


def test_new_values_are_covered_on_average():
    """One repetition has one new value; intervals of a bad model must hold it with the promised probability."""
    random_state = np.random.RandomState(0)
    predicted = np.tile([0.0, 0.1, 0.2, 0.3, 0.4], (21, 1))
    inside = 0
    for _ in range(2000):
        y = random_state.standard_normal(21)
        low, *_, high = predicted[20] + conformal_shifts(predicted[:20], y[:20], LEVELS)
        inside += low <= y[20] <= high
    assert 4 / 6 - 0.03 < inside / 2000 < 4 / 6 + 0.08


def test_median_stays_and_shifts_are_opposite():
    shifts = conformal_shifts(np.zeros((50, 5)), np.random.RandomState(0).standard_normal(50), LEVELS)
    assert shifts[2] == 0
    np.testing.assert_allclose(shifts, -shifts[::-1])


def test_correction_needs_enough_data():
    random_state = np.random.RandomState(0)
    x, y = random_state.random_sample((40, 1)), random_state.standard_normal(40)
    assert not np.any(fit_conformal_quantiles(LINE, x[:32], y[:32], QuantileOptions(), random_state).shifts)
    assert np.any(fit_conformal_quantiles(LINE, x, y, QuantileOptions(), random_state).shifts)


def test_units_play_no_role():
    random_state = np.random.RandomState(0)
    x = random_state.random_sample((50, 1))
    y = x[:, 0] + 0.1 * random_state.standard_normal(50)
    plain, other = (
        fit_conformal_quantiles(LINE, x, values, QuantileOptions(), np.random.RandomState(1)).predict(x)
        for values in (y, 1e4 * y - 7)
    )
    np.testing.assert_allclose(other, 1e4 * plain - 7, rtol=1e-6)


@pytest.mark.parametrize("outlier", [1e30, 1e300])
def test_diverged_value_does_not_widen_the_others(outlier):
    x = np.linspace(0, 1, 30)[:, None]
    y = x[:, 0].copy()
    y[-1] = outlier
    predicted = fit_conformal_quantiles(LINE, x, y, QuantileOptions(), np.random.RandomState(0)).predict(x[:20])
    np.testing.assert_allclose(predicted[:, 2], x[:20, 0], atol=0.15)


@pytest.mark.parametrize("y", [[1.0], [2.0, 2.0, 2.0], [0.0] * 40])
def test_equal_values(y):
    found = fit_conformal_quantiles(
        LINE, np.linspace(0, 1, len(y))[:, None], np.array(y), QuantileOptions(), np.random.RandomState(0)
    )
    np.testing.assert_allclose(found.predict(np.array([[0.5]])), y[0], atol=1e-3)


def test_options():
    with pytest.raises(OptionError, match="share between 0 and 1"):
        QuantileOptions(held_out=1.0)
