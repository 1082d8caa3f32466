from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.feasibility import FeasibilityModel
from syne_tune.optimizer.models.laplace import probability


def chance(posterior, x):
    return probability(posterior.predict(x))


def test_a_single_failure_does_not_close_a_region(mixed):
    x = mixed.sample(30, seed=0)
    posterior = FeasibilityModel(mixed.layout).update(x[1:], x[:1])
    assert np.all(chance(posterior, mixed.sample(200, seed=1)) > 0.5)
    assert chance(posterior, x[:1])[0] < chance(posterior, x[1:]).mean()


def test_success_is_likely_where_nothing_is_known(mixed):
    x = mixed.sample(1, seed=0)
    posterior = FeasibilityModel(mixed.layout).update(x[:0], x)
    assert chance(posterior, mixed.sample(200, seed=1)).mean() > 0.5


def test_failures_that_crowd_together_are_avoided(mixed):
    x, fresh = mixed.sample(120, seed=0), mixed.sample(300, seed=1)
    model = FeasibilityModel(mixed.layout)
    posterior = model.update(x[x[:, 0] <= 0.6], x[x[:, 0] > 0.6])
    predicted = chance(posterior, fresh)
    assert np.mean((predicted > 0.5) == (fresh[:, 0] <= 0.6)) > 0.95


def test_same_data_same_answer_however_they_arrive_in_the_end(mixed):
    x, fresh = mixed.sample(40, seed=0), mixed.sample(20, seed=1)
    one, other = FeasibilityModel(mixed.layout), FeasibilityModel(mixed.layout)
    for model in (one, other):
        for n in range(1, 20):
            posterior = model.update(x[:n], x[39 - n :])
        assert np.all(np.isfinite(chance(posterior, fresh)))
    assert np.array_equal(chance(one.update(x[:20], x[20:]), fresh), chance(other.update(x[:20], x[20:]), fresh))


def test_work_is_bounded(mixed):
    x = mixed.sample(1200, seed=0)
    posterior = FeasibilityModel(mixed.layout).update(x[:600], x[600:])
    assert len(posterior.mode.latent) <= 200
