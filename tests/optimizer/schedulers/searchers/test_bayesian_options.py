from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement, LowerConfidenceBound
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions


def test_nothing_need_be_chosen():
    options = BayesianOptions.of({})
    assert options == BayesianOptions()
    assert options.surrogate().max_observations == 500
    assert isinstance(options.score(0.0), LogExpectedImprovement)


def test_model_options_arrive():
    options = BayesianOptions.of(
        {
            "gp_base_kernel": "matern52-noard",
            "boxcox_transform": True,
            "input_warping": True,
            "max_size_data_for_model": 40,
            "max_size_top_fraction": 0.25,
            "opt_nstarts": 3,
            "opt_maxiter": 7,
            "opt_warmstart": False,
            "opt_skip_init_length": 150,
        }
    )
    model = options.surrogate()
    assert (model.ard, model.transform, model.warping) == (False, "box_cox", True)
    assert (model.max_observations, model.subset_size, model.top_fraction) == (40, 24, 0.25)
    assert (model.num_starts, model.max_iterations, model.warm_start, model.always_refit_below) == (3, 7, False, 150)


def test_no_cap_on_the_data():
    """7.6: ``None`` was documented to lift the cap, and was turned back into 500."""
    assert BayesianOptions.of({"max_size_data_for_model": None}).surrogate().max_observations is None


def test_candidates():
    assert BayesianOptions.of({}).effort(10).num_random == 250
    assert BayesianOptions.of({"acq_function": "thompson"}).effort(10).num_random == 500
    assert BayesianOptions.of({"skip_local_optimization": True}).effort(10).num_random == 500
    effort = BayesianOptions.of({"num_init_candidates": 25, "skip_local_optimization": True}).effort(10)
    assert (effort.num_random, effort.num_neighbours, effort.num_starts) == (13, 12, 0)


def test_lower_confidence_bound():
    options = BayesianOptions.of({"acq_function": "lcb", "acq_function_kwargs": {"kappa": 2.5}})
    assert options.score(0.0) == LowerConfidenceBound(2.5)
    assert BayesianOptions.of({"acq_function": "lcb"}).score(0.0) == LowerConfidenceBound(1.0)


def test_options_that_change_nothing_are_accepted():
    without_effect = {
        "debug_log": True,
        "opt_verbose": True,
        "opt_skip_period": 3,
        "normalize_targets": True,
        "initial_scoring": "acq_func",
        "map_reward": "minus_x",
    }
    assert BayesianOptions.of(without_effect) == BayesianOptions()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_init_rando": 3}, "did you mean 'num_init_random'.*'allow_duplicates'.*'restrict_configurations'"),
        ({"num_init_random": -1}, "'num_init_random'.*= -1: must be an integer of at least 0"),
        ({"num_init_random": True}, "must be an integer"),
        ({"num_init_random": None}, "must be an integer"),
        ({"num_init_candidates": 1.5}, "must be an integer of at least 2"),
        ({"num_fantasy_samples": 0}, "must be an integer of at least 1"),
        ({"no_fantasizing": "yes"}, "must be True or False"),
        ({"input_warping": 1}, "must be True or False"),
        ({"max_size_top_fraction": 2}, "must be a number of at least 0 and at most 1"),
        ({"max_size_top_fraction": float("nan")}, "must be a number of at least 0 and at most 1"),
        ({"gp_base_kernel": "matern52"}, "did you mean 'matern52-"),
        ({"acq_function": "EI"}, "Legal are: 'ei', 'lcb', 'nei', 'thompson'"),
        ({"acq_function": "lcb", "acq_function_kwargs": {"kapa": 1}}, "did you mean 'kappa'"),
        ({"acq_function": "lcb", "acq_function_kwargs": {"kappa": -1}}, "must be a number of at least 0"),
        ({"acq_function_kwargs": {"kappa": 1}}, "Legal are: none"),
        ({"acq_function": "nei", "acq_function_kwargs": {"num_samples": 2.5}}, "must be an integer of at least 1"),
        ({"model_failures": 1}, "must be True or False"),
        ({"acq_function_kwargs": 1}, "must be a dictionary"),
        ({"normalize_targets": False}, "can only be True: values are always normalised"),
        ({"initial_scoring": "thompson_indep"}, "can only be 'acq_func'"),
        ({"map_reward": "square"}, "do not matter"),
        ({"init_state": object()}, "hand earlier results to the searcher"),
        ({"transfer_learning_task_attr": "task"}, "searcher='bayesopt_transfer'"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(OptionError, match=message):
        BayesianOptions.of(options)


def test_acquisition_functions_that_are_no_score_are_refused_where_scores_are_needed():
    for name in ("nei", "thompson"):
        with pytest.raises(OptionError, match="runs to its end"):
            BayesianOptions.of({"acq_function": name}).score(0.0)


def test_number_of_truths():
    assert BayesianOptions.of({"acq_function": "nei"}).num_truths == 16
    options = BayesianOptions.of({"acq_function": "nei", "acq_function_kwargs": {"num_samples": 4}})
    assert options.num_truths == 4


@pytest.mark.parametrize("name", ["lcb", "thompson"])
def test_only_improvements_can_be_multiplied(name):
    BayesianOptions.of({"acq_function": "nei"}).check_improvement("a cost")
    with pytest.raises(OptionError, match="must be 'ei' or 'nei' with a cost"):
        BayesianOptions.of({"acq_function": name}).check_improvement("a cost")
