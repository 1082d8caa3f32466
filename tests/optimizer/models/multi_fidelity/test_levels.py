from __future__ import annotations

import numpy as np
import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels


def test_levels_as_shares() -> None:
    levels = ResourceLevels((1, 3, 9))
    assert levels.shares == pytest.approx([1 / 9, 1 / 3, 1])
    assert (len(levels), levels.max_resource) == (3, 9)


def test_each_level_is_its_own_nearest_and_others_go_by_ratio() -> None:
    levels = ResourceLevels((1, 3, 9, 27, 81))
    assert levels.index(levels.shares).tolist() == [0, 1, 2, 3, 4]
    assert levels.index(np.array([2, 5, 6, 80]) / 81).tolist() == [1, 1, 2, 4]


def test_a_single_level() -> None:
    assert ResourceLevels((5,)).index(np.array([0.2, 1.0])).tolist() == [0, 0]


@pytest.mark.parametrize("resources", [(), (0, 1), (3, 3), (3, 1)])
def test_bad_levels(resources: tuple[int, ...]) -> None:
    with pytest.raises(OptionError, match="increasing"):
        ResourceLevels(resources)
