"""A mixed domain whose second half depends on a category, a model on it, and a function to model."""

from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

FINE = tuple((np.arange(20) + 0.5) / 20)
LAYOUT = InputLayout.of(
    [OneHot(3), Scalar(), Scalar(conditional=True), Scalar(levels=(0.1, 0.4, 0.9)), Scalar(levels=FINE)]
)


def activity(x: np.ndarray) -> np.ndarray:
    """The second number is active with the first category only."""
    active = np.ones((len(x), 5), dtype=np.bool_)
    active[:, 2] = x[:, 0] > 0.5
    return active


def target(x: np.ndarray) -> np.ndarray:
    """Lowest, at 0, with the first category and (0.7, 0.2, 0.4, level nearest to 0.6)."""
    conditional = np.where(np.isnan(x[:, 4]), 0.5, (x[:, 4] - 0.2) ** 2)
    return (x[:, 3] - 0.7) ** 2 + conditional + (x[:, 5] - 0.4) ** 2 + (x[:, 6] - 0.6) ** 2


@pytest.fixture
def domain() -> SearchDomain:
    return SearchDomain(LAYOUT, activity)


@pytest.fixture
def posterior(domain: SearchDomain) -> Posterior:
    process = GaussianProcess.matern52(LAYOUT)
    x = domain.mask(domain.sample(25, np.random.RandomState(0)))
    y = target(x)
    values = process.parameters.decode(process.parameters.initial) | {"noise_variance": np.array([1e-3])}
    return Posterior(process, process.parameters.encode(values), x, (y - y.mean()) / y.std())
