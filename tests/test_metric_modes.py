from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.metric_modes import metric_name_mode


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
