from __future__ import annotations

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.baselines import ConstrainedBayesianOptimization
from syne_tune.optimizer.schedulers.searchers.constrained import ConstrainedBayesianOptimizationSearcher

SPACE = {"x": uniform(0, 1)}


def test_constraint_is_positional():
    method = ConstrainedBayesianOptimization(SPACE, "loss", "excess", search_options={"num_init_random": 5})
    assert isinstance(method.searcher, ConstrainedBayesianOptimizationSearcher)
    assert method.searcher.constraint_attrs == ("excess",)


def test_options_of_the_caller_are_not_touched():
    """7.4: methods used to write into the caller's ``search_options``."""
    options = {"num_init_random": 5}
    ConstrainedBayesianOptimization(SPACE, "loss", "excess", search_options=options)
    assert options == {"num_init_random": 5}


def test_contradiction():
    with pytest.raises(OptionError, match="contradicts"):
        ConstrainedBayesianOptimization(SPACE, "loss", "excess", search_options={"constraint_attr": "other"})


def test_searcher_is_fixed():
    with pytest.raises(OptionError, match="has a searcher of its own"):
        ConstrainedBayesianOptimization(SPACE, "loss", "excess", searcher="random")
