from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

import pytest

from syne_tune.optimizer.schedulers.searchers import RandomSearcher
from syne_tune.trial import Trial


def _trial_of(trial_id: int, config: dict[str, Any] | None = None) -> Trial:
    return Trial(trial_id, config or {}, datetime.datetime(2024, 1, 1))


class RecordingSearcher(RandomSearcher):
    """Random search that keeps the books a model-based searcher would keep."""

    def __init__(self, config_space: Any, resource_attr: str = "epoch", **kwargs: Any) -> None:
        super().__init__(config_space, "loss", **kwargs)
        self.resource_attr = resource_attr
        self.pending: dict[str, set[int | None]] = defaultdict(set)
        self.learned: dict[str, dict[int, float]] = defaultdict(dict)
        self.failed: list[str] = []
        self.seen: list[tuple[str, Any, bool]] = []
        self.asked: list[dict[str, Any]] = []

    def get_config(self, **kwargs):
        self.asked.append(kwargs)
        return super().get_config(**kwargs)

    def on_trial_result(self, trial_id, config, result, update):
        self.seen.append((trial_id, dict(result), update))
        super().on_trial_result(trial_id, config, result, update)

    def _update(self, trial_id, config, result):
        level = result.get(self.resource_attr)
        assert level not in self.learned[trial_id], "learned twice"
        self.learned[trial_id][level] = result["loss"]
        self.pending[trial_id].discard(level)

    def register_pending(self, trial_id, config=None, milestone=None):
        super().register_pending(trial_id, config, milestone)
        assert milestone not in self.pending[trial_id], "pending twice"
        self.pending[trial_id].add(milestone)

    def cleanup_pending(self, trial_id):
        super().cleanup_pending(trial_id)
        self.pending.pop(trial_id, None)

    def evaluation_failed(self, trial_id):
        super().evaluation_failed(trial_id)
        self.failed.append(trial_id)
        self.pending.pop(trial_id, None)

    def remove_case(self, trial_id, **kwargs):
        del self.learned[trial_id][kwargs[self.resource_attr]]

    def all_pending(self) -> dict[str, set[int | None]]:
        return {trial_id: levels for trial_id, levels in self.pending.items() if levels}


@pytest.fixture
def recording_searcher() -> type[RecordingSearcher]:
    return RecordingSearcher


@pytest.fixture
def trial_of() -> Any:
    return _trial_of
