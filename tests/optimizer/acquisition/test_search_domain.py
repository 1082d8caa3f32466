from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

LEVELS = (0.1, 0.4, 0.9)
FINE = tuple((np.arange(20) + 0.5) / 20)
SIMPLE = SearchDomain(InputLayout.of([OneHot(3), Scalar(), Scalar(levels=LEVELS), Scalar(levels=FINE)]))


def assert_valid(domain: SearchDomain, x: np.ndarray) -> None:
    assert np.all((x >= 0) & (x <= 1))
    assert np.array_equal(domain.round(x), x)
    assert np.all(domain.is_legal(x))


def below_diagonal(masked: np.ndarray) -> np.ndarray:
    return masked[:, 0] + masked[:, 1] < 0.5


TRIANGLE = SearchDomain(InputLayout.of([Scalar(), Scalar()]), legality=below_diagonal)


@given(seed=st.integers(0, 1000))
def test_draws_and_neighbours_are_valid(seed: int) -> None:
    random_state = np.random.RandomState(seed)
    for domain in (SIMPLE, TRIANGLE):
        drawn = domain.sample(20, random_state)
        assert len(drawn) == 20
        assert_valid(domain, drawn)
        assert_valid(domain, domain.neighbours(drawn[:3], 30, random_state))


def test_draws_are_uniform() -> None:
    x = SIMPLE.sample(6000, np.random.RandomState(0))
    assert x[:, :3].mean(axis=0) == pytest.approx(1 / 3, abs=0.03)
    assert x[:, 3].mean() == pytest.approx(0.5, abs=0.02)
    assert x[:, 5].mean() == pytest.approx(0.5, abs=0.02)


def test_rare_legal_points_give_fewer_draws_but_no_endless_loop() -> None:
    rare = SearchDomain(InputLayout.of([Scalar()]), legality=lambda x: x[:, 0] < 1e-3)
    assert len(rare.sample(50, np.random.RandomState(0))) < 50
    never = SearchDomain(InputLayout.of([Scalar()]), legality=lambda x: x[:, 0] < 0)
    assert never.sample(5, np.random.RandomState(0)).shape == (0, 1)


def test_neighbours_differ_from_their_centre() -> None:
    centre = SIMPLE.sample(1, np.random.RandomState(0))
    near = SIMPLE.neighbours(centre, 300, np.random.RandomState(1))
    assert np.all(np.any(near != centre, axis=1))
    changed_numbers = np.count_nonzero(near != centre, axis=1)
    assert 1 in changed_numbers
    assert changed_numbers.max() >= 4


def test_neighbours_are_near_and_far() -> None:
    domain = SearchDomain(InputLayout.of([Scalar()]))
    distance = np.abs(domain.neighbours(np.array([[0.5]]), 500, np.random.RandomState(0)) - 0.5)
    assert np.quantile(distance, 0.1) < 0.003
    assert np.quantile(distance, 0.9) > 0.08


def test_rounding() -> None:
    x = np.array([[0.2, 0.5, 0.3, 1.4, 0.7, 0.51]])
    assert SIMPLE.round(x).tolist() == [[0, 1, 0, 1, 0.9, 0.525]]


def test_single_moves_cover_all_alternatives() -> None:
    points = np.array([[0, 1, 0, 0.3, 0.4, FINE[0]], [1, 0, 0, 0.7, 0.9, FINE[7]]])
    moves, owner = SIMPLE.single_moves(points)
    assert np.bincount(owner).tolist() == [2 + 2 + 2, 2 + 2 + 4]  # categories, few levels, the nearest of many
    assert np.all(np.any(moves != points[owner], axis=1))
    assert np.all(np.count_nonzero(moves[:, 3:] != points[owner, 3:], axis=1) <= 1)
    assert len(np.unique(moves, axis=0)) == len(moves)
    _, owner = SIMPLE.single_moves(points, only_where_one_cannot_climb=True)
    assert np.bincount(owner).tolist() == [2 + 2, 2 + 2]
    assert_valid(SIMPLE, moves)


def test_single_moves_of_a_continuous_space() -> None:
    moves, owner = SearchDomain(InputLayout.of([Scalar(), Scalar()])).single_moves(np.array([[0.1, 0.2]]))
    assert moves.shape == (0, 2)
    assert owner.shape == (0,)


def test_climbable_columns() -> None:
    assert SIMPLE.climbable.tolist() == [False, False, False, True, False, True]


class TestConditions:
    def test_inactive_columns_are_masked(self, domain: SearchDomain) -> None:
        x = domain.sample(200, np.random.RandomState(0))
        masked = domain.mask(x)
        assert np.array_equal(np.isnan(masked[:, 4]), x[:, 0] == 0)
        assert not np.any(np.isnan(np.delete(masked, 4, axis=1)))

    def test_filling_undoes_masking_of_active_columns(self, domain: SearchDomain) -> None:
        masked = domain.mask(domain.sample(50, np.random.RandomState(0)))
        filled = domain.fill(masked)
        assert np.array_equal(domain.mask(filled), masked, equal_nan=True)
        assert np.all(filled[np.isnan(masked)] == 0.5)

    def test_inactive_hyperparameters_are_not_moved(self) -> None:
        layout = InputLayout.of([OneHot(2), Scalar(levels=LEVELS, conditional=True)])
        domain = SearchDomain(layout, lambda x: np.stack([np.ones(len(x)), x[:, 0]], axis=1) > 0.5)
        _, owner = domain.single_moves(np.array([[1, 0, 0.4], [0, 1, 0.4]]))
        assert np.bincount(owner).tolist() == [1 + 2, 1]

    def test_constraints_see_masked_points(self) -> None:
        layout = InputLayout.of([OneHot(2), Scalar(conditional=True)])
        domain = SearchDomain(
            layout,
            lambda x: np.stack([np.ones(len(x)), x[:, 0]], axis=1) > 0.5,
            lambda masked: ~(masked[:, 2] > 0.5),
        )
        x = domain.sample(300, np.random.RandomState(0))
        assert np.all(x[x[:, 0] == 1, 2] <= 0.5)
        assert np.any(x[x[:, 0] == 0, 2] > 0.5)
