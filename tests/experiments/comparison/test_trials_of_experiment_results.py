import matplotlib as mpl
import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments import MultiFidelityParameters, PlotParameters, TrialsOfExperimentResults

mpl.use("Agg")


def load(fidelity=None):
    return TrialsOfExperimentResults(
        ("study",),
        ["good", "bad"],
        lambda metadata: metadata["algorithm"],
        PlotParameters(metric="loss"),
        fidelity,
    )


def test_one_panel_per_setup_and_one_line_per_trial(study, tmp_path):
    drawn = load().plot("one", seed=2, file_name=str(tmp_path / "trials.png"))
    assert [ax.get_title() for ax in drawn["axs"][0]] == ["good", "bad"]
    assert all(len(ax.lines) == 2 for ax in drawn["axs"][0])
    assert (tmp_path / "trials.png").is_file()


def test_rungs_are_marked_for_setups_that_use_them(study):
    drawn = load(MultiFidelityParameters([1, 2], ["good"])).plot("one")
    good, bad = drawn["axs"][0]
    assert {line.get_marker() for line in good.lines} >= {"o", "D"}
    assert {line.get_marker() for line in bad.lines} == {"None"}


def test_setups_without_rungs_need_none(study):
    """W-28: single-fidelity setups were indexed with rung lists that may be empty."""
    assert load(MultiFidelityParameters([], {"good": True})).plot("one")["fig"] is not None


def test_lines_are_interrupted_where_a_trial_was_paused(root, experiment):
    experiment(root / "study-p", [3.0, 2.0, 1.0, 0.5], algorithm="good", benchmark="one", seed=0)
    path = root / "study-p" / "results.csv.zip"
    import pandas as pd

    frame = pd.read_csv(path)
    frame["trial_id"] = 0
    frame.loc[1, "st_decision"] = "PAUSE"
    frame.to_csv(path, index=False)
    results = TrialsOfExperimentResults(
        ("study",),
        ["good"],
        lambda metadata: metadata["algorithm"],
        PlotParameters(metric="loss"),
        MultiFidelityParameters([2], {"good": True}),
    )
    ax = results.plot(seed=0)["axs"][0, 0]
    assert [len(line.get_xdata()) for line in ax.lines[:2]] == [2, 2]


def test_unknown_seeds_are_refused(study):
    with pytest.raises(OptionError, match="seed = 9"):
        load().plot("one", seed=9)
