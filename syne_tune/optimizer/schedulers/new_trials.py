"""New trials of a stretch whose searcher does not learn: :class:`NewTrials`."""

from __future__ import annotations

from typing import Any

from syne_tune.config_space import Space
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher, Upcoming

NewTrial = tuple[Upcoming, dict[str, Any]]
"""What the searcher suggests, and the configuration with constants."""


class NewTrials:
    """Takes suggestions many at once from a searcher, and tells it at the end how many of them were used.

    Args:
        searcher: Ignores reports; nobody else asks it before :meth:`close`.
        space: Its space.
    """

    def __init__(self, searcher: BaseSearcher, space: Space) -> None:
        self._searcher, self._space = searcher, space
        self._waiting: list[NewTrial] = []
        self._used: list[Upcoming] = []

    def upcoming(self, number: int) -> list[dict[str, Any]]:
        """Complete configurations of the next trials, at most ``number``; none if they are not known."""
        if not self._waiting:
            self.close()
            complete = self._space.complete_cast
            self._waiting = [(found, complete(found.config)) for found in self._searcher.upcoming(number)[::-1]]
        return [complete for _, complete in reversed(self._waiting)]

    def next(self, trial_id: int) -> NewTrial | None:
        """The next new trial.

        Args:
            trial_id: Its number.

        Returns:
            ``None`` if nothing is left to try.
        """
        if self._waiting:
            trial = self._waiting.pop()
            self._used.append(trial[0])
            return trial
        self.close()
        name = str(trial_id)
        config = self._searcher.get_config(trial_id=name)
        if config is None:
            return None
        self._searcher.register_pending(name, config)
        return Upcoming(config, *self._searcher.explain(config)), self._space.complete_cast(config)

    def close(self) -> None:
        """Tells the searcher what has been used."""
        if self._used:
            self._searcher.take(self._used)
            self._used = []
