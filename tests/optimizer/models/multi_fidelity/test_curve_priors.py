from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.multi_fidelity.curve_priors import CurvePrior, DecayingCurves, InnovationCurves
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels

VALUES = {
    "mean": np.array([0.4]),
    "noise_variance": np.array([0.3]),
    "decay_alpha": np.array([1.7]),
    "decay_rate": np.array([0.4]),
    "decay_gamma": np.array([0.8]),
    "issm_alpha": np.array([-0.6]),
    "issm_beta": np.array([0.7]),
    "issm_gamma": np.array([0.9]),
}
LEVELS = ResourceLevels((1, 2, 4, 5, 7))
PRIORS = [DecayingCurves(LEVELS), DecayingCurves(LEVELS, normalize=True), InnovationCurves(LEVELS)]


def state_space(innovations: np.ndarray, drift: float) -> tuple[np.ndarray, np.ndarray]:
    """The recursion of the innovations model from the end to the beginning, number by number.

    Args:
        innovations: Of resources 1, 2, ..., r_max.
        drift: beta.

    Returns:
        Noise-free and observed curve minus the end value.
    """
    last = len(innovations)
    level, clean, noisy = 0.0, np.zeros(last), np.zeros(last)
    for r in range(last, 0, -1):
        step = 0.9 * r ** (-0.6 - 1) if r < last else 0.0
        clean[r - 1] = level + step * drift
        noisy[r - 1] = clean[r - 1] + innovations[r - 1]
        level = level + step * (drift + innovations[r - 1])
    return clean, noisy


def test_innovations_agree_with_the_recursion() -> None:
    moments = InnovationCurves(LEVELS).moments(VALUES)
    rows = np.array(LEVELS.resources) - 1
    responses = [state_space(unit, 0.0) for unit in np.eye(7)]
    clean = np.stack([response[0] for response in responses], axis=1)[rows]
    noisy = np.stack([response[1] for response in responses], axis=1)[rows]
    assert moments.clean == pytest.approx(0.3 * clean @ clean.T)
    assert moments.cross == pytest.approx(0.3 * clean @ noisy.T)
    assert moments.noisy == pytest.approx(0.3 * noisy @ noisy.T)
    assert moments.mean == pytest.approx(state_space(np.zeros(7), 0.7)[1][rows])


def test_innovations_of_a_complete_curve_follow_from_its_values() -> None:
    """The density of a whole curve is that of its innovations: the determinant of the recursion is one."""
    full = ResourceLevels(tuple(range(1, 8)))
    noisy = InnovationCurves(full).moments(VALUES).noisy
    assert np.linalg.slogdet(noisy)[1] == pytest.approx(7 * np.log(0.3))


def test_decay_agrees_with_simulated_curves() -> None:
    rate = np.random.RandomState(0).gamma(1.7, 0.4 / 1.7, size=400_000)
    curves = 0.8 * np.exp(-np.multiply.outer(np.array(LEVELS.resources), rate))
    moments = DecayingCurves(LEVELS).moments(VALUES)
    assert moments.mean == pytest.approx(curves.mean(axis=1), abs=2e-3)
    assert moments.clean == pytest.approx(np.cov(curves), abs=2e-3)
    assert moments.noisy == pytest.approx(moments.clean + 0.3 * np.eye(5))


def test_normalized_inputs_slow_curves_down() -> None:
    slow, fast = DecayingCurves(LEVELS, normalize=True).moments(VALUES), DecayingCurves(LEVELS).moments(VALUES)
    assert np.all(slow.mean > fast.mean)


def test_gamma_can_be_fixed() -> None:
    fixed = InnovationCurves(LEVELS, gamma_one=True)
    assert "issm_gamma" not in [parameter.name for parameter in fixed.parameters]
    expected = InnovationCurves(LEVELS).moments(VALUES | {"issm_gamma": np.ones(1)})
    assert fixed.moments(VALUES).noisy == pytest.approx(expected.noisy)


@pytest.mark.parametrize("prior", PRIORS, ids=["decay", "normalized decay", "innovations"])
def test_gradients_match_finite_differences(prior: CurvePrior) -> None:
    random_state = np.random.RandomState(0)
    by_mean, root = random_state.standard_normal(5), random_state.standard_normal((5, 5))
    by_noisy = root + root.T

    def outcome(values: dict[str, np.ndarray]) -> float:
        moments = prior.moments(values)
        return float(moments.mean @ by_mean + np.vdot(moments.noisy, by_noisy))

    gradients = prior.parameter_pullback(VALUES, by_mean, by_noisy)
    names = {parameter.name: parameter.log for parameter in prior.parameters} | {"noise_variance": True}
    for name, is_log in names.items():
        step = 1e-6
        up, down = (
            VALUES | {name: VALUES[name] * np.exp(sign * step) if is_log else VALUES[name] + sign * step}
            for sign in (1, -1)
        )
        assert gradients[name] == pytest.approx((outcome(up) - outcome(down)) / (2 * step), abs=1e-5)
