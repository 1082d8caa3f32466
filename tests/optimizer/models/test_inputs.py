from __future__ import annotations

import numpy as np
import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

LAYOUT = InputLayout.of([Scalar(), OneHot(3), Scalar(levels=(0.25, 0.75), conditional=True)])


def test_columns_follow_the_blocks() -> None:
    assert LAYOUT.num_columns == 5
    assert LAYOUT.slices == (slice(0, 1), slice(1, 4), slice(4, 5))
    assert LAYOUT.block_of_column.tolist() == [0, 1, 1, 1, 2]
    assert LAYOUT.is_one_hot.tolist() == [False, True, True, True, False]


def test_centre_is_equally_far_from_all_categories() -> None:
    assert LAYOUT.centre == pytest.approx([0.5, 1 / 3, 1 / 3, 1 / 3, 0.5])


def test_activity_is_read_from_nan() -> None:
    x = np.array([[0.1, 1, 0, 0, np.nan], [0.1, np.nan, np.nan, np.nan, 0.25]])
    assert LAYOUT.activity(x).tolist() == [[True, True, False], [True, False, True]]


def test_empty_layout() -> None:
    layout = InputLayout.of([])
    assert layout.num_columns == 0
    assert layout.slices == ()


@pytest.mark.parametrize("levels", [(), (0.5, 0.5), (0.7, 0.2), (-0.1, 0.5), (0.5, 1.1)])
def test_levels_are_checked(levels: tuple[float, ...]) -> None:
    with pytest.raises(OptionError, match="levels"):
        Scalar(levels=levels)


def test_nearest_level() -> None:
    block = Scalar(levels=(0.1, 0.5, 0.6))
    assert block.nearest_level(np.array([0.0, 0.29, 0.31, 0.56, 1.0])).tolist() == [0, 0, 1, 2, 2]
    assert block.grid.tolist() == [0.1, 0.5, 0.6]
    assert Scalar().grid.shape == (0,)


def test_category_needs_a_value() -> None:
    with pytest.raises(OptionError, match="num_values"):
        OneHot(0)
