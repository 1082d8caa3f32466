"""A searcher that catches up with what has happened when it is asked: :class:`LateSearcher`.

Telling a model-based searcher about a trial costs time even if it is never asked. So events are kept in a list, and are
handed over once its suggestion is wanted. The same list brings a new searcher to the state of knowledge of the one it
replaces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.trial import Config

MOST_EVENTS = 20_000
"""A study with more events makes batches, whose model reads arrays; the list is given up."""


class TrialEvent(NamedTuple):
    """What a searcher is told.

    Attributes:
        kind: ``"begin"``, ``"value"``, ``"end"`` or ``"fail"``.
        trial_id: The trial.
        config: Its configuration; for ``"begin"`` and ``"value"``.
        value: The metric as reported; for ``"value"``.
        level: Level of the value, or the next level of a trial that begins; 0: its end.
    """

    kind: str
    trial_id: str
    config: Config | None = None
    value: float = 0.0
    level: int = 0


class Journal:
    """Events in order; closed once there are :data:`MOST_EVENTS`."""

    def __init__(self) -> None:
        self.events: list[TrialEvent] = []
        self.is_open = True

    def note(self, event: TrialEvent) -> None:
        """Appends an event."""
        if not self.is_open:
            return
        self.events.append(event)
        if len(self.events) >= MOST_EVENTS:
            self.is_open = False
            self.events.clear()


class LateSearcher:
    """A searcher and how far it has read the journal.

    Args:
        searcher: Has not been told anything yet.
        metric: Name of the metric.
        resource_attr: Name of the resource, if the searcher knows levels.
        max_resource: The level that 0 stands for.
    """

    def __init__(
        self, searcher: BaseSearcher, metric: str, resource_attr: str | None = None, max_resource: int = 0
    ) -> None:
        self._searcher = searcher
        self._metric = metric
        self._resource_attr = resource_attr
        self._max_resource = max_resource
        self._read = 0
        self._tell: dict[str, Callable[[TrialEvent], None]] = {
            "begin": self._begin,
            "value": self._value,
            "end": self._end,
            "fail": self._fail,
        }

    def suggest(self, journal: Journal, trial_id: str) -> tuple[dict[str, Any] | None, str, dict[str, Any]]:
        """Reads on to the end of the journal, and suggests.

        Returns:
            Configuration, reason and facts.
        """
        for event in journal.events[self._read :]:
            self._tell[event.kind](event)
        self._read = len(journal.events)
        config = self._searcher.get_config(trial_id=trial_id)
        if config is None:
            return None, "", {}
        return config, *self._searcher.explain(config)

    def _begin(self, event: TrialEvent) -> None:
        milestone = None if self._resource_attr is None else event.level or self._max_resource
        self._searcher.register_pending(event.trial_id, event.config, milestone)

    def _value(self, event: TrialEvent) -> None:
        assert event.config is not None, "values are noted with their configuration"
        result: dict[str, Any] = {self._metric: event.value}
        if self._resource_attr is not None:
            result[self._resource_attr] = event.level or self._max_resource
        self._searcher.on_trial_result(event.trial_id, event.config, result, update=True)

    def _end(self, event: TrialEvent) -> None:
        self._searcher.cleanup_pending(event.trial_id)

    def _fail(self, event: TrialEvent) -> None:
        self._searcher.evaluation_failed(event.trial_id)
