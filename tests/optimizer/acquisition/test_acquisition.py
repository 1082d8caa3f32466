from __future__ import annotations

import numpy as np
import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.acquisition import Sum, Term
from syne_tune.optimizer.acquisition.functions import (
    CheapnessOfLogCost,
    LogExpectedImprovement,
    LogProbabilityBelow,
)
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.predictor import Prediction


@pytest.fixture
def constraint(posterior: Posterior) -> Posterior:
    return posterior.with_targets(np.cos(3 * np.arange(25.0)))


def test_sum_of_logarithms_is_the_product(posterior: Posterior, constraint: Posterior, domain: SearchDomain) -> None:
    improvement, feasibility = LogExpectedImprovement(-0.5), LogProbabilityBelow(0.2)
    cheapness = CheapnessOfLogCost()
    x = domain.mask(domain.sample(6, np.random.RandomState(1)))
    together = Sum([Term(posterior, improvement), Term(constraint, feasibility), Term(constraint, cheapness)])
    expected = (
        np.exp(improvement(posterior.predict(x)).value)
        * np.exp(feasibility(constraint.predict(x)).value)
        / np.exp(constraint.predict(x).mean)
    )
    assert np.exp(together.evaluate(x)) == pytest.approx(expected)


class Constant:
    def predict(self, x: np.ndarray) -> Prediction:
        return Prediction(np.zeros(len(x)), np.ones(len(x)))


def test_model_without_gradients() -> None:
    term = Term(Constant(), LogExpectedImprovement(0.0))
    assert term.evaluate(np.zeros((2, 1))) == pytest.approx(np.log(1 / np.sqrt(2 * np.pi)))
    with pytest.raises(OptionError, match="max_climb=0"):
        term.evaluate_with_gradient(np.zeros((2, 1)))


def test_gradient_matches_finite_differences(posterior: Posterior, constraint: Posterior, domain: SearchDomain) -> None:
    acquisition = Sum([Term(posterior, LogExpectedImprovement(-0.5)), Term(constraint, LogProbabilityBelow(0.2))])
    x = domain.mask(domain.sample(5, np.random.RandomState(2)))
    values, gradient = acquisition.evaluate_with_gradient(x)
    assert values == pytest.approx(acquisition.evaluate(x))
    assert np.all(gradient[np.isnan(x)] == 0)
    for j in (3, 6):
        shift = np.zeros(x.shape[1])
        shift[j] = 1e-6
        slope = (acquisition.evaluate(x + shift) - acquisition.evaluate(x - shift)) / 2e-6
        assert gradient[:, j] == pytest.approx(slope, abs=1e-4)


def test_length_scales_are_the_shortest_of_those_of_the_models(posterior: Posterior, constraint: Posterior) -> None:
    terms = [Term(posterior, LogExpectedImprovement(0.0)), Term(constraint, LogProbabilityBelow(0.2))]
    known = [term.length_scales for term in terms]
    assert np.array_equal(Sum(terms).length_scales, np.min(known, axis=0))
    assert Term(Constant(), LogExpectedImprovement(0.0)).length_scales is None
    assert np.array_equal(Sum([terms[0], Term(Constant(), LogExpectedImprovement(0.0))]).length_scales, known[0])
