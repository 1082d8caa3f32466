from __future__ import annotations

from syne_tune.optimizer.schedulers.trial_progress import CostAccount


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
