import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from syne_tune.errors import OptionError
from syne_tune.optimizer.pareto.hypervolume import (
    default_reference_point,
    hypervolume,
    hypervolume_cumulative,
    hypervolume_growth,
    linear_interpolate,
)

GRID = 5


def counted_cells(points, m):
    """Hypervolume of integer points by counting unit cells of the grid."""
    cells = np.stack(np.meshgrid(*[np.arange(GRID)] * m, indexing="ij"), axis=-1).reshape(-1, m)
    covered = np.any(np.all(points[:, None, :] <= cells[None, :, :], axis=2), axis=0)
    return float(covered.sum())


@pytest.mark.parametrize("m", [1, 2, 3, 4])
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_equals_the_number_of_covered_cells(m, data):
    n = data.draw(st.integers(1, 8))
    points = data.draw(arrays(float, (n, m), elements=st.integers(0, GRID + 1).map(float)))
    growth = hypervolume_growth(points, np.full(m, float(GRID)))
    expected = [counted_cells(points[: i + 1], m) for i in range(n)]
    assert growth == pytest.approx(expected)


def test_no_points_no_volume():
    assert hypervolume(np.empty((0, 2)), np.ones(2)) == 0.0


def test_default_reference_is_a_little_worse_than_the_worst():
    points = np.array([[1.0, 3.0], [2.0, 0.0]])
    assert default_reference_point(points) == pytest.approx([2 + 3e-6, 3 + 4e-6])
    assert hypervolume(points) == pytest.approx(2 * 3 - 2 * 3 + 3e-6, abs=1e-4)


def test_values_between_are_interpolated():
    points = np.random.RandomState(0).random_sample((12, 2))
    exact = hypervolume_growth(points, np.ones(2))
    assert hypervolume_cumulative(points, np.ones(2)) == pytest.approx(exact)
    coarse = hypervolume_cumulative(points, np.ones(2), increment=5)
    assert coarse[[0, 5, 10, 11]] == pytest.approx(exact[[0, 5, 10, 11]])
    assert coarse[2] == pytest.approx(0.6 * exact[0] + 0.4 * exact[5])
    values = np.array([1.0, 9.0, 3.0, 7.0])
    linear_interpolate(values, [0, 2])
    assert values.tolist() == [1.0, 2.0, 3.0, 7.0]


@pytest.mark.parametrize(
    ("points", "reference"),
    [(np.zeros((2, 2)), np.ones(3)), (np.array([[np.nan, 1.0]]), np.ones(2)), (np.ones(3), None)],
)
def test_bad_points(points, reference):
    with pytest.raises(OptionError):
        hypervolume(points, reference)
