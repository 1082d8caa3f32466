"""Configurations in the terms of another space."""

import pytest

from syne_tune.config_space import Space, active_if, choice, finrange, loguniform, ordinal, randint, uniform
from syne_tune.errors import ConfigSpaceError
from syne_tune.optimizer.schedulers.transfer_learning.fitting import distinct, fit_to_space

SPACE = Space({"lr": loguniform(0.01, 1), "n": randint(1, 9), "g": finrange(0, 1, 5), "c": choice(["a", "b"]), "e": 3})
WHOLE = {"lr": 0.1, "n": 3, "g": 0.5, "c": "b"}


def test_what_lies_inside_stays_as_it_is():
    assert fit_to_space(WHOLE, SPACE) == (WHOLE, [])
    assert fit_to_space({**WHOLE, "e": 7}, SPACE, clip=False) == (WHOLE, [])


def test_numbers_are_moved_to_the_bound_and_it_is_said():
    fitted = fit_to_space({**WHOLE, "lr": 5, "n": 0, "g": -1.0}, SPACE)
    assert fitted.config == {"lr": 1.0, "n": 1, "g": 0.0, "c": "b"}
    assert len(fitted.changes) == 3
    assert "lr = 5 is moved to 1.0" in fitted.changes


@pytest.mark.parametrize("change", [{"lr": 5}, {"n": 0}, {"g": 1.5}])
def test_or_refused(change):
    with pytest.raises(ConfigSpaceError, match=f"{next(iter(change))} = "):
        fit_to_space({**WHOLE, **change}, SPACE, clip=False)


def test_unknown_choices_are_refused_in_any_case():
    with pytest.raises(ConfigSpaceError, match="c = 'x'"):
        fit_to_space({**WHOLE, "c": "x"}, SPACE)


def test_unknown_parameters_are_dropped_and_missing_ones_filled():
    fitted = fit_to_space({"lr": 0.1, "c": "a", "g": 0.25, "width": 3}, SPACE)
    assert fitted.config == {"lr": 0.1, "c": "a", "g": 0.25, "n": SPACE.default()["n"]}
    assert [change.split()[0] for change in fitted.changes] == ["width", "n"]


def test_inactive_parameters_are_dropped():
    space = Space({"c": choice(["a", "b"]), "m": active_if(uniform(0, 1), c="b"), "o": ordinal([1, 2, 4])})
    assert fit_to_space({"c": "a", "m": 0.3, "o": 2}, space).config == {"c": "a", "o": 2}
    assert fit_to_space({"c": "b", "m": 0.3, "o": 4}, space).config == {"c": "b", "m": 0.3, "o": 4}


def test_constraints_are_kept():
    space = Space({"a": uniform(0, 1), "b": uniform(0, 1)}, ["a <= b"])
    with pytest.raises(ConfigSpaceError, match="a <= b"):
        fit_to_space({"a": 0.9, "b": 0.1}, space)


def test_distinct_keeps_the_order():
    assert distinct([WHOLE, {**WHOLE, "n": 1}, dict(WHOLE)], SPACE) == [WHOLE, {**WHOLE, "n": 1}]
