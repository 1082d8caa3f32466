import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from syne_tune.optimizer.pareto.hypervolume import hypervolume, hypervolume_growth

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
