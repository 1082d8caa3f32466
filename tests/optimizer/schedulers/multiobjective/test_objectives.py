from __future__ import annotations

import math

import numpy as np
import pytest

from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives


def test_costs_and_back():
    objectives = Objectives(["loss", "accuracy"], ["min", "max"])
    costs = objectives.costs("0", {"loss": 2.0, "accuracy": 0.5, "epoch": 1})
    assert costs.tolist() == [2.0, -0.5]
    assert objectives.reported(costs) == {"loss": 2.0, "accuracy": 0.5}
    assert len(objectives) == 2


def test_awkward_values():
    objectives = Objectives(["loss", "accuracy"])
    assert objectives.costs("0", {"loss": 1e300, "accuracy": -1e300}).tolist() == [1e30, -1e30]
    assert not np.isfinite(objectives.costs("0", {"loss": math.nan, "accuracy": 1})).all()
    with pytest.raises(SchedulerError, match=r"Trial 7 reported accuracy = None.*did you mean 'accuracies'"):
        objectives.costs("7", {"loss": 1.0, "accuracies": 1.0})


def test_one_metric_is_not_enough():
    with pytest.raises(OptionError, match="at least two"):
        Objectives("loss")
