from __future__ import annotations

import pytest

from syne_tune.optimizer.schedulers.rungs.promotion import PromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.registry import make_bracket_manager
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions


@pytest.fixture(params=[False, True], ids=["shared", "separate"])
def manager(request):
    return make_bracket_manager(PromotionRungSystem, [1, 3], "loss", "min", "epoch", 9, 5, request.param, RungOptions())


def report(manager, trial_id, bracket, epoch, loss):
    manager.on_task_add(trial_id, bracket, {})
    answer = manager.on_task_report(trial_id, {"epoch": epoch, "loss": loss})
    manager.on_task_remove(trial_id)
    return answer.milestone_reached


def test_brackets_are_capped_and_start_higher_and_higher(manager):
    assert manager.num_brackets == 3
    assert manager.rung_levels == [1, 3]
    assert [manager.first_milestone(bracket) for bracket in range(3)] == [1, 3, 9]
    assert report(manager, "0", 0, 1, 0.5) == 1
    assert report(manager, "1", 1, 1, 0.5) is None
    assert report(manager, "2", 1, 3, 0.5) == 3
    assert report(manager, "3", 2, 8, 0.5) is None
    assert report(manager, "4", 2, 9, 0.5) == 9


def test_shared_rungs_compare_trials_of_all_brackets():
    shared, separate = (
        make_bracket_manager(PromotionRungSystem, [1, 3], "loss", "min", "epoch", 9, 2, per_bracket, RungOptions())
        for per_bracket in (False, True)
    )
    for manager in (shared, separate):
        report(manager, "0", 0, 3, 0.5)
        report(manager, "1", 1, 3, 0.4)
    assert [information.size for information in shared.information_for_rungs()] == [0, 2]
    assert [information.size for information in separate.information_for_rungs()] == [0, 1, 1]
    assert shared.on_task_schedule("2", 0).trial_id == "1"
    assert separate.on_task_schedule("2", 0) is None
    assert separate.paused_trials() == [("0", 1, 0.5, 3), ("1", 1, 0.4, 3)]
    assert shared.snapshot_rungs(1) == [(3, {"0": 0.5, "1": 0.4})]
    separate.on_task_withdraw("1")
    assert separate.paused_trials() == [("0", 1, 0.5, 3)]
