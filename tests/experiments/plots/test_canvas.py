import numpy as np
import pytest

from syne_tune.experiments.plots.canvas import Curve, draw_curve

CURVE = Curve(np.arange(2.0), np.arange(2.0), "what")


def test_shown_only_when_interactive(monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    shown = []
    monkeypatch.setattr(Figure, "show", lambda self: shown.append(self))
    draw_curve(CURVE, "title")
    assert shown == []
    monkeypatch.setattr(matplotlib, "is_interactive", lambda: True)
    figure = draw_curve(CURVE, "title")
    assert shown == [figure]
    assert figure.axes[0].get_ylabel() == "what"
    pyplot.close("all")
