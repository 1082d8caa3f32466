from __future__ import annotations

import numpy as np

from syne_tune.optimizer.acquisition.differential_evolution import evolve
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

LAYOUT = InputLayout.of([Scalar(), Scalar((0.25, 0.75)), OneHot(3)])


def objective(x):
    return -((x[:, 0] - 0.7) ** 2) - (x[:, 1] - 0.75) ** 2 + x[:, 3]


def test_climbs():
    domain = SearchDomain(LAYOUT)
    x = evolve(objective, domain, np.random.RandomState(0), 600)
    assert len(x) == 600
    np.testing.assert_array_equal(x, domain.round(x.copy()))
    best = x[np.argmax(objective(x))]
    np.testing.assert_allclose(best, [0.7, 0.75, 0, 1, 0], atol=0.02)
    assert np.mean(objective(x[-100:])) > np.mean(objective(x[:100]))


def test_illegal_points_are_left_out():
    domain = SearchDomain(LAYOUT, legality=lambda x: x[:, 0] < 0.5)
    x = evolve(objective, domain, np.random.RandomState(0), 300)
    assert np.max(x[:, 0]) < 0.5
    assert (
        len(evolve(objective, SearchDomain(LAYOUT, legality=lambda x: x[:, 0] < -1), np.random.RandomState(0), 50)) == 0
    )


def test_same_seed_same_points():
    runs = [evolve(objective, SearchDomain(LAYOUT), np.random.RandomState(5), 100) for _ in range(2)]
    np.testing.assert_array_equal(*runs)
