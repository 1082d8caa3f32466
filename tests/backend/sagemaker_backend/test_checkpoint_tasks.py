"""Copies and deletions of checkpoints wait for the end of jobs, and for each other."""

from __future__ import annotations

from syne_tune.backend.sagemaker_backend.checkpoint_tasks import CheckpointTasks


class Work:
    """Does what can be done, and writes it down."""

    def __init__(self) -> None:
        self.ending: set[int] = set()
        self.without_checkpoint: set[int] = set()
        self.done: list[str] = []
        self.tasks = CheckpointTasks()

    def step(self) -> list[str]:
        self.done.clear()
        self.tasks.work(self.ending.__contains__, self._copy, lambda trial_id: self.done.append(f"delete {trial_id}"))
        return self.done

    def _copy(self, source: int, target: int) -> bool:
        if source in self.without_checkpoint:
            return False
        self.done.append(f"copy {source} to {target}")
        return True


def test_what_nothing_writes_to_is_copied_at_once() -> None:
    work = Work()
    work.tasks.copy(0, 1)
    assert work.tasks.hold_up(0)
    assert work.tasks.hold_up(1)
    assert work.step() == ["copy 0 to 1"]
    assert not work.tasks.hold_up(0)
    assert not work.tasks.hold_up(1)
    assert work.step() == []


def test_the_end_of_the_source_is_waited_for() -> None:
    work = Work()
    work.ending = {0}
    work.tasks.copy(0, 1)
    work.tasks.delete(0)
    assert work.step() == []
    assert work.tasks.has_deletions
    work.ending = set()
    assert work.step() == ["copy 0 to 1", "delete 0"]
    assert not work.tasks.has_deletions


def test_a_checkpoint_that_is_still_on_its_way_is_waited_for() -> None:
    work = Work()
    work.without_checkpoint = {0}
    work.tasks.copy(0, 1)
    assert work.step() == []
    assert work.tasks.hold_up(1)
    work.without_checkpoint = set()
    assert work.step() == ["copy 0 to 1"]


def test_a_copy_that_is_not_needed_any_more_is_dropped() -> None:
    work = Work()
    work.ending = {0}
    work.tasks.copy(0, 1)
    work.tasks.drop_copy_to(1)
    work.ending = set()
    assert work.step() == []
