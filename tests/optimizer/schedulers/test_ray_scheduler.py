"""Schedulers and searchers of Ray Tune behind our contract; most of it only where Ray is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import InProcessBackend
from syne_tune.config_space import (
    active_if,
    choice,
    finrange,
    lograndint,
    loguniform,
    ordinal,
    quniform,
    randint,
    reverseloguniform,
    uniform,
)
from syne_tune.errors import MissingExtraError, OptionError
from syne_tune.optimizer.schedulers import RayTuneScheduler
from syne_tune.testing.schedulers import SchedulerContract

HAS_RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not HAS_RAY, reason="needs the extra ray")
SPACE = {"x": uniform(0, 1), "n": randint(1, 3), "kind": choice(["a", "b"]), "epochs": 9}


class TestContract(SchedulerContract):
    """With random search of ours, which needs no Ray."""

    seeds = (0, 1)

    def make_scheduler(self, config_space: Any, random_seed: int) -> RayTuneScheduler:
        return RayTuneScheduler(config_space, metric="loss", random_seed=random_seed)


class Ends:
    """Searches as searchers of Ray do: two configurations with a pause between them, then the end."""

    metric, mode = "loss", "max"

    def __init__(self, last: Any) -> None:
        self.answers = [{"x": 0.1, "n": 1, "kind": "a"}, None, {"x": 0.2, "n": 3, "kind": "b"}, last]
        self.told: list[tuple[Any, ...]] = []

    def set_search_properties(self, metric: str, mode: str, config: dict[str, Any], **spec: Any) -> bool:
        return False

    def suggest(self, trial_id: str) -> Any:
        return self.answers.pop(0) if self.answers else None

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        self.told.append((trial_id, result["training_iteration"]))

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        self.told.append((trial_id, None if result is None else result["loss"], error))


def train(x: float, n: int, epochs: int) -> Iterator[dict[str, float]]:
    for epoch in range(1, epochs + 1):
        if n == 3 and epoch == 4:
            raise ValueError("does not fit")
        yield {"epoch": epoch, "loss": -x - n / epoch}


def run(scheduler: RayTuneScheduler, max_num_trials_started: int = 20) -> Tuner:
    criterion = StoppingCriterion(max_num_trials_started=max_num_trials_started)
    tuner = Tuner(InProcessBackend(train), scheduler, criterion, n_workers=2, max_failures=9)
    tuner.run()
    return tuner


@needs_ray
@pytest.mark.parametrize("last", [None, "FINISHED"])
def test_searcher_that_has_nothing_left_ends_the_run(last: Any) -> None:
    """C15: the answer ``None`` of a searcher was an assertion error."""
    searcher = Ends(last)
    scheduler = RayTuneScheduler(SPACE, ray_searcher=searcher, points_to_evaluate=[{"x": 0.5, "n": 2, "kind": "a"}])
    assert scheduler.metric_mode() == "max"
    tuner = run(scheduler)
    assert [tuner._study.trials[i].trial.config["x"] for i in range(3)] == [0.5, 0.1, 0.2]
    assert len(tuner._study.trials) == 3
    assert ("1", pytest.approx(-0.1 - 1 / 9), False) in searcher.told
    assert ("2", None, True) in searcher.told
    assert not any(told[0] == "0" for told in searcher.told)  # not suggested by it
    assert scheduler.suggest(9) is None


@needs_ray
def test_asynchronous_halving_of_ray() -> None:
    from ray.tune.schedulers import AsyncHyperBandScheduler

    ray = AsyncHyperBandScheduler(
        time_attr="epoch", metric="loss", mode="min", max_t=9, grace_period=1, reduction_factor=3
    )
    tuner = run(RayTuneScheduler(SPACE, ray_scheduler=ray, random_seed=1))
    assert tuner.trials_scheduler_stopped
    assert tuner.tuning_status.num_trials_finished == 20


@needs_ray
def test_contract_with_the_scheduler_of_ray() -> None:
    from ray.tune.schedulers import AsyncHyperBandScheduler

    class Contract(SchedulerContract):
        seeds = (0, 1)

        def make_scheduler(self, config_space: Any, random_seed: int) -> RayTuneScheduler:
            ray = AsyncHyperBandScheduler(time_attr="epoch", max_t=9)
            return RayTuneScheduler(config_space, ray, metric="loss", mode="max", random_seed=random_seed)

    contract = Contract()
    contract.test_works_on_mixed_spaces()
    contract.test_same_calls_same_answers()
    contract.test_copy_goes_on_alike()
    contract.test_failures_do_not_end_it()
    contract.test_non_finite_metrics_do_not_end_it()
    contract.test_disorder_does_not_end_it()


@needs_ray
def test_searcher_of_ray_gets_the_space() -> None:
    from ray.tune.search import Searcher

    class Draws(Searcher):  # type: ignore[misc]
        def set_search_properties(self, metric: str, mode: str, config: dict[str, Any], **spec: Any) -> bool:
            self.space = config
            return True

        def suggest(self, trial_id: str) -> dict[str, Any]:
            return {k: d.sample() if hasattr(d, "sample") else d for k, d in self.space.items()}

        def on_trial_complete(self, trial_id: str, result: Any = None, error: bool = False) -> None:
            pass

    np.random.seed(3)
    tuner = run(RayTuneScheduler(SPACE, ray_searcher=Draws(metric="loss", mode="min")), 12)
    assert {state.trial.config["n"] for state in tuner._study.trials.values()} == {1, 2, 3}


@needs_ray
def test_spaces() -> None:
    """W16 in the terms of Ray: the upper end of integers is drawn too."""
    space = {
        "a": uniform(0, 1),
        "b": loguniform(1e-3, 1),
        "c": randint(1, 2),
        "d": lograndint(1, 9),
        "e": choice(["x", "y"]),
        "f": ordinal([1, 2, 4]),
        "g": finrange(0.0, 1.0, 3),
        "h": quniform(0, 1, 0.25),
        "epochs": 9,
    }
    converted = RayTuneScheduler.convert_config_space(space)
    assert converted["epochs"] == 9
    draws = [{k: d.sample() if hasattr(d, "sample") else d for k, d in converted.items()} for _ in range(60)]
    assert {draw["c"] for draw in draws} == {1, 2}
    assert {draw["f"] for draw in draws} == {1, 2, 4}
    assert {draw["g"] for draw in draws} == {0.0, 0.5, 1.0}
    assert {draw["h"] for draw in draws} <= {0.0, 0.25, 0.5, 0.75, 1.0}
    assert max(draw["d"] for draw in draws) <= 9


@needs_ray
@pytest.mark.parametrize(
    "space", [{"x": reverseloguniform(0, 0.9)}, {"k": choice(["a", "b"]), "x": active_if(uniform(0, 1), k="a")}]
)
def test_spaces_that_ray_does_not_have_are_refused(space: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="Ray Tune"):
        RayTuneScheduler.convert_config_space(space)


@needs_ray
def test_schedulers_that_need_the_runner_of_ray_are_refused() -> None:
    from ray.tune.schedulers import PopulationBasedTraining

    ray = PopulationBasedTraining(hyperparam_mutations={"x": [0.1, 0.2]})
    with pytest.raises(OptionError, match="PopulationBasedTraining needs the runner"):
        RayTuneScheduler(SPACE, ray, metric="loss")


@pytest.mark.skipif(HAS_RAY, reason="Ray is installed")
def test_missing_package_is_named_where_it_is_needed() -> None:
    with pytest.raises(MissingExtraError, match=r"syne_tune\[ray\]"):
        RayTuneScheduler(SPACE, ray_searcher=Ends(None))


def test_metric_must_be_known() -> None:
    with pytest.raises(OptionError, match="pass metric"):
        RayTuneScheduler(SPACE)
