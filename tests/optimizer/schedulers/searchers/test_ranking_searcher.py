"""What all searchers that rank candidates have in common, tested over all of them."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, finrange, loguniform, randint, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator, SKLearnPredictor
from syne_tune.optimizer.schedulers import FIFOScheduler
from syne_tune.optimizer.schedulers.searchers import RandomSearcher
from syne_tune.optimizer.schedulers.searchers.bore import Bore, MultiFidelityBore
from syne_tune.optimizer.schedulers.searchers.conformal import SurrogateSearcher
from syne_tune.optimizer.schedulers.searchers.kde import KernelDensityEstimator, MultiFidelityKernelDensityEstimator
from syne_tune.optimizer.schedulers.searchers.sklearn import SKLearnSurrogateSearcher
from syne_tune.testing.searchers import SearcherContract
from syne_tune.testing.spaces import conditional_space, finite_space

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 3})


class Neighbours(SKLearnPredictor):
    """The value of the nearest observation, more uncertain further away."""

    def __init__(self, inputs, values):
        self.inputs, self.values = inputs, values

    def predict(self, X):
        distances = np.linalg.norm(X[:, None] - self.inputs, axis=2)
        return self.values[distances.argmin(axis=1)], 1e-6 + distances.min(axis=1) * (1e-12 + np.std(self.values))


class NeighboursEstimator(SKLearnEstimator):
    def fit(self, X, y, update_params):
        return Neighbours(X, y)


def sklearn_searcher(config_space, metric, points_to_evaluate=None, **kwargs):
    return SKLearnSurrogateSearcher(config_space, metric, NeighboursEstimator(), points_to_evaluate, **kwargs)


SEARCHERS = {
    "kde": KernelDensityEstimator,
    "bore": Bore,
    "bore_de": lambda *args, **kwargs: Bore(*args, acq_optimizer="de", feval_acq=200, **kwargs),
    "cqr": SurrogateSearcher,
    "sklearn": sklearn_searcher,
}
MULTI_FIDELITY = {
    "kde": MultiFidelityKernelDensityEstimator,
    "bore": MultiFidelityBore,
    "cqr": lambda *args, **kwargs: SurrogateSearcher(*args, resource_attr="epoch", **kwargs),
}
every_searcher = pytest.mark.parametrize("name", SEARCHERS)


def make(name, space=SPACE, **kwargs):
    return SEARCHERS[name](space, "loss", **{"random_seed": 1, **kwargs})


def quadratic(config):
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2


def search(searcher, num, objective=quadratic, first=0):
    """Asks and tells, one trial after the other; returns the configurations."""
    configs = []
    for number in range(first, first + num):
        config = searcher.get_config(trial_id=str(number))
        if config is None:
            break
        configs.append(config)
        searcher.register_pending(str(number), config)
        searcher.on_trial_result(str(number), config, {"loss": objective(config)}, update=True)
        searcher.cleanup_pending(str(number))
    return configs


class OfOneKind(SearcherContract):
    name = ""
    seeds = (0, 1)
    num_events = 60

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return SEARCHERS[self.name](
            config_space, "loss", points_to_evaluate=points_to_evaluate, random_seed=random_seed
        )


class TestKernelDensityEstimator(OfOneKind):
    name = "kde"


class TestBore(OfOneKind):
    name = "bore"


class TestBoreWithDifferentialEvolution(OfOneKind):
    name = "bore_de"


class TestSurrogateSearcher(OfOneKind):
    name = "cqr"


class TestSKLearnSurrogateSearcher(OfOneKind):
    name = "sklearn"


class TestMultiFidelity(SearcherContract):
    seeds = (0, 1)
    num_events = 60

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return MULTI_FIDELITY["kde"](
            config_space, "loss", points_to_evaluate=points_to_evaluate, random_seed=random_seed
        )


@every_searcher
def test_begins_like_random_search(name):
    """7.7, check 3: the same first random configurations for all methods with equal seed."""
    random_search = RandomSearcher(SPACE, "loss", random_seed=1)
    assert search(make(name), 2) == [random_search.get_config() for _ in range(2)]


@every_searcher
def test_finds_the_minimum(name):
    assert min(map(quadratic, search(make(name), 40))) < 0.01


@every_searcher
@pytest.mark.parametrize(("factor", "shift"), [(1e4, 0), (1e-4, 0), (3, -7)])
@pytest.mark.parametrize("mode", ["min", "max"])
def test_units_and_mode_do_not_change_the_suggestions(name, factor, shift, mode):
    """W3: BORE minimised whatever the mode; 7.7, check 2: invariance under affine rescaling of the metric."""
    if name == "sklearn":
        return  # that is up to the user's model
    sign = 1 if mode == "min" else -1
    expected = search(make(name), 15)
    found = search(make(name, mode=mode), 15, lambda config: sign * (factor * quadratic(config) + shift))
    for config, other in zip(expected, found, strict=True):
        assert config == pytest.approx(other, abs=1e-4)


@every_searcher
def test_mode_of_the_scheduler_counts(name):
    """W3: the mode was read from a private copy made at construction."""
    searcher = make(name)
    FIFOScheduler(SPACE, "loss", mode="max", searcher=searcher).suggest(0)
    assert min(map(quadratic, search(searcher, 40, lambda config: -quadratic(config), first=10))) < 0.02


@every_searcher
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_non_finite_value_counts_as_failure(name, value):
    """W14: it was ignored, and its trial stayed pending for good."""
    searcher = make(name, allow_duplicates=True)
    search(searcher, 8)
    config = {"x": 0.3, "y": 0.8}
    searcher.register_pending("bad", config)
    searcher.on_trial_result("bad", config, {"loss": value}, update=True)
    assert searcher.dataset_size() == 8
    assert searcher.should_not_suggest(config)
    assert searcher.get_config() is not None


@every_searcher
def test_diverged_trials_do_not_hide_the_others(name):
    """A loss of 1e300 is finite, but its square is not."""
    configs = search(make(name), 40, lambda config: 1e300 if config["x"] > 0.7 else quadratic(config))
    assert min(map(quadratic, configs)) < 0.1


@every_searcher
def test_only_failures(name):
    searcher = make(name)
    for number in range(12):
        searcher.register_pending(str(number), searcher.get_config(trial_id=str(number)))
        searcher.evaluation_failed(str(number))
    assert searcher.dataset_size() == 0
    assert searcher.explain({})[1]["source"] == "random"


@every_searcher
def test_source_is_told(name):
    """Initial, random or model."""
    searcher = make(name)
    sources = []
    for number in range(12):
        search(searcher, 1, first=number)
        sources.append(searcher.explain({})[1].get("source", "initial"))
    assert sources[0] == "initial"
    assert sources[1] == "random"
    assert sources[-1] == "model"


@every_searcher
def test_pending_configurations_are_not_suggested_again(name):
    """W21: neither duplicates nor pending configurations were filtered."""
    space = finite_space()
    searcher = make(name, space)
    for number in range(12):
        config = searcher.get_config(trial_id=str(number))
        searcher.register_pending(str(number), config)
        if number < 8:
            searcher.on_trial_result(str(number), config, {"loss": float(number)}, update=True)
    assert searcher.get_config() is None


@every_searcher
def test_conditions_and_constraints(name):
    space = conditional_space()
    objective = lambda config: config.get("momentum", 0.5) + config["warmup"] / 8  # noqa: E731
    for config in search(make(name, space), 30, objective):
        space.check(config)


@every_searcher
@pytest.mark.parametrize(
    "domain", [uniform(-1, 1), loguniform(1e-6, 1), randint(1, 10**6), finrange(0, 1, 11), choice(["a", "b"])]
)
def test_single_parameter(name, domain):
    space = Space({"p": domain})
    configs = search(make(name, space), 12, lambda config: len(str(config)))
    assert len({space.match_string(config) for config in configs}) == len(configs)


@every_searcher
def test_constant_space_and_constant_metric(name):
    assert len(search(make(name, Space({"p": randint(3, 3), "q": 1})), 5, lambda config: 1.0)) == 1
    assert len(search(make(name), 12, lambda config: 5.0)) == 12


@every_searcher
def test_restricted_configurations(name):
    allowed = [{"x": x / 6, "y": y / 6} for x in range(6) for y in range(6)]
    configs = search(make(name, restrict_configurations=allowed), 50)
    assert len(configs) == 36
    assert all(config in allowed for config in configs)


@every_searcher
@pytest.mark.parametrize("result", [{}, {"los": 1.0}, {"loss": None}, {"loss": "0.5"}])
def test_report_without_a_number(name, result):
    with pytest.raises(SchedulerError, match="Trial 7 reported loss"):
        make(name).on_trial_result("7", SPACE.default(), result, update=True)


@every_searcher
def test_one_metric_only(name):
    with pytest.raises(OptionError, match="takes one metric"):
        FIFOScheduler(SPACE, ["loss", "cost"], searcher=make(name)).suggest(0)
    with pytest.raises(OptionError, match="mode = 'mn'"):
        make(name, mode="mn")


@every_searcher
def test_copies_do_not_share_anything(name):
    searcher = make(name)
    search(searcher, 8)
    copied = copy.deepcopy(searcher)
    expected = search(searcher, 6, first=50)
    assert search(copied, 6, first=50) == expected


# -- several fidelities ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MULTI_FIDELITY)
def test_values_of_each_level_are_kept_apart(name):
    """A trial has one value per level; values may come and go in any order."""
    searcher = MULTI_FIDELITY[name](SPACE, "loss", random_seed=1)
    config = {"x": 0.1, "y": 0.2}
    searcher.register_pending("0", config, 1)
    for epoch in (3, 1, 2, 2):
        searcher.on_trial_result("0", config, {"loss": 1.0, "epoch": epoch}, update=True)
    assert searcher.dataset_size() == 3
    searcher.remove_case("0", epoch=2)
    assert searcher.dataset_size() == 2
    searcher.evaluation_failed("0")
    assert searcher.dataset_size() == 0


@pytest.mark.parametrize("name", ["kde", "bore"])
def test_highest_level_with_enough_values_counts(name):
    """BOHB: at level 1, large x is good; at level 3, small x is. One value at level 9 is too few."""
    searcher = MULTI_FIDELITY[name](SPACE, "loss", random_seed=1)
    for number, x in enumerate(np.linspace(0.02, 0.98, 25)):
        config = {"x": float(x), "y": number % 5 / 5}
        searcher.on_trial_result(str(number), config, {"loss": -float(x), "epoch": 1}, update=True)
        searcher.on_trial_result(str(number), config, {"loss": float(x), "epoch": 3}, update=True)
    searcher.on_trial_result("0", {"x": 0.02, "y": 0.0}, {"loss": 0.0, "epoch": 9}, update=True)
    for _ in range(6):
        searcher.get_config()
    chosen = [searcher.get_config()["x"] for _ in range(5)]
    assert np.mean(chosen) < 0.4
    assert searcher.explain({})[1]["epoch"] == 3
