from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.models.gp.parameters import ParameterVector
from syne_tune.optimizer.models.gp.warping import KumaraswamyWarping
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

WARPING = KumaraswamyWarping(np.array([0, 2]))


def values(a: list[float], b: list[float]) -> dict[str, np.ndarray]:
    return {"warping_a": np.array(a), "warping_b": np.array(b)}


def test_initial_parameters_are_the_identity_and_the_mode_of_the_prior() -> None:
    vector = ParameterVector(WARPING.parameters)
    x = np.random.RandomState(0).random_sample((5, 3))
    assert WARPING.forward(vector.decode(vector.initial), x) == pytest.approx(x, abs=1e-6)
    assert vector.log_prior(vector.initial)[1] == pytest.approx(0)


def test_only_chosen_columns_change() -> None:
    x = np.random.RandomState(0).random_sample((5, 3))
    warped = WARPING.forward(values([2, 3], [0.5, 2]), x)
    assert np.array_equal(warped[:, 1], x[:, 1])
    assert warped[:, 0] == pytest.approx(1 - (1 - x[:, 0] ** 2) ** 0.5)


@given(a=st.floats(0.25, 4), b=st.floats(0.25, 4))
def test_maps_the_interval_onto_itself_increasing(a: float, b: float) -> None:
    warping = KumaraswamyWarping(np.array([0]))
    warped = warping.forward(values([a], [b]), np.linspace(0, 1, 50)[:, None])[:, 0]
    assert np.all(np.diff(warped) > 0)
    assert warped[0] >= 0
    assert warped[-1] <= 1


def test_inactive_stays_inactive() -> None:
    x = np.array([[np.nan, 0.5, 0.5]])
    assert np.isnan(WARPING.forward(values([2, 2], [2, 2]), x)[0, 0])


def test_categories_and_pairs_are_not_warped() -> None:
    layout = InputLayout.of([OneHot(3), Scalar(levels=(0.25, 0.75)), Scalar(), Scalar(levels=(0.1, 0.2, 0.3))])
    assert KumaraswamyWarping.for_layout(layout).parameters[0].size == 2


def test_pullbacks_match_finite_differences() -> None:
    random_state = np.random.RandomState(1)
    x, arriving = random_state.random_sample((4, 3)), random_state.standard_normal((4, 3))
    x[0, 2] = np.nan
    arriving[0, 2] = 0.0
    theta = np.log([2.0, 0.6, 0.7, 1.8])
    vector = ParameterVector(WARPING.parameters)

    def outcome(theta: np.ndarray, x: np.ndarray) -> float:
        return float(np.nansum(arriving * WARPING.forward(vector.decode(theta), x)))

    step = 1e-6
    by_theta = [(outcome(theta + e, x) - outcome(theta - e, x)) / (2 * step) for e in step * np.eye(4)]
    pulled = WARPING.parameter_pullback(vector.decode(theta), x, arriving)
    assert vector.flatten(pulled) == pytest.approx(by_theta, abs=1e-6)

    by_input = WARPING.input_pullback(vector.decode(theta), x, arriving)
    for i, j in np.ndindex(*x.shape):
        shift = np.zeros_like(x)
        shift[i, j] = step
        numeric = (outcome(theta, x + shift) - outcome(theta, x - shift)) / (2 * step)
        assert by_input[i, j] == pytest.approx(numeric, abs=1e-5)
