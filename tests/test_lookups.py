from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.lookups import dict_get, find_first_of_type, metric_name_mode


def test_none_counts_as_missing() -> None:
    assert dict_get({"a": None}, "a", 3) == 3
    assert dict_get({}, "a", 3) == 3
    assert dict_get({"a": 0}, "a", 3) == 0


def test_first_object_of_a_type() -> None:
    assert find_first_of_type([1, "a", True, "b"], str) == "a"
    assert find_first_of_type([True], int) is True
    assert find_first_of_type([1], str) is None


class TestMetricNameMode:
    @pytest.mark.parametrize("metric", ["cost", 1])
    def test_by_name_or_by_position(self, metric: str | int) -> None:
        assert metric_name_mode(["acc", "cost"], ["max", "min"], metric) == ("cost", "min")

    def test_one_mode_for_all(self) -> None:
        assert metric_name_mode(["acc", "auc"], "max", "auc") == ("auc", "max")

    def test_misspelt_name_is_answered_with_the_nearest(self) -> None:
        with pytest.raises(OptionError, match=r"'los'.*did you mean 'loss'"):
            metric_name_mode(["loss", "epoch"], "min", "los")

    @pytest.mark.parametrize("position", [-1, 2])
    def test_position_outside_of_the_list(self, position: int) -> None:
        with pytest.raises(OptionError, match="there are 2 metrics"):
            metric_name_mode(["loss", "epoch"], "min", position)
