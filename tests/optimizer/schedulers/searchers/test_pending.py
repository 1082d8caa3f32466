from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.pending import with_pending

PENDING = np.array([[0.55]])


@pytest.fixture
def posterior():
    x = np.linspace(0, 1, 5)[:, None]
    surrogate = GaussianProcessSurrogate(InputLayout.of([Scalar()]), SurrogateOptions(), np.random.RandomState(0))
    return surrogate.update(x, np.sin(6 * x[:, 0]))


def assume(posterior, **options):
    return with_pending(posterior, PENDING, BayesianOptions(**options), np.random.RandomState(0))


def test_believes_the_expected_outcome(posterior):
    assumed = assume(posterior)
    assert assumed.predict_mean(PENDING) == pytest.approx(posterior.predict_mean(PENDING), abs=1e-6)
    assert assumed.predict(PENDING).std < posterior.predict(PENDING).std


def test_several_outcomes(posterior):
    assert assume(posterior, num_fantasy_samples=4).predict_mean(PENDING).shape == (1, 4)


def test_may_be_ignored(posterior):
    assert assume(posterior, no_fantasizing=True) is posterior
