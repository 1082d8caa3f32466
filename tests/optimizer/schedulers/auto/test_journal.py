"""A searcher that reads later is told the same."""

from __future__ import annotations

from typing import Any

from syne_tune.config_space import uniform
from syne_tune.optimizer.schedulers.auto import journal as journal_module
from syne_tune.optimizer.schedulers.auto.journal import Journal, LateSearcher, TrialEvent
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher


class Listener(BaseSearcher):
    """Remembers what it is told."""

    def __init__(self) -> None:
        super().__init__({"x": uniform(0, 1)}, "loss")
        self.told: list[Any] = []

    def get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        return {"x": 0.5} if self.told else None

    def register_pending(self, trial_id: str, config: Any = None, milestone: int | None = None) -> None:
        self.told.append(("begin", trial_id, milestone))

    def _update(self, trial_id: str, config: Any, result: Any) -> None:
        self.told.append(("value", trial_id, result))

    def cleanup_pending(self, trial_id: str) -> None:
        self.told.append(("end", trial_id))

    def evaluation_failed(self, trial_id: str) -> None:
        self.told.append(("fail", trial_id))


def test_everything_is_told_once_and_in_order() -> None:
    journal, listener = Journal(), Listener()
    late = LateSearcher(listener, "loss", "epoch", 9)
    assert late.suggest(journal, "0") == (None, "", {})
    journal.note(TrialEvent("begin", "0", {"x": 0.1}, level=3))
    journal.note(TrialEvent("value", "0", {"x": 0.1}, 2.0, 3))
    journal.note(TrialEvent("begin", "1", {"x": 0.2}))
    assert late.suggest(journal, "2")[0] == {"x": 0.5}
    journal.note(TrialEvent("value", "1", {"x": 0.2}, 1.0))
    journal.note(TrialEvent("end", "0"))
    journal.note(TrialEvent("fail", "1"))
    late.suggest(journal, "3")
    assert listener.told == [
        ("begin", "0", 3),
        ("value", "0", {"loss": 2.0, "epoch": 3}),
        ("begin", "1", 9),
        ("value", "1", {"loss": 1.0, "epoch": 9}),
        ("end", "0"),
        ("fail", "1"),
    ]


def test_single_fidelity_knows_no_levels() -> None:
    journal, listener = Journal(), Listener()
    journal.note(TrialEvent("begin", "0", {"x": 0.1}))
    journal.note(TrialEvent("value", "0", {"x": 0.1}, 2.0))
    LateSearcher(listener, "loss").suggest(journal, "1")
    assert listener.told == [("begin", "0", None), ("value", "0", {"loss": 2.0})]


def test_is_given_up_when_too_long(monkeypatch: Any) -> None:
    monkeypatch.setattr(journal_module, "MOST_EVENTS", 3)
    journal = Journal()
    for number in range(5):
        journal.note(TrialEvent("end", str(number)))
    assert not journal.is_open
    assert journal.events == []
