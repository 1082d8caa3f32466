"""What of a curve is drawn."""

import matplotlib as mpl
import numpy as np

from syne_tune.experiments.comparison.aggregation import AggregatedCurve, Band
from syne_tune.experiments.comparison.curve_panels import as_fine_as_seen, draw_comparison
from syne_tune.experiments.comparison.plot_parameters import PlotParameters

mpl.use("Agg")


def curve_of(seconds: np.ndarray) -> AggregatedCurve:
    middle = 1 / (1 + seconds)
    return AggregatedCurve(seconds, Band(middle, middle - 1, middle + 1))


def test_short_curves_are_drawn_as_they_are() -> None:
    curve = curve_of(np.linspace(1, 50, 2000))
    assert as_fine_as_seen(curve) is curve


def test_long_curves_keep_beginning_end_and_shape() -> None:
    """The page of a study had 7 MB, nearly all of them steps that nobody could tell apart."""
    curve = curve_of(np.sort(np.random.RandomState(0).uniform(1, 50, 100_000)))
    drawn = as_fine_as_seen(curve)
    assert 1900 < len(drawn.seconds) <= 2002
    assert (drawn.seconds[0], drawn.seconds[-1]) == (curve.seconds[0], curve.seconds[-1])
    assert np.max(np.diff(drawn.seconds)) < 2 * 50 / 2000
    for values, given in zip(drawn.band, curve.band, strict=True):
        held = values[np.searchsorted(drawn.seconds, curve.seconds, side="right") - 1]
        assert np.max(np.abs(held - given)) < 0.01


def test_long_legends_do_not_hide_the_curves() -> None:
    names = [f"method {number}" for number in range(8)]
    parameters = PlotParameters(metric="loss").merge_defaults()
    for count, is_inside in ((3, True), (8, False)):
        curves = {name: curve_of(np.linspace(1, 50, 20)) for name in names[:count]}
        figure, axes = draw_comparison({0: curves}, names[:count], parameters)
        figure.canvas.draw()
        legend, frame = axes[0, 0].get_legend().get_window_extent(), axes[0, 0].get_window_extent()
        assert legend.overlaps(frame) == is_inside
