from __future__ import annotations

from syne_tune.testing.spaces import MAX_RESOURCE, conditional_space, finite_space, mixed_space


def test_sizes():
    assert mixed_space().size() is None
    assert conditional_space().size() is None
    assert finite_space().size() == 12


def test_all_have_the_constant_up_to_which_trials_report():
    for space in (mixed_space(), conditional_space(), finite_space()):
        assert space.constants["epochs"] == MAX_RESOURCE


def test_conditional_space_has_conditions_and_a_constraint():
    space = conditional_space()
    assert set(space.active({"optimizer": "adam"})) < set(space.active({"optimizer": "sgd"}))
    assert space.constraints
