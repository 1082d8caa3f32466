"""Checkpoints that are not needed, or least worth keeping, go; a study that dies meanwhile goes on as if it had not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import InProcessBackend
from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend
from syne_tune.callbacks.checkpoint_removal import callbacks_for_checkpoint_removal
from syne_tune.callbacks.hyperband_remove_checkpoints_callback import (
    HyperbandRemoveCheckpointsBaselineCallback,
    HyperbandRemoveCheckpointsCallback,
    HyperbandRemoveCheckpointsCommon,
)
from syne_tune.callbacks.remove_checkpoints_callback import (
    DefaultRemoveCheckpointsSchedulerMixin,
    RemoveCheckpointsCallback,
)
from syne_tune.callbacks.store_results import ExtraResultsComposer, StoreResultsCallback
from syne_tune.checkpoint import json_load_save_functions, resume_from_checkpointed_model
from syne_tune.config_space import randint, uniform
from syne_tune.event_log import read_events
from syne_tune.optimizer.baselines import ASHA, RandomSearch, SyncHyperband
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.trial import Status
from syne_tune.tuner_callback import TunerCallback
from syne_tune.util import find_first_of_type

SPACE = {"x": uniform(0, 1), "epochs": 9}
LIMIT = 6


def train(x: float, epochs: int, st_checkpoint_dir: str) -> Iterator[dict[str, float]]:
    load, save = json_load_save_functions({})
    start = resume_from_checkpointed_model({"st_checkpoint_dir": st_checkpoint_dir}, load)
    for epoch in range(start + 1, epochs + 1):
        save(st_checkpoint_dir, epoch)
        yield {"epoch": epoch, "loss": x + 1 / epoch, "first_epoch": start + 1}


def asha(**options: Any) -> ASHA:
    early = {"max_num_checkpoints": LIMIT, **options}
    return ASHA(
        SPACE, "loss", "epoch", max_resource_attr="epochs", type="promotion", random_seed=1,
        early_checkpoint_removal_kwargs=early,
    )  # fmt: skip


class Watcher(TunerCallback):
    """Counts folders of checkpoints after each turn."""

    def __init__(self) -> None:
        self.counts: list[int] = []
        self.tuner: Any = None

    def on_tuning_start(self, tuner: Any) -> None:
        self.tuner = tuner

    def on_loop_end(self) -> None:
        self.counts.append(len(self.trials_with_checkpoint()))

    def trials_with_checkpoint(self) -> set[int]:
        """Paused and running ones."""
        found = {int(path.parent.name) for path in self.tuner.tuner_path.glob("*/checkpoints") if any(path.iterdir())}
        return found | {
            i for i, status in self.tuner.tuning_status.last_trial_status_seen.items() if status == Status.in_progress
        }


def tuner_of(scheduler: TrialScheduler, *callbacks: TunerCallback, **limits: Any) -> Tuner:
    criterion = StoppingCriterion(**(limits or {"max_num_trials_started": 30}))
    backend = InProcessBackend(train, delete_checkpoints=True)
    return Tuner(backend, scheduler, criterion, n_workers=3, callbacks=callbacks)


@pytest.mark.parametrize("options", [{}, {"baseline": "random"}, {"baseline": "by_level"}])
def test_no_more_checkpoints_than_allowed(options: dict[str, Any]) -> None:
    """C11: also without ``max_wallclock_time`` in the stopping criterion, which was a TypeError."""
    watcher = Watcher()
    tuner = tuner_of(asha(**options), watcher)
    tuner.run()
    assert max(watcher.counts) == LIMIT
    callback = find_first_of_type(tuner.callbacks, HyperbandRemoveCheckpointsCommon)
    expected = HyperbandRemoveCheckpointsBaselineCallback if options else HyperbandRemoveCheckpointsCallback
    assert type(callback) is expected
    found = callback.extra_results()
    assert found["num_checkpoints_removed"] == callback.num_checkpoints_removed > 3
    events = list(read_events(tuner.tuner_path / "events.jsonl"))
    assert found["num_trials_resumed"] == sum(event.get("action") == "resume" for event in events)


def test_limit_is_kept_by_running_time_too() -> None:
    tuner = tuner_of(asha(), max_wallclock_time=1000, max_num_trials_finished=4)
    tuner.run()
    assert find_first_of_type(tuner.callbacks, HyperbandRemoveCheckpointsCallback).num_checkpoints_removed > 0


def test_trial_without_checkpoint_starts_from_scratch_and_is_not_decided_twice() -> None:
    tuner = tuner_of(asha(baseline="random"), max_num_trials_started=60)
    tuner.run()
    callback = find_first_of_type(tuner.callbacks, HyperbandRemoveCheckpointsCommon)
    again = callback.trials_resumed_without_checkpoint()
    assert again
    reports = [event for event in read_events(tuner.tuner_path / "events.jsonl") if event["kind"] == "report"]
    for trial_id, level in again:
        results = [event["result"] for event in reports if event["trial_id"] == trial_id]
        assert any(result["first_epoch"] == 1 and result["epoch"] > level for result in results)
        rungs = [event["facts"].get("rung") for event in reports if event["trial_id"] == trial_id]
        decided = [rung for rung in rungs if rung is not None]
        assert len(set(decided)) == len(decided)
    spent_again = sum(level for _, level in again)
    assert callback.extra_results()["cost_resources"] == tuner.tuning_status.num_evaluations + spent_again


class Columns(ExtraResultsComposer):
    def __call__(self, tuner: Any) -> dict[str, Any]:
        return find_first_of_type(tuner.callbacks, HyperbandRemoveCheckpointsCommon).extra_results()

    def keys(self) -> list[str]:
        return HyperbandRemoveCheckpointsCommon.extra_results_keys()


def test_columns_of_the_results() -> None:
    store = StoreResultsCallback(extra_results_composer=Columns())
    tuner_of(asha(), store).run()
    frame = store.dataframe()
    assert frame[Columns().keys()].notna().all(axis=None)
    assert (frame["num_checkpoints_removed"].diff().dropna() >= 0).all()


# -- exactness -------------------------------------------------------------------------------------------------


def simulated(**options: Any) -> Tuner:
    random_state, epochs = np.random.RandomState(0), np.arange(1, 10)
    loss = random_state.rand(100, 1) + np.exp(-epochs / (1 + 5 * random_state.rand(100, 1)))
    seconds = (1 + random_state.rand(100, 1)) * epochs
    blackbox = BlackboxTabular(
        pd.DataFrame({"x": np.arange(100)}),
        {"x": randint(0, 99)},
        {"epoch": randint(1, 9)},
        np.stack([loss, seconds], axis=-1)[:, None],
        objectives_names=["loss", "elapsed"],
    )
    backend = UserBlackboxBackend(blackbox, "elapsed", max_resource_attr="epochs")
    backend.delete_checkpoints = True
    space = blackbox.configuration_space_with_max_resource_attr("epochs")
    scheduler = ASHA(
        space, "loss", "epoch", max_resource_attr="epochs", type="promotion", random_seed=1,
        early_checkpoint_removal_kwargs={"max_num_checkpoints": LIMIT, **options},
    )  # fmt: skip
    return Tuner(backend, scheduler, StoppingCriterion(max_wallclock_time=60), n_workers=4)


def decisive(tuner: Tuner) -> list[dict[str, Any]]:
    events = read_events(tuner.tuner_path / "events.jsonl")
    return [{k: v for k, v in event.items() if k != "seq"} for event in events if event["kind"] != "session"]


@pytest.mark.parametrize("options", [{}, {"baseline": "random"}])
def test_simulated_study_killed_at_any_event_removes_the_same(options: dict[str, Any], tmp_path: Path) -> None:
    whole = simulated(**options)
    whole.run()
    expected = find_first_of_type(whole.callbacks, HyperbandRemoveCheckpointsCommon)
    assert expected.num_checkpoints_removed > 5
    assert expected.trials_resumed_without_checkpoint()
    log = (whole.tuner_path / "events.jsonl").read_bytes().splitlines(keepends=True)
    for number, cut in enumerate(range(2, len(log), len(log) // 5)):
        folder = tmp_path / str(number)
        shutil.copytree(whole.tuner_path, folder)
        (folder / "tuner.dill").unlink()
        (folder / "events.jsonl").write_bytes(b"".join(log[:cut]))
        again = Tuner.load(folder)
        again.run()
        assert decisive(again) == decisive(whole)
        found = find_first_of_type(again.callbacks, HyperbandRemoveCheckpointsCommon)
        assert found.extra_results() == expected.extra_results()


def test_study_that_died_before_it_removed_anything_catches_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is copied while the first checkpoints that had to go are still there."""
    tuner = tuner_of(asha(baseline="by_level"))
    deleted: list[int] = []

    def keep(self: InProcessBackend, trial_id: int) -> None:
        deleted.append(trial_id)
        if len(deleted) == 3:
            shutil.copytree(tuner.tuner_path, tmp_path / "copy")

    with monkeypatch.context() as patch:
        patch.setattr(InProcessBackend, "delete_checkpoint", keep)
        tuner.run()
    resumed = Tuner.load(tmp_path / "copy")
    callback = find_first_of_type(resumed.callbacks, HyperbandRemoveCheckpointsCommon)
    assert callback.num_checkpoints_removed == 3
    caught_up: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(InProcessBackend, "delete_checkpoint", lambda self, trial_id: caught_up.append(trial_id))
        resumed.stop_criterion = StoppingCriterion(max_num_evaluations=0)
        resumed.run()
    assert caught_up[:3] == deleted[:3]


# -- which callback --------------------------------------------------------------------------------------------


def test_synchronous_hyperband_gives_up_what_it_leaves_behind() -> None:
    watcher = Watcher()
    scheduler = SyncHyperband(SPACE, "loss", "epoch", max_resource_attr="epochs", random_seed=1)
    tuner = tuner_of(scheduler, watcher)
    tuner.run()
    callback = find_first_of_type(tuner.callbacks, RemoveCheckpointsCallback)
    assert callback.num_checkpoints_removed > 5
    assert max(watcher.counts) < 20


def test_nothing_is_added_unless_checkpoints_are_to_be_deleted() -> None:
    tuner = Tuner(InProcessBackend(train), asha(), StoppingCriterion(max_num_trials_started=1), n_workers=1)
    assert find_first_of_type(tuner.callbacks, HyperbandRemoveCheckpointsCommon) is None
    assert callbacks_for_checkpoint_removal(RandomSearch(SPACE, "loss"), None) == []


def test_callback_of_the_user_takes_the_place_of_ours() -> None:
    mine = HyperbandRemoveCheckpointsCallback(4, 3600.0, "loss", "epoch", "min", approx_steps=10)
    tuner = tuner_of(asha(), mine)
    assert [it for it in tuner.callbacks if isinstance(it, HyperbandRemoveCheckpointsCommon)] == [mine]


def test_scheduler_of_the_user_may_bring_its_own() -> None:
    class Mine(DefaultRemoveCheckpointsSchedulerMixin, RandomSearch):
        def trials_checkpoints_can_be_removed(self) -> list[int]:
            return []

    (callback,) = callbacks_for_checkpoint_removal(Mine(SPACE, "loss"), None)
    assert isinstance(callback, RemoveCheckpointsCallback)
