import pandas as pd
import pytest

from syne_tune.experiments.plots.trials_over_time import draw_trials_over_time, trials_over_time

ROWS = pd.DataFrame(
    {
        "loss": [3.0, 2.0, 1.0],
        "trial_id": [1, 0, 1],
        "st_decision": ["CONTINUE", "CONTINUE", "STOP"],
        "st_tuner_time": [2.0, 1.0, 3.0],
    }
)


def test_one_curve_per_trial_marked_where_stopped():
    first, second = trials_over_time(ROWS, "loss")
    assert (first.trial_id, second.trial_id) == (0, 1)
    assert second.seconds.tolist() == [2.0, 3.0]
    assert second.values.tolist() == [3.0, 1.0]
    assert second.stopped.tolist() == [False, True]


def test_drawing_puts_a_red_cross_at_the_stop():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure = draw_trials_over_time(trials_over_time(ROWS, "loss"), metric="loss", title="t")
    crosses = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert crosses[1].get_xdata().tolist() == [3.0]
    pyplot.close(figure)
