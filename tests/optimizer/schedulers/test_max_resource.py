from __future__ import annotations

import pytest

from syne_tune.config_space import Space, randint, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.max_resource import infer_max_resource


@pytest.mark.parametrize(
    ("constants", "max_resource_attr", "max_t", "expected"),
    [
        ({"epochs": 27}, None, None, 27),
        ({"max_t": 5, "max_epochs": 7}, None, None, 5),
        ({"epochs": "many", "max_epochs": 7}, None, None, 7),
        ({"epochs": 0, "max_t": True}, None, None, None),
        ({"steps": 9, "epochs": 27}, "steps", None, 9),
        ({"epochs": 27}, None, 10, 10),
        ({"epochs": 27}, "epochs", 27, 27),
        ({}, None, None, None),
    ],
)
def test_where_it_comes_from(constants, max_resource_attr, max_t, expected):
    space = Space({"x": uniform(0, 1), **constants})
    assert infer_max_resource(space, max_resource_attr, max_t) == expected


def test_explicit_value_wins_with_a_warning():
    space = Space({"x": uniform(0, 1), "epochs": 27})
    with pytest.warns(UserWarning, match="max_t = 9 is used"):
        assert infer_max_resource(space, "epochs", 9) == 9


@pytest.mark.parametrize(
    ("entry", "name", "message"),
    [
        ({"epochs": 27}, "epoch", "did you mean 'epochs'"),
        ({"epochs": randint(1, 9)}, "epochs", "must be a constant integer"),
        ({"epochs": 0}, "epochs", r"config_space\['epochs'\] = 0"),
        ({"epochs": 2.5}, "epochs", r"config_space\['epochs'\] = 2.5"),
    ],
)
def test_bad_constants(entry, name, message):
    with pytest.raises(OptionError, match=message):
        infer_max_resource(Space({"x": uniform(0, 1), **entry}), name, None)


@pytest.mark.parametrize("max_t", [0, -1, 2.5, True])
def test_bad_explicit_value(max_t):
    with pytest.raises(OptionError, match="max_t = "):
        infer_max_resource(Space({"x": uniform(0, 1)}), None, max_t)
