import math

import pandas as pd
import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments.plots.best_over_time import best_over_time

ROWS = pd.DataFrame({"loss": [3.0, math.nan, 5.0, 1.0], "st_tuner_time": [2.0, 3.0, 1.0, 4.0]})


def test_running_optimum_in_order_of_time():
    curve = best_over_time(ROWS, "loss", "min")
    assert curve.seconds.tolist() == [1.0, 2.0, 4.0]
    assert curve.values.tolist() == [5.0, 3.0, 1.0]
    assert best_over_time(ROWS, "loss", "max").values.tolist() == [5.0, 5.0, 5.0]


def test_results_without_time_are_refused_with_the_remedy():
    with pytest.raises(OptionError, match="add_wallclock_time"):
        best_over_time(ROWS.drop(columns="st_tuner_time"), "loss", "min")
