from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.plan import (
    effective_random_seed,
    one_benchmark,
    plan_experiments,
    scaled_wallclock_time,
)
from syne_tune.seeds import RANDOM_SEED_UPPER_BOUND

seeds = st.integers(0, RANDOM_SEED_UPPER_BOUND - 1)


def settings(**values: Any) -> ConfigDict:
    return ConfigDict.from_dict({"experiment_tag": "study", **values})


def test_seeds_are_those_of_the_documents() -> None:
    """``--start_seed 5 --num_seeds 6`` runs a single seed equal to 5."""
    planned = plan_experiments(settings(start_seed=5, num_seeds=6), ["A", "B"], ["x"])
    assert [(one.method, one.seed) for one in planned] == [("A", 5), ("B", 5)]


def test_order_is_methods_then_seeds_then_benchmarks() -> None:
    planned = plan_experiments(settings(num_seeds=2), ["A", "B"], ["x", "y"])
    assert [str(one) for one in planned[:3]] == ["A, seed 0, x", "A, seed 0, y", "A, seed 1, x"]
    assert len(planned) == 8


@given(seeds, st.integers(0, 10000))
def test_effective_seed_is_legal_and_differs_between_repetitions(master: int, seed: int) -> None:
    assert 0 <= effective_random_seed(master, seed) < RANDOM_SEED_UPPER_BOUND
    assert effective_random_seed(master, seed) != effective_random_seed(master, seed + 1)


@given(st.integers(1, 10**6), st.integers(1, 64), st.integers(1, 64))
def test_fewer_workers_get_more_time(default: int, workers: int, given_workers: int) -> None:
    scaled = scaled_wallclock_time(default, workers, given_workers)
    assert scaled >= default
    if given_workers >= workers:
        assert scaled == default
    else:
        assert scaled * given_workers <= default * workers < (scaled + 1) * given_workers


def test_default_benchmark() -> None:
    assert one_benchmark(None, {"only": 1}) == "only"  # type: ignore[dict-item]
    assert one_benchmark(None, {"other": 1, "resnet_cifar10": 2}) == "resnet_cifar10"  # type: ignore[dict-item]
    with pytest.raises(OptionError, match="benchmark = None"):
        one_benchmark(None, {"a": 1, "b": 2})  # type: ignore[dict-item]
