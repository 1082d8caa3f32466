from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_options import MultiFidelityOptions


def test_defaults():
    options = MultiFidelityOptions.of({})
    assert options == MultiFidelityOptions()
    assert options.base.num_init_random == 6
    assert options.resource_acq_bohb_threshold == 3
    assert options.hypertune_distribution_num_samples == 50


def test_splits_options_between_the_parts():
    given = {"model": "gp_independent", "acq_function": "lcb", "num_init_random": 4, "separate_noise_variances": True}
    options = MultiFidelityOptions.of(given)
    assert options.base.acq_function == "lcb"
    assert options.base.num_init_random == 4
    model = options.of_model([1, 3, 9])
    assert model.levels == (1, 3, 9)
    assert model.separate_noise_variances


def test_options_without_effect_are_accepted():
    names = ("debug_log", "opt_skip_period", "opt_skip_num_max_resource", "hypertune_distribution_num_brackets")
    assert MultiFidelityOptions.of(dict.fromkeys(names, 1)) == MultiFidelityOptions()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resource_ac": "final"}, "did you mean 'resource_acq'"),
        ({"gp_resource_kernell": "matern52"}, "did you mean 'gp_resource_kernel'"),
        ({"num_init_rando": 3}, "did you mean 'num_init_random'"),
        ({"model": "gp_multitas"}, "did you mean 'gp_multitask'"),
        ({"gp_resource_kernel": "matern"}, "gp_resource_kernel"),
        ({"resource_acq": "last"}, "resource_acq"),
        ({"resource_acq_bohb_threshold": 0}, "at least 1"),
        ({"hypertune_distribution_num_samples": 2.5}, "at least 1"),
        ({"separate_noise_variances": "yes"}, "True or False"),
        ({"issm_gamma_one": 1}, "True or False"),
        ({"acq_function": "thompson"}, "use 'ei' or 'lcb'"),
        ({"acq_function": "nei"}, "use 'ei' or 'lcb'"),
        ({"init_state": 1}, "not available"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(OptionError, match=message):
        MultiFidelityOptions.of(options)
