import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from syne_tune.experiments.comparison.aggregation import (
    AGGREGATE_MODES,
    aggregate,
    interquartile_mean,
    iqm_bootstrap,
    mean_and_ci,
    median_percentiles,
    on_common_times,
)
from syne_tune.experiments.plots.canvas import Curve


def curve(seconds, values):
    return Curve(np.array(seconds, dtype=float), np.array(values, dtype=float), "loss")


def test_values_hold_until_the_next_one_and_begin_when_all_have_begun():
    times, values = on_common_times([curve([1, 4], [9, 5]), curve([2, 3], [8, 7])])
    assert times.tolist() == [2, 3, 4]
    assert values.tolist() == [[9, 9, 5], [8, 7, 7]]


@pytest.mark.parametrize("count", [4, 8, 12])
def test_the_interquartile_mean_is_the_trimmed_mean_where_quarters_are_whole(count):
    values = np.random.RandomState(0).normal(size=(count, 3))
    assert np.allclose(interquartile_mean(values), stats.trim_mean(values, 0.25, axis=0))


def test_the_interquartile_mean_cuts_values_in_part():
    # n = 3: a mass of 3/4 is cut off on each side, the middle value counts 1, the others 1/4 each
    assert interquartile_mean(np.array([[0.0], [3.0], [12.0]]))[0] == pytest.approx((0 / 4 + 3 + 12 / 4) / 1.5)


def test_the_interval_of_the_mean_uses_196_and_the_unbiased_deviation():
    """W-28: 1.95 instead of 1.96."""
    values = np.array([[1.0], [2.0], [6.0]])
    band = mean_and_ci(values)
    assert band.middle[0] == pytest.approx(3)
    assert band.upper[0] - 3 == pytest.approx(1.96 * stats.sem(values[:, 0]))


def test_median_and_quartiles():
    band = median_percentiles(np.arange(5.0)[:, None])
    assert (band.lower[0], band.middle[0], band.upper[0]) == (1, 2, 3)


def test_the_bootstrap_is_repeatable_and_agrees_with_resampling_by_hand():
    """W-28: the bootstrap was not seeded."""
    values = np.random.RandomState(3).normal(size=(10, 2))
    band = iqm_bootstrap(values)
    assert np.array_equal(band.upper, iqm_bootstrap(values).upper)
    random_state = np.random.RandomState(1)
    resampled = [interquartile_mean(values[random_state.randint(10, size=10)]) for _ in range(4000)]
    assert np.allclose(band.upper - band.middle, 1.96 * np.std(resampled, axis=0), rtol=0.1)


@pytest.mark.parametrize("mode", AGGREGATE_MODES)
def test_a_single_run_has_no_width(mode):
    seconds, band = aggregate([curve([1, 2], [4, 3])], mode)
    assert seconds.tolist() == [1, 2]
    assert np.array_equal(band.lower, band.upper)
    assert band.middle.tolist() == [4, 3]


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12))
def test_middles_lie_between_the_extremes(values):
    column = np.array(values)[:, None]
    for mode in AGGREGATE_MODES.values():
        assert min(values) - 1e-9 <= mode(column).middle[0] <= max(values) + 1e-9


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=12))
def test_the_bootstrap_interval_lies_within_the_range_of_the_runs(values):
    """At the beginning, where one run is good and all others are bad, it reached far below every value."""
    band = iqm_bootstrap(np.array(values)[:, None])
    assert min(values) <= band.lower[0] <= band.middle[0] + 1e-9
    assert band.middle[0] - 1e-9 <= band.upper[0] <= max(values)
