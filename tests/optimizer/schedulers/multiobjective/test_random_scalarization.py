from __future__ import annotations

import numpy as np
import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.sklearn_model import SKLearnPredictor
from syne_tune.optimizer.schedulers.multiobjective import MultiObjectiveLCBRandomLinearScalarization


class Column(SKLearnPredictor):
    def __init__(self, column):
        self.column = column

    def predict(self, X):
        return X[:, self.column], np.full(len(X), 0.2)


MODELS = {"loss": Column(0), "latency": Column(1)}
POINTS = np.array([[0.0, 9.0], [0.2, 1.0], [7.0, 0.0]])


def test_weights_lie_on_the_simplex_and_follow_the_seed():
    """W10: weights were not on the simplex."""
    weights = [MultiObjectiveLCBRandomLinearScalarization(MODELS, random_seed=seed).weights for seed in range(20)]
    assert all(sum(weight.values()) == pytest.approx(1) for weight in weights)
    assert min(min(weight.values()) for weight in weights) >= 0
    assert len({weight["loss"] for weight in weights}) == 20
    assert MultiObjectiveLCBRandomLinearScalarization(MODELS, random_seed=3).weights == weights[3]


def test_scores():
    half = {"loss": 2.0, "latency": 2.0}
    make = MultiObjectiveLCBRandomLinearScalarization
    assert make(MODELS, weights_sampler=lambda: half).score(POINTS) == pytest.approx([2 / 3, 2 / 3, 2 / 3])
    plain = make(MODELS, weights_sampler=lambda: half, normalize_acquisition=False, kappa=1.0)
    assert plain.score(POINTS) == pytest.approx([4.3, 0.4, 3.3])
    one = make(MODELS, active_metric=["latency"])
    assert one.score(POINTS) == pytest.approx([1, 2 / 3, 1 / 3])
    assert one.score(POINTS, {"latency": Column(0)}) == pytest.approx([1 / 3, 2 / 3, 1])


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"active_metric": ["los"]}, "did you mean 'loss'"),
        ({"weights_sampler": lambda: {"loss": 1.0}}, "for each of"),
        ({"weights_sampler": lambda: {"loss": -1.0, "latency": 2.0}}, "at least 0"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        MultiObjectiveLCBRandomLinearScalarization(MODELS, **kwargs)
