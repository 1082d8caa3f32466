from __future__ import annotations

import numpy as np

from syne_tune.blackbox_repository.missing_values import impute

NAN = np.nan


def curve(*values: float) -> np.ndarray:
    return np.array(values).reshape(1, 1, -1, 1)


def test_value_at_the_previous_fidelity() -> None:
    assert impute(curve(1, NAN, NAN, 4, NAN)).ravel().tolist() == [1, 1, 1, 4, 4]


def test_first_fidelity_is_not_taken_from_the_last() -> None:
    """W-30: it comes from the next one that is known."""
    assert impute(curve(NAN, NAN, 3, 4)).ravel().tolist() == [3, 3, 3, 4]


def test_missing_curve_is_the_mean_over_seeds_and_else_over_configurations() -> None:
    values = np.array([[[1.0, 2.0], [3.0, 4.0], [NAN, NAN]], [[NAN, NAN]] * 3])[..., None]
    filled = impute(values)[..., 0]
    assert filled[0, 2].tolist() == [2.0, 3.0]
    assert filled[1].tolist() == [[1.0, 2.0], [3.0, 4.0], [2.0, 3.0]]


def test_complete_table_is_returned_as_it_is() -> None:
    values = curve(1, 2, 3)
    assert impute(values) is values


def test_what_is_known_nowhere_stays_unknown() -> None:
    assert np.isnan(impute(curve(NAN, NAN))).all()


def test_large_table_takes_no_loop() -> None:
    """W-48: four nested loops over these five million values would exceed the time limit of the suite."""
    values = np.ones((10_000, 5, 50, 2))
    values[::3, 0, 10:] = NAN
    assert (impute(values) == 1.0).all()
