from __future__ import annotations

import copy

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, finrange, loguniform, ordinal, randint, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.schedulers import FIFOScheduler
from syne_tune.optimizer.schedulers.searchers import (
    BayesianOptimizationSearcher,
    RandomSearcher,
    searcher_factory,
)
from syne_tune.testing.spaces import conditional_space, finite_space

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 3})


def make(space=SPACE, **kwargs):
    return BayesianOptimizationSearcher(space, "loss", **{"random_seed": 1, **kwargs})


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


def source(searcher):
    return searcher.explain({})[1].get("source")


# -- before the model decides ----------------------------------------------------------------------------------------


def test_begins_like_random_search():
    """7.7, check 3: the same first random configurations for all methods with equal seed."""
    random_search = RandomSearcher(SPACE, "loss", random_seed=1)
    assert search(make(), 3) == [random_search.get_config() for _ in range(3)]


@pytest.mark.parametrize(("num_init_random", "num_points"), [(0, 1), (2, 1), (6, 1), (3, 5)])
def test_number_of_initial_configurations(num_init_random, num_points):
    points = [{"x": number / 10} for number in range(num_points)]
    searcher = make(points_to_evaluate=points, num_init_random=num_init_random)
    search(searcher, max(num_init_random, num_points))
    assert source(searcher) != "model"
    search(searcher, 1, first=100)
    assert source(searcher) == "model"


def test_looks_around_among_the_first_suggestions_of_the_model():
    searcher = make()
    sources = []
    for number in range(12):
        search(searcher, 1, first=number)
        sources.append(source(searcher))
    assert [number for number, name in enumerate(sources, start=1) if name != "model"] == [1, 2, 3, 5, 9]


def test_random_while_nothing_has_finished():
    searcher = make()
    for number in range(10):
        searcher.register_pending(str(number), searcher.get_config(trial_id=str(number)))
    reason, facts = searcher.explain({})
    assert reason == "random draw: no evaluation has finished yet"
    assert facts == {"source": "random"}


# -- the model -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"acq_function": "lcb"}, {"acq_function": "nei"}, {"skip_local_optimization": True}],
    ids=str,
)
def test_finds_the_minimum(options):
    assert min(map(quadratic, search(make(**options), 20))) < 1e-3


def test_thompson_sampling_finds_the_minimum():
    assert min(map(quadratic, search(make(acq_function="thompson"), 25))) < 1e-2


def test_thompson_sampling_ranks_small_spaces_and_respects_failures():
    searcher = make(Space({"c": choice(["a", "b", "c"]), "d": finrange(0, 1, 5)}), acq_function="thompson")
    for number in range(15):
        config = searcher.get_config(trial_id=str(number))
        searcher.register_pending(str(number), config)
        if config["c"] == "b":
            searcher.evaluation_failed(str(number))
        else:
            searcher.on_trial_result(str(number), config, {"loss": config["d"]}, update=True)
    assert searcher.get_config() is None


def test_noise_does_not_make_a_lucky_report_the_incumbent():
    """With noise as large as the signal, plain and noisy improvement keep exploring, and end near the minimum."""
    rs = np.random.RandomState(0)

    def noisy(config):
        return quadratic(config) + 0.2 * rs.standard_normal()

    for options in ({}, {"acq_function": "nei"}):
        searcher = make(**options)
        search(searcher, 25, noisy)
        last = search(searcher, 5, noisy, first=100)
        assert np.median([quadratic(config) for config in last]) < 0.15


def test_explains_in_units_of_the_metric():
    """W9: the inverse of the target transform was never called, so that predictions stayed in latent units."""
    for options in ({}, {"boxcox_transform": True}):
        searcher = make(mode="max", **options)
        search(searcher, 20, lambda config: 1000 - 10 * quadratic(config))
        config = searcher.get_config()
        reason, facts = searcher.explain(config)
        assert reason.startswith("the model expects loss = ")
        assert facts["source"] == "model"
        assert facts["predicted_mean"] == pytest.approx(1000 - 10 * quadratic(config), abs=0.5)
        assert 0 < facts["predicted_std"] < 2
        assert facts["observations"] == searcher.dataset_size() == 20
        assert facts["pending"] == 0


@pytest.mark.parametrize("options", [{}, {"num_fantasy_samples": 5, "max_size_data_for_model": 12}])
@pytest.mark.parametrize(("factor", "shift"), [(1e4, 0), (1e-4, 0), (1, 100), (3, -7)])
@pytest.mark.parametrize("mode", ["min", "max"])
def test_units_of_the_metric_play_no_role(mode, factor, shift, options):
    """W6, W7; 7.7, check 2: an absolute jitter made results depend on units; for "max", the cap kept the worst."""
    sign = 1 if mode == "min" else -1
    expected = search(make(**options), 18)
    found = search(make(mode=mode, **options), 18, lambda config: sign * (factor * quadratic(config) + shift))
    for config, other in zip(expected, found, strict=True):
        assert config == pytest.approx(other, abs=1e-4)


def test_options_matter():
    plain = search(make(), 12)
    for options in ({"input_warping": True}, {"boxcox_transform": True}, {"gp_base_kernel": "matern52-noard"}):
        assert search(make(**options), 12) != plain


# -- workers side by side, failures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"num_fantasy_samples": 10}])
def test_pending_evaluations_are_kept_away_from(options):
    searcher = make(**options)
    search(searcher, 9)
    chosen = []
    for number in range(5):
        chosen.append(searcher.get_config(trial_id=f"p{number}"))
        assert searcher.explain({})[1]["pending"] == number
        searcher.register_pending(f"p{number}", chosen[-1])
    points = np.array([[config["x"], config["y"]] for config in chosen])
    distances = np.linalg.norm(points[:, None] - points, axis=2) + np.eye(5)
    assert distances.min() > 1e-3


def test_model_may_ignore_pending_evaluations():
    with_pending, without = make(no_fantasizing=True), make(no_fantasizing=True)
    for searcher in (with_pending, without):
        search(searcher, 12)
    with_pending.register_pending("p", {"x": 0.31, "y": 0.79})
    assert with_pending.get_config() == without.get_config()


def test_pending_are_the_running_trials():
    """7.7, check 8."""
    searcher = make()
    search(searcher, 10)
    for number in range(4):
        searcher.register_pending(f"p{number}", {"x": number / 4, "y": 0.5})
    searcher.on_trial_result("p0", {"x": 0.0, "y": 0.5}, {"loss": 1.0}, update=False)
    assert pending(searcher) == 4
    searcher.on_trial_result("p0", {"x": 0.0, "y": 0.5}, {"loss": 1.0}, update=True)
    assert pending(searcher) == 3
    searcher.cleanup_pending("p0")
    searcher.evaluation_failed("p1")
    searcher.cleanup_pending("p2")
    assert pending(searcher) == 1
    assert searcher.dataset_size() == 11
    searcher.remove_case("p0", epoch=1)
    assert searcher.dataset_size() == 10


def pending(searcher):
    searcher.get_config()
    return searcher.explain({})[1]["pending"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_non_finite_value_counts_as_failure(value):
    """W14: it was ignored, and its trial stayed pending for good."""
    searcher = make(allow_duplicates=True)
    search(searcher, 6)
    config = {"x": 0.3, "y": 0.8}
    searcher.register_pending("bad", config)
    searcher.on_trial_result("bad", config, {"loss": value}, update=True)
    assert searcher.dataset_size() == 6
    assert pending(searcher) == 0
    assert searcher.should_not_suggest(config)


def count_failures(searcher, num):
    """Trials near (0.2, 0.2) fail, where the metric seems to be best; returns how many did."""
    failures = 0
    for number in range(num):
        config = searcher.get_config(trial_id=str(number))
        searcher.register_pending(str(number), config)
        if (config["x"] - 0.2) ** 2 + (config["y"] - 0.2) ** 2 < 0.05:
            failures += 1
            searcher.evaluation_failed(str(number))
        else:
            loss = (config["x"] - 0.3) ** 2 + (config["y"] - 0.3) ** 2
            searcher.on_trial_result(str(number), config, {"loss": loss}, update=True)
    return failures


def test_learns_where_evaluations_fail():
    """A model of the metric alone runs into the same failures again and again."""
    with_model, without = make(), make(model_failures=False)
    assert count_failures(with_model, 30) < 0.75 * count_failures(without, 30)
    with_model.get_config()
    assert 0 < with_model.explain({})[1]["predicted_success"] < 1
    without.get_config()
    assert "predicted_success" not in without.explain({})[1]


def test_failures_do_not_enter_the_model_of_the_metric():
    searcher = make()
    search(searcher, 6)
    searcher.register_pending("bad", {"x": 0.9, "y": 0.9})
    searcher.evaluation_failed("bad")
    searcher.evaluation_failed("bad")
    searcher.evaluation_failed("never seen")
    assert searcher.dataset_size() == 6
    assert pending(searcher) == 0


def test_only_failures():
    searcher = make()
    configs = []
    for number in range(10):
        configs.append(searcher.get_config(trial_id=str(number)))
        searcher.register_pending(str(number), configs[-1])
        searcher.evaluation_failed(str(number))
    assert len({SPACE.match_string(config) for config in configs}) == 10
    assert source(searcher) == "random"


@pytest.mark.parametrize("result", [{}, {"los": 1.0}, {"loss": None}, {"loss": "0.5"}])
def test_report_without_a_number(result):
    with pytest.raises(SchedulerError, match="Trial 7 reported loss"):
        make().on_trial_result("7", SPACE.default(), result, update=True)


# -- kinds of spaces -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", [finite_space(), Space({"c": choice(["a", "b", "c"]), "d": choice([1, 2])})])
def test_small_space_is_used_up(space):
    searcher = make(space)
    configs = search(searcher, 100, lambda config: len(str(config)))
    assert len({space.match_string(config) for config in configs}) == len(configs) == space.size()
    assert searcher.get_config() is None


def test_best_of_a_small_space_comes_early():
    space = Space({name: ordinal([1, 2, 3, 4, 5], kind="equal") for name in "abcd"})
    configs = search(make(space), 20, lambda config: sum((value - 4) ** 2 for value in config.values()))
    assert {"a": 4, "b": 4, "c": 4, "d": 4} in configs


def test_restricted_configurations():
    allowed = [{"x": x / 20, "y": y / 20} for x in range(20) for y in range(20)]
    searcher = make(restrict_configurations=allowed)
    configs = search(searcher, 20)
    assert all(config in allowed for config in configs)
    assert configs.count({"x": 0.3, "y": 0.8}) == 1


def test_many_restricted_configurations():
    allowed = [{"x": number / 2000, "y": 0.8} for number in range(2000)]
    configs = search(make(restrict_configurations=allowed), 15)
    assert all(config in allowed for config in configs)
    assert min(map(quadratic, configs)) < 1e-3


def test_restricted_configurations_are_used_up():
    allowed = [{"x": number / 7, "y": 0.5} for number in range(7)]
    assert len(search(make(restrict_configurations=allowed), 20)) == 7


def test_conditions_and_constraints():
    space = conditional_space()

    def objective(config):
        return config.get("momentum", 0.5) + config["warmup"] / 8 - (config["optimizer"] == "sgd")

    configs = search(make(space), 25, objective)
    for config in configs:
        space.check(config)
    assert min(map(objective, configs)) < -0.9


@pytest.mark.parametrize(
    "domain", [uniform(-1, 1), loguniform(1e-6, 1), randint(1, 10**6), finrange(0, 1, 11), choice(["a", "b"])]
)
def test_single_parameter(domain):
    space = Space({"p": domain})
    configs = search(make(space), 12, lambda config: len(str(config)))
    assert len({space.match_string(config) for config in configs}) == len(configs)


def test_constant_space():
    space = Space({"p": randint(3, 3), "q": 1})
    assert len(search(make(space), 5, lambda config: 1.0)) == 1
    assert len(search(make(space, allow_duplicates=True, num_init_random=2), 5, lambda config: 1.0)) == 5


@pytest.mark.parametrize("value", [0.0, 1e300, -1e-300])
def test_constant_metric(value):
    assert len(search(make(), 12, lambda config: value)) == 12


def test_diverged_trials_do_not_hide_the_others():
    """A loss of 1e300 is finite, but its square is not."""
    configs = search(make(), 25, lambda config: 1e300 if config["x"] > 0.7 else quadratic(config))
    assert min(map(quadratic, configs)) < 1e-2


# -- as part of a scheduler ------------------------------------------------------------------------------------------


def test_by_name():
    searcher = searcher_factory("bayesopt", config_space=SPACE, metric="loss", num_init_random=7, scheduler="fifo")
    assert isinstance(searcher, BayesianOptimizationSearcher)
    with pytest.raises(OptionError, match="did you mean 'num_init_random'"):
        searcher_factory("bayesopt", config_space=SPACE, metric="loss", num_init_randm=7)


def test_options_of_the_caller_are_not_touched():
    """7.4: methods used to write into the caller's ``search_options``."""
    options = {"num_init_random": 2, "debug_log": False}
    FIFOScheduler(SPACE, "loss", searcher="bayesopt", search_options=options)
    assert options == {"num_init_random": 2, "debug_log": False}


def test_one_metric_only():
    with pytest.raises(OptionError, match="takes one metric"):
        FIFOScheduler(SPACE, ["loss", "cost"], searcher="bayesopt")
    with pytest.raises(OptionError, match="takes one metric"):
        FIFOScheduler(SPACE, ["loss", "cost"], searcher=make()).suggest(0)
    with pytest.raises(OptionError, match="mode = 'mn'"):
        make(mode="mn")


def test_mode_of_the_scheduler_counts():
    scheduler = FIFOScheduler(SPACE, "loss", mode="max", searcher=make())
    scheduler.suggest(0)
    search(scheduler.searcher, 12, lambda config: -quadratic(config))
    assert min(map(quadratic, search(scheduler.searcher, 5, lambda config: -quadratic(config), first=50))) < 1e-2


def test_copies_do_not_share_anything():
    searcher = make()
    search(searcher, 8)
    copied = copy.deepcopy(searcher)
    expected = search(searcher, 6, first=50)
    assert search(copied, 6, first=50) == expected


# -- batches ---------------------------------------------------------------------------------------------------------


def test_batch_keeps_its_distance_and_leaves_nothing_pending():
    searcher = make()
    search(searcher, 8)
    batch = searcher.get_batch_configs(5)
    points = np.array([[config["x"], config["y"]] for config in batch])
    distances = np.linalg.norm(points[:, None] - points, axis=2) + np.eye(5)
    assert distances.min() > 1e-4
    assert pending(searcher) == 0


def test_batch_is_what_asking_one_by_one_gives():
    one_by_one, at_once = make(), make()
    for searcher in (one_by_one, at_once):
        search(searcher, 8)
    expected = []
    for number in range(3):
        expected.append(one_by_one.get_config(trial_id=f"p{number}"))
        one_by_one.register_pending(f"p{number}", expected[-1])
    assert at_once.get_batch_configs(3) == expected


def test_batch_begins_with_initial_configurations_and_ends_with_the_space():
    searcher = make(finite_space(), num_init_random=2)
    batch = searcher.get_batch_configs(50, num_init_candidates_for_batch=20)
    assert len(batch) == 12
    assert batch[0] == {name: finite_space().default()[name] for name in batch[0]}


@pytest.mark.parametrize("arguments", [(0,), (2.5,), (3, 1)])
def test_batch_sizes_are_checked(arguments):
    with pytest.raises(OptionError, match="must be an integer"):
        make().get_batch_configs(*arguments)
