import datetime
import math
from pathlib import Path

import pandas as pd
import pytest

from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments import ExperimentResult

ROWS = pd.DataFrame(
    {
        "loss": [3.0, 1.0, math.nan],
        "acc": [0.2, 0.1, 0.9],
        "st_worker_time": [1.0, 2.0, 3.0],
        "trial_id": [0, 1, 2],
        "config_n": [4, 5, 6],
        "config_momentum": [0.9, math.nan, 0.9],
        "config_act": ["relu", "tanh", "relu"],
        "st_tuner_time": [1.0, 2.0, 3.0],
    }
)
METADATA = {
    "metric_names": ["loss", "acc"],
    "metric_mode": ["min", "max"],
    "entrypoint": "train",
    "st_tuner_creation_timestamp": 1_700_000_000.0,
}


def _experiment(results=ROWS, **metadata):
    return ExperimentResult("name", results, {**METADATA, **metadata}, None, Path("folder"))


def test_best_config_is_the_row_without_internal_columns_and_inactive_parameters():
    best = _experiment().best_config("loss")
    assert best == {"loss": 1.0, "acc": 0.1, "trial_id": 1, "config_n": 5, "config_act": "tanh"}
    assert type(best["config_n"]) is int


def test_best_config_by_position_and_mode():
    assert _experiment().best_config(1)["trial_id"] == 2
    assert _experiment(metric_mode="min").best_config("acc")["trial_id"] == 1


def test_without_choice_the_best_value_per_metric():
    assert _experiment().best_config(None) == {"loss": 1.0, "acc": 0.9}
    assert _experiment(metric_names=["loss"]).best_config(None)["trial_id"] == 1


def test_default_metric_of_several_is_named_in_a_warning(caplog):
    assert _experiment().best_config()["trial_id"] == 1
    assert "'loss'" in caplog.text


def test_unknown_metric_is_refused_with_the_legal_ones():
    with pytest.raises(OptionError, match="'loss'"):
        _experiment().best_config("los")
    with pytest.raises(OptionError, match="2"):
        _experiment().best_config(2)


def test_nothing_finite_reported_is_an_error_naming_the_metric():
    with pytest.raises(ExperimentNotFoundError, match="'loss'"):
        _experiment(ROWS.iloc[2:]).best_config("loss")
    with pytest.raises(ExperimentNotFoundError, match="'loss'"):
        _experiment(ROWS.iloc[:0].drop(columns="loss")).best_config("loss")


def test_metadata_entries():
    experiment = _experiment(metric_names="loss")
    assert experiment.metric_names() == ["loss"]
    assert experiment.metric_mode() == ["min", "max"]
    assert experiment.entrypoint_name() == "train"
    assert experiment.creation_date() == datetime.datetime.fromtimestamp(1_700_000_000.0)
    assert str(ExperimentResult("x", None, None, None, Path())) == "Experiment x without results"


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_plots_are_saved_and_returned(tmp_path, suffix):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    experiment = _experiment(ROWS.assign(st_decision=["CONTINUE", "STOP", "CONTINUE"]))
    paths = [tmp_path / f"{i}.{suffix}" for i in range(4)]
    best = experiment.plot(figure_path=str(paths[0]), color="red")
    trials = experiment.plot_trials_over_time(figure_path=str(paths[1]))
    volume = experiment.plot_hypervolume(figure_path=str(paths[2]))
    front = experiment.plot_pareto_front(figure_path=str(paths[3]))
    assert all(path.stat().st_size > 0 for path in paths)
    assert best.axes[0].lines[0].get_color() == "red"
    assert best.axes[0].lines[0].get_ydata().tolist() == [3.0, 1.0]
    assert tuple(trials.get_size_inches()) == (12, 4)
    assert volume.axes[0].lines[0].get_ydata().tolist() == [0.0, 0.0]
    assert len(front.axes[0].lines[1].get_xdata()) == len(experiment.pareto_front().points) > 0
    pyplot.close("all")
