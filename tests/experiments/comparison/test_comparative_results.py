import logging

import matplotlib as mpl
import numpy as np
import pytest

from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments import (
    ComparativeResults,
    PlotParameters,
    ShowTrialParameters,
    SubplotParameters,
    hypervolume_indicator_column_generator,
)

mpl.use("Agg")

LOSS = PlotParameters(metric="loss", mode="min")


def algorithm(metadata):
    return metadata["algorithm"]


def load(**changes):
    arguments = {
        "experiment_names": ("study",),
        "setups": ["good", "bad"],
        "num_runs": 6,
        "metadata_to_setup": algorithm,
        "plot_params": LOSS,
    }
    return ComparativeResults(**{**arguments, **changes})


def lines(drawn, panel=(0, 0)):
    return {line.get_label(): line for line in drawn["axs"][panel].lines}


def test_curves_end_at_the_best_value_of_each_method(study):
    drawn = lines(load().plot("one"))
    assert list(drawn) == ["good", "bad"]
    assert 1.0 <= drawn["good"].get_ydata()[-1] <= 1.1
    assert 2.0 <= drawn["bad"].get_ydata()[-1] <= 2.1
    assert drawn["good"].get_xdata().tolist() == [10, 20, 30, 40]


def test_metrics_to_be_maximised_are_turned_unless_told_not_to(study):
    turned = PlotParameters(mode="max", metric_multiplier=0.1)
    assert lines(load().plot("one", turned))["good"].get_ydata()[-1] == pytest.approx(0.5)
    plain = PlotParameters(mode="max", convert_to_min=False)
    assert lines(load().plot("one", plain))["good"].get_ydata()[-1] == pytest.approx(5)


def test_figures_are_saved_into_new_folders(study, tmp_path):
    load().plot("two", file_name=str(tmp_path / "figures" / "two.png"))
    assert (tmp_path / "figures" / "two.png").stat().st_size > 1000


def test_one_row_of_three_columns_without_titles(study):
    """W-28: nrows=1, ncols>=3 without titles raised IndexError."""
    panels = PlotParameters(subplots=SubplotParameters(nrows=1, ncols=3))
    results = load(metadata_to_subplot=lambda metadata: metadata["seed"] % 3, num_runs=2)
    drawn = results.plot("one", panels)
    assert drawn["axs"].shape == (1, 3)
    assert all(len(ax.lines) == 2 for ax in drawn["axs"].flat)


def test_panels_are_filled_by_column_with_titles_at_the_top(study):
    panels = PlotParameters(subplots=SubplotParameters(nrows=2, ncols=2, titles=["left", "right"], legend_no=[3]))
    drawn = load(metadata_to_subplot=lambda metadata: metadata["seed"] % 4, num_runs=1).plot("one", panels)
    assert [ax.get_title() for ax in drawn["axs"].flat] == ["left", "right", "", ""]
    assert drawn["axs"][1, 1].get_legend() is not None
    assert drawn["axs"][0, 0].get_legend() is None


def test_more_subplots_than_panels_are_refused(study):
    panels = PlotParameters(subplots=SubplotParameters(nrows=1, ncols=1))
    with pytest.raises(OptionError, match="has 1 panels"):
        load(metadata_to_subplot=lambda metadata: metadata["seed"] % 3, num_runs=2).plot("one", panels)


def test_bounds_by_tag_may_leave_tags_out(study, experiment):
    """W-28: a dictionary of bounds that misses a name broke."""
    bounds = {"study": ("2030-01-02-00-00-00", "2030-01-03-23-00-00")}
    results = load(datetime_bounds=bounds, num_runs=2)
    assert {run.seed for run in results.runs} == {1, 2}
    assert len(load(datetime_bounds={"other": ("2031-01-01-00-00-00", None)}).runs) == 24
    with pytest.raises(OptionError, match="not a time stamp"):
        load(datetime_bounds=("yesterday", None))


def test_runs_that_begin_late_do_not_turn_into_ones(root, experiment):
    """W-28: where a run had no value yet, it was replaced by 1."""
    experiment(root / "study-a-0-x", [50.0, 40.0], algorithm="good", benchmark="one", seed=0)
    experiment(root / "study-a-1-x", [float("nan"), 60.0], algorithm="good", benchmark="one", seed=1)
    drawn = lines(load(setups=["good"], num_runs=2).plot(plot_params=PlotParameters(aggregate_mode="mean_and_ci")))
    assert drawn["good"].get_xdata().tolist() == [20]
    assert drawn["good"].get_ydata().tolist() == [50]


def test_incomplete_groups_are_named(study, caplog):
    with caplog.at_level(logging.WARNING):
        load(num_runs=7)
    assert "number of experiments is 6 instead of 7: study-one-0-good" in caplog.text


def test_setups_must_be_those_found(study):
    with pytest.raises(OptionError, match=r"of \['best'\] and experiments of \['bad'\]"):
        load(setups=["good", "best"])


def test_nothing_found_says_where_it_looked(root):
    with pytest.raises(ExperimentNotFoundError, match=str(root)):
        load()


def test_unknown_benchmarks_and_metrics_name_the_nearest(study):
    with pytest.raises(OptionError, match="one"):
        load().plot("on")
    with pytest.raises(OptionError, match="loss"):
        load().plot("one", PlotParameters(metric="los"))
    with pytest.raises(OptionError, match="one"):
        load().plot()


def test_remote_results_lie_in_subfolders(root, experiment):
    experiment(root / "study" / "RS-0" / "study-x", [1.0], algorithm="good", benchmark="one", seed=0)
    experiment(root / "study" / "RS-1" / "study-y", [1.0], algorithm="good", benchmark="one", seed=1)
    assert len(load(setups=["good"], num_runs=2).runs) == 2
    assert len(load(setups=["good"], num_runs=1, with_subdirs=["RS-0"]).runs) == 1


def test_extra_results_are_the_last_row_of_each_run(study):
    extra = load().plot("one", extra_results_keys=["cost"])["extra_results"]
    assert extra == {"good": {"cost": [1.0] * 6}, "bad": {"cost": [1.0] * 6}}


def test_an_extra_curve_shows_the_first_trials_alone(study):
    wanted = PlotParameters(show_init_trials=ShowTrialParameters("good", trial_id=0, new_setup_name="start"))
    start = lines(load().plot("one", wanted))["start"]
    assert start.get_xdata()[-1] == 40
    assert 3.0 <= start.get_ydata()[-1] <= 3.1


def test_one_result_per_trial_drops_all_but_the_last(study):
    drawn = lines(load().plot("one", one_result_per_trial=True))
    assert drawn["good"].get_xdata().tolist() == [20, 40]


def test_columns_can_be_generated(study):
    generator = hypervolume_indicator_column_generator([("loss", "min"), ("cost", "min")], reference_point=[10, 10])
    parameters = PlotParameters(metric="hypervolume", mode="max", convert_to_min=False)
    values = lines(load().plot("one", parameters, dataframe_column_generator={"one": generator}))["good"].get_ydata()
    assert np.all(np.diff(values) >= 0)
    assert values[-1] > values[0] > 0


def test_metadata_values_are_collected(study):
    results = load(metadata_keys=["seed"])
    assert results.metadata_values("one") == {"seed": {"good": list(range(6)), "bad": list(range(6))}}
    panels = load(metadata_keys=["seed"], metadata_subplot_level=True)
    assert panels.metadata_values("one")["seed"]["good"] == {0: list(range(6))}


def test_ranking_and_table_agree_on_the_winner(study):
    results = load()
    ranking = results.ranking()
    assert ranking.setups == ("good", "bad")
    assert ranking.mean_ranks.tolist() == [1, 2]
    assert ranking.num_problems == 12
    table = results.table()
    assert table.best.tolist() == [[True, False], [True, False]]
    assert "**1." in table.render()
    assert r"\textbf{1." in table.render("latex")
    assert table.render("csv").splitlines()[0] == "benchmark,setup,value,half_width,is_best"
    with pytest.raises(OptionError, match="latex"):
        table.render("latx")


def test_ranks_after_a_share_of_the_time_are_those_of_then(study):
    assert load().ranking(share=0.5).mean_ranks.tolist() == [1.5, 1.5]
    with pytest.raises(OptionError, match="share"):
        load().ranking(share=0)


def test_ranks_are_drawn(study, tmp_path):
    load().plot_ranks(file_name=str(tmp_path / "ranks.svg"))
    assert "mean rank over 12 problems" in (tmp_path / "ranks.svg").read_text()
