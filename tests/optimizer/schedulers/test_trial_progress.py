from __future__ import annotations

import pickle

from syne_tune.optimizer.schedulers.trial_progress import CostAccount, ProgressByTrial, TrialProgress


def test_cost_adds_up_over_runs():
    account = CostAccount()
    assert [account.add(1, 2.0), account.add(2, 4.5)] == [2.0, 4.5]
    account.resume(2)
    assert [account.add(3, 1.0), account.add(4, 3.0)] == [5.5, 7.5]
    account.resume(4)
    assert account.add(5, 0.5) == 8.0


def test_run_from_scratch_does_not_count_what_was_spent_before():
    account = CostAccount()
    account.add(2, 4.0)
    account.resume(2)
    assert [account.add(1, 1.0), account.add(2, 2.0), account.add(3, 3.0)] == [1.0, 2.0, 3.0]


def test_progress_is_restored() -> None:
    progress = ProgressByTrial({str(i): TrialProgress({"x": i}, bracket=i % 2) for i in range(3)})
    progress["1"].status, progress["1"].resource = "Paused", 4
    progress["1"].cost.add(4, 2.5)
    config = progress["2"].config
    restored, seen = pickle.loads(pickle.dumps((progress, config)))
    assert isinstance(restored, ProgressByTrial)
    assert [(i, p.config, p.bracket, p.status, p.resource, p.cost) for i, p in restored.items()] == [
        (i, p.config, p.bracket, p.status, p.resource, p.cost) for i, p in progress.items()
    ]
    assert restored["2"].config is seen
