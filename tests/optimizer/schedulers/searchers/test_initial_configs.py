from __future__ import annotations

import pytest

from syne_tune.config_space import choice, loguniform, randint
from syne_tune.optimizer.schedulers.searchers import impute_points_to_evaluate

SPACE = {"lr": loguniform(1e-4, 1.0), "units": randint(1, 9), "opt": choice(["sgd", "adam"]), "epochs": 3}


def test_missing_values_duplicates_and_order():
    points = [{"opt": "adam"}, {}, {"units": 5}, {"lr": 0.1}]
    assert impute_points_to_evaluate(points, SPACE) == [
        {"lr": pytest.approx(0.01), "units": 5, "opt": "adam"},
        {"lr": pytest.approx(0.01), "units": 5, "opt": "sgd"},
        {"lr": 0.1, "units": 5, "opt": "sgd"},
    ]


def test_none_means_the_default_and_empty_means_none():
    assert impute_points_to_evaluate(None, SPACE) == impute_points_to_evaluate([{}], SPACE)
    assert impute_points_to_evaluate([], SPACE) == []


def test_unknown_keys_are_refused():
    """Row 7.3: they were ignored silently."""
    with pytest.raises(ValueError, match="unknown key 'unit'"):
        impute_points_to_evaluate([{"unit": 3}], SPACE)
