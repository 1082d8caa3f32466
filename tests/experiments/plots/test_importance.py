import pytest

from syne_tune.experiments.importance import Importance, ParameterImportance
from syne_tune.experiments.plots.importance import plot_importance


def test_one_bar_per_hyperparameter(tmp_path):
    pytest.importorskip("matplotlib")
    from matplotlib import pyplot

    parameters = (ParameterImportance("lr", 0.6, 0.8), ParameterImportance("width", 0.1, 0.3))
    found = Importance("loss", "anova", parameters, num_trials=20, num_failures=0, model_fit=0.9)
    figure = plot_importance(found, str(tmp_path / "importance.png"))
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["width", "lr"]
    assert [bar.get_width() for bar in axes.patches] == [0.3, 0.8, 0.1, 0.6]
    assert (tmp_path / "importance.png").stat().st_size > 0
    pyplot.close("all")
