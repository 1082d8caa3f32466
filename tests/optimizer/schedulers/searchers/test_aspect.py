from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from syne_tune.errors import SchedulerError
from syne_tune.optimizer.acquisition.acquisition import Term
from syne_tune.optimizer.acquisition.functions import LogProbabilityBelow
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.schedulers.searchers.aspect import Opinion, eligible, reported_number

X = np.array([[0.1], [0.4], [0.6], [0.9]])


def opinion(low: float) -> Opinion:
    """Admits what lies above ``low``."""
    process = GaussianProcess.matern52(InputLayout.of([Scalar()]))
    model = Posterior(process, process.parameters.initial, X, np.zeros(len(X)))

    def admits(x: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        return np.asarray(x[:, 0] > low)

    return Opinion(Term(model, LogProbabilityBelow(0.0)), lambda x: {}, admits)


def test_all_may_be_the_incumbent_if_nobody_objects() -> None:
    assert eligible(X, []).tolist() == [True] * 4


def test_each_opinion_may_object() -> None:
    assert eligible(X, [opinion(0.5), opinion(0.2)]).tolist() == [False, False, True, True]


@pytest.mark.parametrize("value", [None, "0.5"])
def test_a_number_must_be_reported(value: object) -> None:
    with pytest.raises(SchedulerError, match=r"Trial 3 reported cost = .*: must be a number"):
        reported_number("3", {"cost": value, "loss": 1.0}, "cost")
