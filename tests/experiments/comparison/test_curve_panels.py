"""What of a curve is drawn."""

import numpy as np

from syne_tune.experiments.comparison.aggregation import AggregatedCurve, Band
from syne_tune.experiments.comparison.curve_panels import as_fine_as_seen


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
