from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.acquisition.thompson import independent_draws, sampled_order, thompson_batch
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.predictor import Prediction


def test_candidates_are_chosen_as_often_as_they_are_best(posterior: Posterior, domain: SearchDomain) -> None:
    candidates = domain.mask(domain.sample(5, np.random.RandomState(3)))
    samples = posterior.sample_joint(candidates, 20_000, np.random.RandomState(4))
    expected = np.bincount(np.argmin(samples, axis=0), minlength=5) / 20_000
    random_state = np.random.RandomState(5)
    first = [thompson_batch(posterior, candidates, 1, random_state)[0] for _ in range(800)]
    assert np.bincount(first, minlength=5) / 800 == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("batch_size", [1, 4, 9])
def test_batches_have_no_repetitions(posterior: Posterior, domain: SearchDomain, batch_size: int) -> None:
    candidates = domain.mask(domain.sample(6, np.random.RandomState(3)))
    chosen = thompson_batch(posterior, candidates, batch_size, np.random.RandomState(0))
    assert len(chosen) == len(set(chosen)) == min(batch_size, 6)


def test_many_copies_of_a_mediocre_candidate_are_not_an_advantage(posterior: Posterior, domain: SearchDomain) -> None:
    """Section 7.5: with independent draws, the candidate with most copies would win by luck."""
    mean = posterior.predict(posterior.x).mean
    best, mediocre = posterior.x[np.argmin(mean)], posterior.x[np.argsort(mean)[3]]
    candidates = np.vstack([best, np.repeat(mediocre[None], 200, axis=0)])
    random_state = np.random.RandomState(0)
    wins = [thompson_batch(posterior, candidates, 1, random_state)[0] == 0 for _ in range(50)]
    alone = [thompson_batch(posterior, candidates[:2], 1, random_state)[0] == 0 for _ in range(50)]
    assert np.mean(wins) == pytest.approx(np.mean(alone), abs=0.2)


def test_independent_draws_follow_the_marginals() -> None:
    mean, std = np.array([1.0, -2.0]), np.array([0.1, 3.0])
    random_state = np.random.RandomState(0)
    draws = np.array([independent_draws(Prediction(mean, std), random_state) for _ in range(5000)])
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.1)
    assert draws.std(axis=0) == pytest.approx(std, rel=0.05)


def test_independent_draws_mix_fantasies() -> None:
    prediction = Prediction(np.tile([0.0, 10.0], (500, 1)), np.full(500, 0.1))
    draws = independent_draws(prediction, np.random.RandomState(0))
    assert 0.4 < np.mean(draws > 5) < 0.6


def test_order_of_one_function(posterior: Posterior, domain: SearchDomain) -> None:
    candidates = domain.mask(domain.sample(40, np.random.RandomState(3)))
    drawn = posterior.sample_joint(candidates, 1, np.random.RandomState(5))[:, 0]
    penalty = np.where(np.arange(40) < 5, -100.0, 0.0)
    order = list(sampled_order(posterior, candidates, penalty, np.random.RandomState(5)))
    assert [value for _, value in order] == sorted((penalty - drawn).tolist(), reverse=True)
    assert {index for index, _ in order[-5:]} == set(range(5))
    assert list(sampled_order(posterior, candidates[:0], penalty[:0], np.random.RandomState(5))) == []
