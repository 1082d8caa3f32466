from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from syne_tune.optimizer.acquisition.acquisition import Sum, Term
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement, LowerConfidenceBound
from syne_tune.optimizer.acquisition.optimize import SearchEffort, optimize
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

NOWHERE = np.empty((0, 7))


class Hill:
    """A known function in place of an acquisition function."""

    def __init__(self, height: Callable[[np.ndarray], np.ndarray], slope: Callable[[np.ndarray], np.ndarray]) -> None:
        self._height, self._slope = height, slope
        self.num_points = 0

    def evaluate(self, x: np.ndarray) -> np.ndarray:
        self.num_points += len(x)
        return self._height(x)

    def evaluate_with_gradient(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.num_points += len(x)
        return self._height(x), np.where(np.isnan(x), 0.0, self._slope(x))


TOP = np.array([0, 1, 0, 0.7, 0.2, 0.4, 0.63])


def conditional_hill() -> Hill:
    """Best: first category, which alone wakes up a number that is worth having."""

    def difference(x: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(x[:, 3:]), 1.0, x[:, 3:] - TOP[3:])

    def height(x: np.ndarray) -> np.ndarray:
        return -np.sum(difference(x) ** 2, axis=1) + 0.1 * x[:, 1]

    def slope(x: np.ndarray) -> np.ndarray:
        return np.hstack([np.zeros((len(x), 3)), -2 * difference(x)])

    return Hill(height, slope)


def test_finds_the_top_of_a_mixed_conditional_space(domain: SearchDomain) -> None:
    x, values = optimize(conditional_hill(), domain, np.random.RandomState(0), centres=NOWHERE)
    assert x[0, :3].tolist() == [1, 0, 0]
    assert x[0, 3:5] == pytest.approx([0.7, 0.2], abs=1e-3)
    assert x[0, 5] == 0.4
    assert x[0, 6] == 0.625
    assert np.all(np.diff(values) <= 0)


def test_proposals_are_different_legal_masked_points(domain: SearchDomain) -> None:
    x, values = optimize(conditional_hill(), domain, np.random.RandomState(0), centres=NOWHERE)
    assert len({row.tobytes() for row in x}) == len(x) == len(values)
    assert np.array_equal(domain.mask(domain.fill(x)), x, equal_nan=True)
    assert np.any(np.isnan(x))


def test_refinement_beats_screening(posterior: Posterior, domain: SearchDomain) -> None:
    acquisition = Sum([Term(posterior, LogExpectedImprovement(float(posterior.mean_at_data.min())))])
    best = [
        optimize(acquisition, domain, np.random.RandomState(0), centres=posterior.x[:3], effort=effort).values[0]
        for effort in (SearchEffort(num_starts=0), SearchEffort())
    ]
    assert best[1] > best[0]


def test_the_best_point_moves_again_after_the_climb() -> None:
    """Which level is best depends on where the climb ends."""
    layout = InputLayout.of([Scalar(), Scalar(levels=(0.1, 0.9))])

    def height(x: np.ndarray) -> np.ndarray:
        return -((x[:, 0] - 0.9) ** 2) - 0.1 * (x[:, 1] - np.where(x[:, 0] > 0.5, 0.9, 0.1)) ** 2

    def slope(x: np.ndarray) -> np.ndarray:
        return np.stack([-2 * (x[:, 0] - 0.9), np.zeros(len(x))], axis=1)

    effort = SearchEffort(num_random=0, num_neighbours=1, num_starts=1)
    start = np.array([[0.3, 0.1]])
    x, _ = optimize(Hill(height, slope), SearchDomain(layout), np.random.RandomState(0), centres=start, effort=effort)
    assert x[0] == pytest.approx([0.9, 0.9], abs=1e-2)


def test_neighbours_help_to_find_narrow_peaks(domain: SearchDomain) -> None:
    def height(x: np.ndarray) -> np.ndarray:
        return -np.abs(x[:, 3] - 0.123) - np.abs(x[:, 6] - 0.525)

    needle = Hill(height, np.zeros_like)
    centre = domain.mask(domain.round(np.array([[1, 0, 0, 0.12, 0.5, 0.4, 0.525]])))
    effort = SearchEffort(num_random=100, num_neighbours=100, num_starts=0)
    near = optimize(needle, domain, np.random.RandomState(0), centres=centre, effort=effort)
    far = optimize(needle, domain, np.random.RandomState(0), centres=NOWHERE, effort=effort)
    assert near.values[0] > far.values[0]
    assert near.values[0] > -0.005


def test_same_seed_same_proposals(posterior: Posterior, domain: SearchDomain) -> None:
    acquisition = Sum([Term(posterior, LowerConfidenceBound())])
    one, same, other = (
        optimize(acquisition, domain, np.random.RandomState(seed), centres=posterior.x[:2]) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.x, same.x, equal_nan=True)
    assert not np.array_equal(one.x[:20], other.x[:20], equal_nan=True)


def test_effort_is_bounded(domain: SearchDomain) -> None:
    hill = conditional_hill()
    effort = SearchEffort(num_random=50, num_neighbours=0, num_starts=2, max_climb=5, max_move_rounds=1)
    optimize(hill, domain, np.random.RandomState(0), centres=NOWHERE, effort=effort)
    assert hill.num_points <= 50 + 2 * (2 * 2 * 5) + 2 * 10


def test_effort_shrinks_with_the_number_of_observations() -> None:
    few, many = SearchEffort.for_observations(10), SearchEffort.for_observations(5000)
    assert few.num_random > many.num_random > 0


def test_constraints_are_respected() -> None:
    def height(x: np.ndarray) -> np.ndarray:
        return x.sum(axis=1)

    legal = SearchDomain(InputLayout.of([Scalar(), Scalar()]), legality=lambda x: x.sum(axis=1) < 0.8)
    x, values = optimize(Hill(height, np.ones_like), legal, np.random.RandomState(0), centres=np.array([[0.1, 0.1]]))
    assert np.all(x.sum(axis=1) < 0.8)
    assert values[0] > 0.75


def test_domain_without_legal_points() -> None:
    empty = SearchDomain(InputLayout.of([Scalar()]), legality=lambda x: x[:, 0] < 0)
    proposals = optimize(conditional_hill(), empty, np.random.RandomState(0), centres=np.empty((0, 1)))
    assert len(proposals.x) == 0


@pytest.mark.parametrize("blocks", [[OneHot(2)], [Scalar(levels=(0.5,))], [OneHot(3), Scalar(levels=(0.25, 0.75))]])
def test_tiny_finite_spaces_are_listed_completely(blocks: list[OneHot | Scalar]) -> None:
    layout = InputLayout.of(blocks)
    size = int(np.prod([b.num_values if isinstance(b, OneHot) else len(b.levels or ()) for b in blocks]))
    hill = Hill(lambda x: x[:, 0], np.zeros_like)
    x, _ = optimize(hill, SearchDomain(layout), np.random.RandomState(0), centres=layout.centre[None])
    assert len(x) == size


@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
def test_w6_units_do_not_decide_when_to_stop(unit: float) -> None:
    """W6: an absolute tolerance on gradients used to end the search at once for metrics with small values."""
    layout = InputLayout.of([Scalar()] * 3)
    x = np.random.RandomState(0).random_sample((15, 3))
    process = GaussianProcess.matern52(layout)
    posterior = Posterior(process, process.parameters.initial, x, ((x - 0.3) ** 2).sum(axis=1))
    bound = Term(posterior, LowerConfidenceBound())

    def slope(x: np.ndarray) -> np.ndarray:
        return unit * bound.evaluate_with_gradient(x)[1]

    scaled = Hill(lambda x: unit * bound.evaluate(x), slope)
    found = optimize(scaled, SearchDomain(layout), np.random.RandomState(0), centres=x[:2]).values[0] / unit
    grid = np.random.RandomState(1).random_sample((20_000, 3))
    assert found >= bound.evaluate(grid).max() - 1e-3
