from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.multi_fidelity.curve_table import CurveTable
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels

LEVELS = ResourceLevels((1, 2, 4))


def table(*points: tuple[float, int]) -> CurveTable:
    return CurveTable(np.array([[x, r / 4] for x, r in points]), LEVELS)


def test_curves_with_the_same_levels_are_one_group() -> None:
    found = table((0.1, 1), (0.2, 1), (0.1, 2), (0.3, 1), (0.3, 2))
    assert found.configurations.tolist() == [[0.1], [0.2], [0.3]]
    by_length = sorted(found.groups, key=lambda group: len(group.levels))
    assert [group.levels.tolist() for group in by_length] == [[0], [0, 1]]
    assert [group.curves.tolist() for group in by_length] == [[1], [0, 2]]
    assert [group.rows.tolist() for group in by_length] == [[[1]], [[0, 2], [3, 4]]]


def test_order_of_arrival_does_not_matter_within_a_curve() -> None:
    (group,) = table((0.1, 4), (0.1, 1)).groups
    assert group.levels.tolist() == [0, 2]
    assert group.rows.tolist() == [[1, 0]]


def test_a_repeated_value_starts_another_curve() -> None:
    found = table((0.1, 1), (0.1, 2), (0.1, 1))
    assert found.configurations.tolist() == [[0.1], [0.1]]
    assert found.curve_of_row.tolist() == [0, 0, 1]


def test_inactive_hyperparameters_are_equal() -> None:
    x = np.array([[0.1, np.nan, 0.25], [0.1, np.nan, 0.5]])
    assert len(CurveTable(x, LEVELS).configurations) == 1
