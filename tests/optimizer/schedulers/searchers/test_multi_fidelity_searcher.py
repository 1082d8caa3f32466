from __future__ import annotations

import copy
import math

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, loguniform, randint, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.baselines import ASHA
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers import RandomSearcher
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher
from syne_tune.optimizer.schedulers.searchers.resume_or_start import Advisor, PausedAt
from syne_tune.testing.searchers import SearcherContract
from syne_tune.testing.spaces import finite_space

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1), "epochs": 9})
LEVELS = (1, 3, 9)


def make(space=SPACE, **kwargs):
    return MultiFidelitySearcher(space, "loss", **{"random_seed": 1, "max_epochs": 9, **kwargs})


def curve(config, resource):
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2 + 1 / resource


def search(searcher, num, objective=curve, first=0, levels=LEVELS):
    """One trial after the other, each up to a level that depends on its number; returns the configurations."""
    configs = []
    for number in range(first, first + num):
        trial_id = str(number)
        config = searcher.get_config(trial_id=trial_id, milestone=levels[0])
        if config is None:
            break
        configs.append(config)
        for level in levels[: 1 + number % len(levels)]:
            searcher.register_pending(trial_id, config, level)
            searcher.on_trial_result(trial_id, config, {"loss": objective(config, level), "epoch": level}, update=True)
        searcher.cleanup_pending(trial_id)
    return configs


def facts(searcher):
    return searcher.explain({})[1]


class TestContract(SearcherContract):
    num_events = 30
    seeds = (0, 1)

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return MultiFidelitySearcher(
            config_space, "loss", points_to_evaluate, random_seed=random_seed, max_epochs=9, num_init_random=3
        )


# -- before the model decides ----------------------------------------------------------------------------------------


def test_begins_like_random_search():
    """7.7, check 3: the same first random configurations for all methods with equal seed."""
    random_search = RandomSearcher(SPACE, "loss", random_seed=1)
    searcher = make()
    assert search(searcher, 6) == [random_search.get_config() for _ in range(6)]
    search(searcher, 1, first=100)
    assert facts(searcher)["source"] == "model"


def test_random_while_nothing_has_reported():
    searcher = make(num_init_random=2)
    for number in range(5):
        searcher.register_pending(str(number), searcher.get_config(trial_id=str(number)), 1)
    assert searcher.explain({})[0] == "random draw: no evaluation has reported yet"


def test_largest_resource_must_be_known():
    searcher = make(max_epochs=None, num_init_random=1)
    with pytest.raises(OptionError, match="max_epochs"):
        search(searcher, 3)


# -- the model -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"model": "gp_independent"},
        {"gp_resource_kernel": "exp-decay-sum"},
        {"resource_acq": "final"},
        {"resource_acq": "first"},
        {"acq_function": "lcb"},
        {"num_fantasy_samples": 3},
        {"skip_local_optimization": True},
    ],
)
def test_finds_the_minimum(options):
    searcher = make(**options)
    assert min(curve(config, math.inf) for config in search(searcher, 25)) < 2e-3


@pytest.mark.parametrize("model", ["gp_issm", "gp_expdecay"])
def test_models_of_whole_curves(model):
    """C7: both models failed with current NumPy."""
    searcher = make(model=model)
    configs = search(searcher, 15)
    assert facts(searcher)["source"] == "model"
    assert min(curve(config, math.inf) for config in configs) < 0.05


def test_explains_level_and_prediction():
    searcher = make(mode="max", resource_acq="final")
    search(searcher, 12, lambda config, r: -curve(config, r))
    reason, details = searcher.explain({})
    assert "at epoch 9" in reason
    assert details["level"] == 9
    assert details["predicted_mean"] < 0 < details["predicted_std"]
    assert details["observations"] == 21
    assert details["pending"] == 0


@pytest.mark.parametrize(("rule", "level"), [("bohb", 3), ("first", 1), ("final", 9)])
def test_candidates_are_compared_at_the_resource_that_was_asked_for(rule, level):
    searcher = make(resource_acq=rule, num_init_random=1)
    for number in range(4):
        search(searcher, 1, first=3 * number, levels=(1, 3))
        search(searcher, 1, first=3 * number + 1, levels=(1, 3))
    search(searcher, 1, first=99)
    assert facts(searcher)["level"] == level


@pytest.mark.parametrize(("scale", "shift"), [(1e6, 0.0), (1e-6, 0.0), (3.0, -1e3)])
def test_units_of_the_metric_do_not_matter(scale, shift):
    """W6; 7.7, check 2."""
    expected = search(make(), 12)
    found = search(make(), 12, lambda config, r: scale * curve(config, r) + shift)
    for first, second in zip(expected, found, strict=True):
        np.testing.assert_allclose([first["x"], first["y"]], [second["x"], second["y"]], atol=1e-4)


def test_maximising_is_minimising_the_negative():
    """W7."""
    expected = search(make(), 12)
    assert search(make(mode="max"), 12, lambda config, r: -curve(config, r)) == expected


def test_mixed_and_conditional_spaces():
    space = Space({"lr": loguniform(1e-6, 1), "n": randint(1, 5), "kind": choice(["a", "b"]), "epochs": 9})
    configs = search(make(space), 12, lambda config, r: abs(math.log10(config["lr"]) + 3) + config["n"] / r)
    for config in configs:
        space.check(config)


def test_finite_space_is_used_up_by_the_model():
    space = finite_space()
    searcher = make(space, num_init_random=2)
    configs = search(searcher, 100, lambda config, r: len(str(config)) + 1 / r)
    assert len({space.match_string(config) for config in configs}) == len(configs) == space.size()
    assert searcher.get_config() is None


def test_restrict_configurations():
    allowed = [{"x": i / 20, "y": 0.5} for i in range(20)]
    configs = search(make(restrict_configurations=allowed, points_to_evaluate=[]), 12)
    assert all(config in allowed for config in configs)


# -- pending, failed and forgotten -----------------------------------------------------------------------------------


def test_pending_evaluations_keep_others_away():
    def suggestions(no_fantasizing):
        searcher = make(no_fantasizing=no_fantasizing, resource_acq="first")
        search(searcher, 9)
        for number in range(100, 104):
            config = searcher.get_config(trial_id=str(number), milestone=1)
            searcher.register_pending(str(number), config, 1)
            yield np.array([config["x"], config["y"]])

    def nearest(points):
        return min(np.linalg.norm(a - b) for i, a in enumerate(points) for b in points[:i])

    assert nearest(list(suggestions(False))) > nearest(list(suggestions(True)))


def test_end_of_one_trial_leaves_pending_evaluations_of_others():
    """W1: after one trial ended, those of all others were erased."""
    searcher = make(num_init_random=1)
    search(searcher, 6)
    for number in range(50, 53):
        searcher.register_pending(str(number), {"x": number / 100, "y": 0.1}, 3)
    searcher.cleanup_pending("50")
    searcher.evaluation_failed("51")
    search(searcher, 1, first=99)
    assert facts(searcher)["pending"] == 1


def test_non_finite_values_are_failures_and_not_pending_any_more():
    """W14: such values were ignored, but the trial remained pending for ever."""
    searcher = make(num_init_random=1)
    search(searcher, 6)
    config = {"x": 0.123, "y": 0.5}
    for number, value in enumerate([math.nan, math.inf, -math.inf]):
        searcher.register_pending(f"a{number}", config, 3)
        searcher.on_trial_result(f"a{number}", config, {"loss": value, "epoch": 3}, update=True)
    assert searcher.should_not_suggest(config)
    assert searcher.dataset_size() == 12
    search(searcher, 1, first=99)
    assert facts(searcher)["pending"] == 0


def test_what_a_trial_reported_before_it_failed_remains_known():
    searcher = make()
    search(searcher, 3)
    known = searcher.dataset_size()
    searcher.evaluation_failed("2")
    searcher.evaluation_failed("never heard of")
    assert searcher.dataset_size() == known


def test_keeps_away_from_where_trials_fail():
    def run(**options):
        searcher = make(num_init_random=8, points_to_evaluate=[], **options)
        failures = 0
        for number in range(24):
            config = searcher.get_config(trial_id=str(number), milestone=1)
            searcher.register_pending(str(number), config, 1)
            if config["x"] < 0.35:
                failures += 1
                searcher.evaluation_failed(str(number))
            else:
                result = {"loss": curve(config, 1), "epoch": 1}
                searcher.on_trial_result(str(number), config, result, update=True)
        return failures

    assert run() < run(model_failures=False)


def test_forgets_the_value_at_one_resource():
    searcher = make()
    search(searcher, 3)
    searcher.remove_case("2", epoch=3)
    assert searcher.dataset_size() == 5


@pytest.mark.parametrize(
    "result", [{"epoch": 1}, {"loss": "low", "epoch": 1}, {"loss": 1.0}, {"loss": 1.0, "epoch": ""}]
)
def test_reports_that_cannot_be_used(result):
    with pytest.raises(SchedulerError, match="must be a number"):
        make().on_trial_result("0", {"x": 0.1, "y": 0.1}, result, update=True)


# -- paused trials against new ones ----------------------------------------------------------------------------------


def advise(searcher, waiting):
    return searcher.resume_or_start([PausedAt(*entry) for entry in waiting], 1)


def test_advises_to_start_while_there_is_no_model():
    searcher = make()
    assert isinstance(searcher, Advisor)
    search(searcher, 3)
    assert advise(searcher, [("0", 1, 3)]).trial_id is None
    search(searcher, 10, first=10)
    assert advise(searcher, []).trial_id is None


def test_goes_on_with_the_trial_that_promises_most():
    """The competition of algorithm 1 of the paper, where nothing but paused trials is left."""
    searcher = make(restrict_configurations=[{"x": i / 9, "y": 0.8} for i in range(10)], points_to_evaluate=[])
    search(searcher, 10, levels=(1,))
    losses = {str(number): curve(config, 1) for number, config in enumerate(search_again(10))}
    advice = advise(searcher, [(trial_id, 1, 3) for trial_id in losses])
    best_two = sorted(losses, key=losses.__getitem__)[:2]
    assert advice.trial_id in best_two
    assert "epoch 3" in advice.reason
    assert advice.facts["acquisition_new"] is None


def search_again(num):
    searcher = make(restrict_configurations=[{"x": i / 9, "y": 0.8} for i in range(10)], points_to_evaluate=[])
    return search(searcher, num, levels=(1,))


def test_new_configuration_that_won_is_the_next_suggestion():
    searcher = make()
    search(searcher, 12, levels=(1,))
    worst = max(range(12), key=lambda number: curve(search(make(), 12, levels=(1,))[number], 1))
    advice = advise(searcher, [(str(worst), 1, 3)])
    assert advice.trial_id is None
    config = searcher.get_config(trial_id="50", milestone=1)
    assert facts(searcher)["acquisition"] == advice.facts["acquisition_new"] > advice.facts["acquisition"]
    assert not searcher.should_not_suggest({"x": 0.5, "y": 0.123})
    assert searcher.should_not_suggest(config)


# -- with a scheduler ------------------------------------------------------------------------------------------------


def test_takes_levels_and_names_from_the_scheduler():
    searcher = MultiFidelitySearcher(SPACE, "other", random_seed=1, num_init_random=1)
    scheduler = HyperbandScheduler(
        SPACE, "loss", mode="max", searcher=searcher, resource_attr="step", max_resource_attr="epochs"
    )
    scheduler.suggest(0)
    searcher.on_trial_result("0", {"x": 0.1, "y": 0.2}, {"loss": 1.0, "step": 3}, update=True)
    searcher.get_config(trial_id="1", milestone=1)
    assert facts(searcher)["source"] == "model"


def test_several_metrics_are_refused():
    with pytest.raises(OptionError, match="one metric"):
        make().__class__(SPACE, ["a", "b"])
    with pytest.raises(OptionError, match="mode"):
        make(mode="both")


def test_copy_goes_on_alike():
    searcher = make()
    search(searcher, 8)
    twin = copy.deepcopy(searcher)
    assert search(searcher, 4, first=50) == search(twin, 4, first=50)


def test_bayesopt_chooses_the_searcher_by_the_scheduler():
    scheduler = HyperbandScheduler(SPACE, "loss", searcher="bayesopt", max_resource_attr="epochs")
    assert isinstance(scheduler.searcher, MultiFidelitySearcher)
    assert not isinstance(ASHA(SPACE, "loss", "epoch").searcher, MultiFidelitySearcher)
