from __future__ import annotations

import pytest

from syne_tune.optimizer.schedulers.searchers.target_level import target_level


@pytest.mark.parametrize(
    ("rule", "numbers", "expected"),
    [
        ("final", {1: 9, 3: 2}, 27),
        ("first", {1: 9, 3: 2}, 3),
        ("bohb", {1: 9, 3: 3, 9: 2}, 3),
        ("bohb", {1: 9, 3: 3, 27: 3}, 27),
        ("bohb", {3: 2, 1: 2}, 1),
        ("bohb", {1: 0, 9: 1}, 9),
        ("bohb", {}, 3),
    ],
)
def test_rules(rule, numbers, expected):
    assert target_level(rule, numbers, first=3, final=27, threshold=3) == expected
