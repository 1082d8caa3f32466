"""Skipped where BoTorch is not installed, except for what its absence must look like."""

from __future__ import annotations

import importlib.util
import warnings

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, randint, uniform
from syne_tune.errors import MissingExtraError, OptionError
from syne_tune.optimizer.baselines import BoTorch
from syne_tune.optimizer.schedulers.searchers.botorch import BoTorchSearcher
from syne_tune.testing.searchers import SearcherContract
from syne_tune.testing.spaces import conditional_space

IS_INSTALLED = importlib.util.find_spec("botorch") is not None
SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1)})
with_botorch = pytest.mark.skipif(not IS_INSTALLED, reason="BoTorch is not installed")

pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.skipif(IS_INSTALLED, reason="BoTorch is installed")
def test_error_says_what_to_install():
    with pytest.raises(MissingExtraError, match=r"pip install 'syne_tune\[botorch\]'"):
        BoTorch(SPACE, "loss")


def make(space=SPACE, **kwargs):
    return BoTorchSearcher(space, "loss", **{"random_seed": 1, **kwargs})


def quadratic(config):
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2


def search(searcher, num, objective=quadratic, first=0):
    configs = []
    for number in range(first, first + num):
        configs.append(searcher.get_config(trial_id=str(number)))
        searcher.register_pending(str(number), configs[-1])
        searcher.on_trial_result(str(number), configs[-1], {"loss": objective(configs[-1])}, update=True)
        searcher.cleanup_pending(str(number))
    return configs


@with_botorch
class TestContract(SearcherContract):
    seeds = (0, 1)
    num_events = 20

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return make(config_space, points_to_evaluate=points_to_evaluate, random_seed=random_seed)


@with_botorch
@pytest.mark.parametrize("options", [{}, {"input_warping": False, "max_num_observations": 8}])
@pytest.mark.parametrize("mode", ["min", "max"])
def test_finds_the_minimum_and_explains_itself(mode, options):
    sign = 1 if mode == "min" else -1
    searcher = make(mode=mode, **options)
    configs = search(searcher, 15, lambda config: sign * quadratic(config))
    assert min(map(quadratic, configs)) < 0.01
    config = searcher.get_config()
    _, facts = searcher.explain(config)
    assert facts["source"] == "model"
    assert sign * facts["predicted_mean"] < 0.5
    assert facts["predicted_std"] > 0


@with_botorch
def test_values_belong_to_the_configuration_of_their_trial():
    """W2: inputs were ordered by suggestion, targets by completion; a failed trial made lengths differ."""
    searcher, shuffled = make(), make()
    points = [{"x": number / 10, "y": number % 3 / 3} for number in range(10)]
    order = [7, 2, 9, 0, 4, 8, 1, 6]
    for number, config in enumerate(points):
        shuffled.register_pending(str(number), config)
    shuffled.evaluation_failed("3")
    shuffled.cleanup_pending("5")
    for number in order:
        for it in (searcher, shuffled):
            it.on_trial_result(str(number), points[number], {"loss": quadratic(points[number])}, update=True)
            it.cleanup_pending(str(number))
    for it in (searcher, shuffled):
        it.evaluation_failed("3")
        for _ in range(3):
            it.get_config()
    assert searcher.get_config() == shuffled.get_config()
    assert searcher.explain({})[1]["source"] == "model"


@with_botorch
def test_pending_configurations_are_taken_into_account():
    with_pending, without = make(), make()
    for it in (with_pending, without):
        search(it, 8)
    with_pending.register_pending("p", without.get_config())
    first = make(no_fantasizing=True)
    search(first, 8)
    other = with_pending.get_config()
    assert quadratic(other) != quadratic(first.get_config())


@with_botorch
def test_mixed_and_conditional_spaces():
    for space in (Space({"n": randint(1, 4), "c": choice(["a", "b", "c"]), "x": uniform(0, 1)}), conditional_space()):
        for config in search(make(space), 8, lambda config: float(len(str(config)))):
            space.check(config)


@with_botorch
def test_global_randomness_and_warnings():
    """7.4: the global state of PyTorch was seeded."""
    import torch

    before = torch.random.get_rng_state().numpy().copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search(make(), 6)
    np.testing.assert_array_equal(torch.random.get_rng_state().numpy(), before)


@with_botorch
@pytest.mark.parametrize("options", [{"num_init_random": 1}, {"max_num_observations": 1}])
def test_options_are_checked(options):
    with pytest.raises(OptionError, match="must be an integer of at least 2"):
        make(**options)
