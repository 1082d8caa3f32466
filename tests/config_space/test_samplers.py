"""Samplers as values, and the normal prior."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import LogUniform, Normal, Quantized, ReverseLogUniform, Uniform, normal
from syne_tune.config_space.samplers import unquantized
from syne_tune.config_space.scales import LINEAR, LOG, REVERSE_LOG


def test_samplers_are_compared_by_value_and_named_by_class() -> None:
    assert Quantized(LogUniform(), 2) == Quantized(LogUniform(), 2) != Quantized(Uniform(), 2)
    assert [str(sampler) for sampler in (Uniform(), LogUniform(), Normal())] == ["Uniform", "LogUniform", "Normal"]


def test_quantisation_does_not_change_the_scale() -> None:
    """W11: qloguniform was treated as linear."""
    samplers = [Uniform(), LogUniform(), ReverseLogUniform(), Normal(0.0, 1.0)]
    for sampler, scale in zip(samplers, [LINEAR, LOG, REVERSE_LOG, LINEAR], strict=True):
        assert sampler.scale is Quantized(sampler, 0.1).scale is scale
        assert unquantized(Quantized(sampler, 0.1)) is unquantized(sampler) is sampler


@given(st.floats(-5, 5), st.floats(0.1, 10), st.floats(0, 1))
def test_the_cut_normal_stays_within_its_bounds(mean: float, sd: float, probability: float) -> None:
    assert -1.0 <= Normal(mean, sd).quantile(probability, -1.0, 2.0) <= 2.0


def test_draws_of_a_normal_prior_have_its_mean_and_spread() -> None:
    """7.6: ``Float.normal`` could not be used by searchers."""
    values = np.array(normal(-10, 10, 2.0, 0.5).sample(size=4000, random_state=np.random.RandomState(0)))
    assert values.mean() == pytest.approx(2.0, abs=0.05)
    assert values.std() == pytest.approx(0.5, abs=0.05)
