import math
from dataclasses import replace

import pytest

from syne_tune.optimizer.schedulers.synchronous.bracket_manager import SynchronousHyperbandBracketManager

RUNGS = [[(4, 1), (2, 2), (1, 4)], [(2, 2), (1, 4)], [(2, 4)]]


def fill(manager, job, value, trial_id=None):
    bracket_id, slot = job
    trial_id = slot.trial_id if trial_id is None else trial_id
    return manager.on_result((bracket_id, replace(slot, trial_id=trial_id, metric_val=value)))


@pytest.mark.parametrize(("mode", "best"), [("min", [2, 0]), ("max", [3, 1])])
def test_the_best_half_goes_on_when_the_rung_is_full(mode, best):
    manager = SynchronousHyperbandBracketManager(RUNGS, mode)
    jobs = [manager.next_job() for _ in range(4)]
    assert [slot.slot_index for _, slot in jobs] == [0, 1, 2, 3]
    assert [
        fill(manager, job, value, place) for place, (job, value) in enumerate(zip(jobs, [2, 3, 1], strict=False))
    ] == [None] * 3
    left_behind = fill(manager, jobs[3], 4, 3)
    assert sorted([*left_behind, *best]) == [0, 1, 2, 3]
    assert [manager.next_job()[1].trial_id for _ in range(2)] == best


def test_nobody_waits_for_a_rung_to_fill():
    manager = SynchronousHyperbandBracketManager(RUNGS, "min")
    brackets = [manager.next_job()[0] for _ in range(4 + 2 + 2 + 4)]
    assert brackets == [0] * 4 + [1] * 2 + [2] * 2 + [3] * 4


def test_the_oldest_bracket_comes_first_again():
    manager = SynchronousHyperbandBracketManager(RUNGS, "min")
    jobs = [manager.next_job() for _ in range(5)]
    for place, job in enumerate(jobs[:4]):
        fill(manager, job, place, place)
    assert [manager.next_job()[0] for _ in range(3)] == [0, 0, 1]


def test_failures_are_never_resumed():
    manager = SynchronousHyperbandBracketManager(RUNGS, "min")
    jobs = [manager.next_job() for _ in range(4)]
    for place, value in enumerate([math.nan, math.nan, 5.0, math.nan]):
        left_behind = fill(manager, jobs[place], value, place)
    assert left_behind == [0, 1, 3]
    assert manager.next_job()[1].trial_id == 2
    assert manager.next_job()[0] == 1


def test_a_bracket_of_failures_is_over():
    manager = SynchronousHyperbandBracketManager(RUNGS, "min")
    for job in [manager.next_job() for _ in range(4)]:
        fill(manager, job, math.nan, 0)
    assert manager.next_open_job() is None
    assert manager.next_job()[0] == 1


def test_levels_below():
    manager = SynchronousHyperbandBracketManager(RUNGS, "min")
    manager.next_job()
    assert [manager.level_to_prev_level(0, level) for level in (1, 2, 4)] == [0, 1, 2]
