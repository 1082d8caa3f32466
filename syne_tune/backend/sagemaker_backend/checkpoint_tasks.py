"""Copies and deletions of checkpoints, which wait until the jobs that write these have ended."""

from __future__ import annotations

from collections.abc import Callable


class CheckpointTasks:
    """What is to be copied and deleted."""

    def __init__(self) -> None:
        self._source_of: dict[int, int] = {}
        self._doomed: set[int] = set()

    @property
    def has_deletions(self) -> bool:
        """Whether something is still to be deleted."""
        return bool(self._doomed)

    def copy(self, source: int, target: int) -> None:
        """The checkpoint of one trial is to be copied to another."""
        self._source_of[target] = source

    def delete(self, trial_id: int) -> None:
        """The checkpoint of a trial is to be deleted, once it has been copied wherever it is to be."""
        self._doomed.add(trial_id)

    def drop_copy_to(self, target: int) -> None:
        """The trial does not need a checkpoint any more."""
        self._source_of.pop(target, None)

    def hold_up(self, trial_id: int) -> bool:
        """Whether a trial must not be started yet, because its checkpoint is not there, or is still needed."""
        return trial_id in self._source_of or trial_id in self._source_of.values() or trial_id in self._doomed

    def work(
        self,
        is_ending: Callable[[int], bool],
        copy: Callable[[int, int], bool],
        delete: Callable[[int], None],
    ) -> None:
        """Does what can be done by now.

        Args:
            is_ending: Whether a job of a trial is about to end, and may still write.
            copy: Copies from the first trial to the second; returns whether that could be done.
            delete: Deletes the checkpoint of a trial.
        """
        for target, source in list(self._source_of.items()):
            if is_ending(source):
                continue
            del self._source_of[target]  # even if it cannot be copied at all
            if not copy(source, target):
                self._source_of[target] = source
        for trial_id in list(self._doomed):
            if not is_ending(trial_id) and trial_id not in self._source_of.values():
                self._doomed.discard(trial_id)
                delete(trial_id)
