"""A scheduler around another one hands on whatever it does not change."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from syne_tune.optimizer.baselines import EHVI, SyncHyperband
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.scheduler_around import SchedulerAround
from syne_tune.optimizer.schedulers.transfer_learning import BoundingBox, TransferLearningTaskEvaluations
from syne_tune.testing.scripted_study import ScriptedStudy
from syne_tune.testing.spaces import mixed_space


class Around(SchedulerAround):
    """Changes nothing."""

    def __init__(self, scheduler: TrialScheduler) -> None:
        super().__init__(scheduler.config_space)
        self.scheduler = scheduler

    @property
    def _inner(self) -> TrialScheduler:
        return self.scheduler


def promotion() -> TrialScheduler:
    return HyperbandScheduler(
        mixed_space(),
        "loss",
        type="promotion",
        max_resource_attr="epochs",
        resource_attr="epoch",
        random_seed=3,
        early_checkpoint_removal_kwargs={"max_num_checkpoints": 4},
    )


def synchronous() -> TrialScheduler:
    return SyncHyperband(mixed_space(), "loss", "epoch", max_resource_attr="epochs", random_seed=3)


@pytest.mark.parametrize("make", [promotion, synchronous])
def test_the_study_is_the_same(make: Callable[[], TrialScheduler]) -> None:
    plain, around = (ScriptedStudy(it, seed=5, failure_rate=0.05).run(400) for it in (make(), Around(make())))
    assert around.log == plain.log
    assert around.given_up == plain.given_up
    assert around.scheduler.paused_checkpoints() == plain.scheduler.paused_checkpoints()
    assert plain.given_up or plain.scheduler.paused_checkpoints()


def test_what_is_said_about_the_scheduler_is_the_same() -> None:
    inner = promotion()
    around = Around(inner)
    assert around.early_checkpoint_removal == inner.early_checkpoint_removal is not None
    assert around.metadata() == {**inner.metadata(), "scheduler_name": "Around"}
    joint = EHVI(mixed_space(), ["loss", "latency"], mode=["min", "max"])
    assert Around(joint).metric_names() == ["loss", "latency"]
    assert Around(joint).metric_mode() == ["min", "max"]
    assert Around(joint).is_multiobjective_scheduler()


def test_a_bounding_box_leaves_checkpoints_to_the_scheduler_within() -> None:
    space = mixed_space()
    configs = pd.DataFrame([promotion().suggest(0).config])
    tasks = {"task": TransferLearningTaskEvaluations(space, configs, ["loss"], [[[[0.5]]]])}
    box = BoundingBox(lambda new_space, mode, metric: promotion(), space, "loss", tasks)
    ScriptedStudy(box, seed=5).run(400)
    assert box.early_checkpoint_removal == promotion().early_checkpoint_removal is not None
    assert box.paused_checkpoints() == box.scheduler.paused_checkpoints() != []
