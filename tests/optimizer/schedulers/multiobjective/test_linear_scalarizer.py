from __future__ import annotations

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers import AskTellScheduler, FIFOScheduler, HyperbandScheduler
from syne_tune.optimizer.schedulers.multiobjective import LinearScalarizedScheduler
from syne_tune.testing.schedulers import SchedulerContract

SPACE = {"x": uniform(0, 1), "epochs": 9}
METRICS = ["loss", "latency"]


class TestLinearScalarizedFIFO(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return LinearScalarizedScheduler(config_space, METRICS, searcher="random", random_seed=random_seed)


class TestLinearScalarizedHyperband(SchedulerContract):
    """C3: the inner scheduler was never configured, so that Hyperband failed."""

    def make_scheduler(self, config_space, random_seed):
        return LinearScalarizedScheduler(
            config_space,
            METRICS,
            mode="max",
            scalarization_weights=[1, 2],
            base_scheduler_factory=HyperbandScheduler,
            type="promotion",
            resource_attr="epoch",
            max_resource_attr="epochs",
            random_seed=random_seed,
        )


def test_default_mode():
    """C2: the default mode was iterated character by character."""
    scheduler = LinearScalarizedScheduler(SPACE, METRICS)
    assert isinstance(scheduler.base_scheduler, FIFOScheduler)
    assert scheduler.metric_mode() == "min"
    assert LinearScalarizedScheduler(SPACE, METRICS, mode=["max", "max"]).metric_mode() == "max"


def test_metadata_names_metrics_and_sum():
    metadata = LinearScalarizedScheduler(SPACE, METRICS).metadata()
    assert metadata["metric_names"] == METRICS
    assert metadata["scalarized_metric"] == "scalarized_loss_latency"
    assert metadata["scheduler_name"] == "LinearScalarizedScheduler"
    long = LinearScalarizedScheduler(SPACE, [f"metric_{number}" * 4 for number in range(3)])
    assert len(long.scalarized_metric) <= 64
    assert long.scalarized_metric == LinearScalarizedScheduler(SPACE, long.metric_names()).scalarized_metric


def test_searcher_learns_the_weighted_sum():
    scheduler = LinearScalarizedScheduler(
        SPACE, METRICS, scalarization_weights=[1, 3], searcher="regularized_evolution", random_seed=0
    )
    loop = AskTellScheduler(scheduler)
    trial = loop.ask()
    loop.tell(trial, {"loss": 2.0, "latency": 5.0}, is_final=True)
    assert [member.score for member in scheduler.searcher._population] == [17.0]


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"metric": ["loss"]}, "at least two"),
        ({"mode": ["min", "max"]}, "one mode"),
        ({"scalarization_weights": [1.0]}, "one finite number for each"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        LinearScalarizedScheduler(SPACE, **{"metric": METRICS, **kwargs})
