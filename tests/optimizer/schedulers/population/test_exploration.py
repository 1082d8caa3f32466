import numpy as np
import pytest

from syne_tune.config_space import Space, choice, finrange, loguniform, ordinal, randint, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.population.exploration import CustomExploration, RandomExploration
from syne_tune.testing.spaces import conditional_space


def explorer(space, resample=0.0, seed=0):
    return RandomExploration(Space.of(space), resample, np.random.RandomState(seed))


def variations(exploration, config, count=60):
    return [exploration.explore(config, 1.0, 0.0) for _ in range(count)]


def test_numbers_are_multiplied_and_stay_in_bounds():
    space = {"lr": loguniform(1e-3, 1e-1), "width": randint(1, 100), "x": uniform(0, 1)}
    varied = variations(explorer(space), {"lr": 0.01, "width": 50, "x": 0.9})
    assert {round(it["lr"], 6) for it in varied} == {0.008, 0.012}
    assert {it["width"] for it in varied} == {40, 60}
    assert {round(it["x"], 6) for it in varied} == {0.72, 1.0}


def test_ordered_values_move_to_a_neighbour():
    """PBT promised adjacent values for discrete domains, but resampled."""
    space = {"size": ordinal([1, 2, 4, 8]), "rate": finrange(0.1, 0.5, 5)}
    varied = variations(explorer(space), {"size": 4, "rate": 0.1})
    assert {it["size"] for it in varied} == {2, 8}
    assert {round(it["rate"], 6) for it in varied} == {0.1, 0.2}


def test_categories_are_always_drawn():
    varied = variations(explorer({"kind": choice(["a", "b", "c"])}), {"kind": "a"})
    assert {it["kind"] for it in varied} == {"a", "b", "c"}


def test_with_probability_one_everything_is_drawn():
    varied = variations(explorer({"x": uniform(0, 1)}, resample=1.0), {"x": 0.5})
    assert len({it["x"] for it in varied}) == len(varied)


def test_conditions_and_constraints_hold():
    space = conditional_space()
    exploration = RandomExploration(space, 0.5, np.random.RandomState(1))
    config = space.sample(np.random.RandomState(0))
    for _ in range(100):
        config = exploration.explore(config, 1.0, 0.0)
        space.check(space.with_constants(config))


def test_a_function_of_the_user_is_checked():
    space = Space.of({"x": uniform(0, 1), "epochs": 3})
    good = CustomExploration(space, lambda config: {**config, "x": config["x"] / 2})
    assert good.explore({"x": 0.5}, 1.0, 0.0) == {"x": 0.25}
    for bad in (lambda config: {"x": 2.0}, lambda config: None):
        with pytest.raises(OptionError, match="custom_explore_fn returned"):
            CustomExploration(space, bad).explore({"x": 0.5}, 1.0, 0.0)
