from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.acquisition.fantasies import believe, fantasize
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.gp.posterior import Posterior


@pytest.fixture
def pending(domain: SearchDomain) -> np.ndarray:
    return domain.mask(domain.sample(3, np.random.RandomState(7)))


@pytest.fixture
def elsewhere(domain: SearchDomain) -> np.ndarray:
    return domain.mask(domain.sample(6, np.random.RandomState(8)))


def test_believer_keeps_means_and_loses_uncertainty(
    posterior: Posterior, pending: np.ndarray, elsewhere: np.ndarray
) -> None:
    after = believe(posterior, pending)
    assert after.predict(elsewhere).mean == pytest.approx(posterior.predict(elsewhere).mean)
    assert np.all(after.predict(elsewhere).std <= posterior.predict(elsewhere).std + 1e-12)
    assert np.all(after.predict(pending).std < 0.3 * posterior.predict(pending).std)


def test_believing_one_by_one_is_believing_all(
    posterior: Posterior, pending: np.ndarray, elsewhere: np.ndarray
) -> None:
    together, single = believe(posterior, pending), posterior
    for row in pending:
        single = believe(single, row[None])
    assert single.predict(elsewhere).mean == pytest.approx(together.predict(elsewhere).mean)
    assert single.predict(elsewhere).std == pytest.approx(together.predict(elsewhere).std)


def test_nothing_pending(posterior: Posterior, pending: np.ndarray) -> None:
    assert believe(posterior, pending[:0]) is posterior
    assert fantasize(posterior, pending[:0], 5, np.random.RandomState(0)) is posterior


def test_fantasies_average_to_the_posterior(posterior: Posterior, pending: np.ndarray, elsewhere: np.ndarray) -> None:
    """Law of total variance: spread of the means plus the remaining variance is the variance before."""
    before, after = (
        posterior.predict(elsewhere),
        fantasize(posterior, pending, 4000, np.random.RandomState(0)),
    )
    mean, std = after.predict(elsewhere)
    assert mean.shape == (6, 4000)
    assert mean.mean(axis=1) == pytest.approx(before.mean, abs=0.03)
    assert mean.var(axis=1) + std**2 == pytest.approx(before.std**2, rel=0.05)


def test_fantasies_follow_the_seed(posterior: Posterior, pending: np.ndarray) -> None:
    one, same, other = (fantasize(posterior, pending, 4, np.random.RandomState(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.targets, same.targets)
    assert not np.array_equal(one.targets, other.targets)
