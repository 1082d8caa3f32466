import pandas as pd
import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments.plots.hypervolume_over_time import hypervolume_over_time

ROWS = pd.DataFrame({"loss": [1.0, 3.0, 2.0], "acc": [0.9, 0.1, 0.5], "st_tuner_time": [3.0, 1.0, 2.0]})
MODES = [("loss", "min"), ("acc", "max")]


def test_w21_values_belong_to_their_times():
    """W-21: x and y must both be in order of time, whatever the order of rows."""
    curve = hypervolume_over_time(ROWS, MODES, reference_point=[4.0, 0.0])
    assert curve.seconds.tolist() == [1.0, 2.0, 3.0]
    assert curve.values.tolist() == pytest.approx([0.1, 1.0, 2.7])


def test_reference_defaults_to_the_worst_values():
    assert hypervolume_over_time(ROWS, MODES).values.tolist() == pytest.approx([0.0, 0.4, 1.6])


def test_any_modes_are_allowed():
    mirrored = ROWS.assign(loss=-ROWS.loss)
    modes = [("loss", "max"), ("acc", "max")]
    expected = hypervolume_over_time(ROWS, MODES).values.tolist()
    assert hypervolume_over_time(mirrored, modes).values.tolist() == pytest.approx(expected)


def test_fewer_than_two_metrics_and_misfitting_reference_are_refused():
    with pytest.raises(OptionError, match="at least two"):
        hypervolume_over_time(ROWS, MODES[:1])
    with pytest.raises(OptionError, match="reference_point"):
        hypervolume_over_time(ROWS, MODES, reference_point=[1.0])


def test_no_reports_give_an_empty_curve():
    assert hypervolume_over_time(ROWS.iloc[:0], MODES).values.tolist() == []
