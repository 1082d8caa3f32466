from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.selection import (
    select_by_bucket,
    select_by_level,
    select_curves,
)

LEVELS = ResourceLevels((1, 3, 9, 27))


def halving_inputs(n: int) -> np.ndarray:
    """n configurations 0, 1, ...; every third goes on."""
    rows = []
    for step, resource in enumerate(LEVELS.resources):
        rows += [[number / n, resource / 27] for number in range(0, n, 3**step)]
    return np.array(rows)


def test_little_data_are_kept_whole() -> None:
    x = halving_inputs(9)
    for select in (select_by_level, select_by_bucket):
        assert select(x, LEVELS, len(x)).tolist() == list(range(len(x)))


@pytest.mark.parametrize("size", [5, 12, 20, 60])
def test_configurations_that_got_furthest_keep_all_their_values(size: int) -> None:
    x = halving_inputs(54)
    kept = select_by_level(x, LEVELS, size)
    assert len(kept) == size
    assert np.all(np.diff(kept) > 0)
    furthest = {number: x[x[:, 0] == number, 1].max() for number in np.unique(x[:, 0])}
    left_out = np.setdiff1d(np.arange(len(x)), kept)
    kept_whole = [row for row in kept if not np.any(np.isin(left_out, np.flatnonzero(x[:, 0] == x[row, 0])))]
    border = max(furthest[x[row, 0]] for row in left_out)
    assert all(furthest[x[row, 0]] >= border for row in kept)
    assert {row for row in range(len(x)) if furthest[x[row, 0]] > border} <= set(kept_whole)


def test_low_levels_go_first_at_the_border() -> None:
    x = np.array([[0.1, 1 / 27], [0.1, 1.0], [0.2, 1 / 27], [0.2, 1.0]])
    assert x[select_by_level(x, LEVELS, 2), 1].tolist() == [1.0, 1.0]


def test_choice_changes_little_when_data_arrive() -> None:
    x = halving_inputs(400)[:400]
    before, after = select_by_level(x[:350], LEVELS, 100), select_by_level(x[:360], LEVELS, 100)
    assert len(np.intersect1d(before, after)) > 85


def test_buckets_keep_the_last_value_of_each() -> None:
    """Dense curves 1, 2, ..., 27 become values at 2, 8, 26 and 27: the last of [1, 3), [3, 9), [9, 27) and [27, 81)."""
    resources = np.tile(np.arange(1, 28), 2)
    x = np.column_stack([np.repeat([0.1, 0.2], 27), resources / 27])
    kept = select_by_bucket(x, LEVELS, 10)
    assert resources[kept].tolist() == [2, 8, 26, 27] * 2


def test_buckets_and_then_levels() -> None:
    resources = np.tile(np.arange(1, 28), 2)
    x = np.column_stack([np.repeat([0.1, 0.2], 27), resources / 27])
    assert resources[select_by_bucket(x, LEVELS, 4)].tolist() == [26, 27] * 2


def test_curves_are_kept_whole_those_that_got_furthest_first() -> None:
    x = halving_inputs(54)
    assert len(select_curves(x, LEVELS, 54)) == len(x)
    kept = x[select_curves(x, LEVELS, 10)]
    assert len(np.unique(kept[:, 0])) == 10
    assert {(number, 1.0) for number in (0.0, 0.5)} <= {tuple(row) for row in kept}
    for number in np.unique(kept[:, 0]):
        assert np.count_nonzero(kept[:, 0] == number) == np.count_nonzero(x[:, 0] == number)
