"""What the runner leaves to the loop; that both come to the same is in ``test_simulated_study.py``, too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from syne_tune import StoppingCriterion, Tuner
from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend
from syne_tune.callbacks.callback import TunerCallback
from syne_tune.config_space import randint
from syne_tune.errors import SchedulerError
from syne_tune.event_log import Event, read_events
from syne_tune.optimizer.baselines import RandomSearch
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.trial import Result, Trial


class Whimsical(TrialScheduler):
    """Refuses some reports, pauses some trials, goes on with them later, and starts others from their checkpoints."""

    def __init__(self) -> None:
        super().__init__({"x": randint(0, 19)})
        self.paused: list[int] = []

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        if len(self.paused) > 2:
            return TrialSuggestion.resume_suggestion(self.paused.pop(0), reason="its turn")
        if trial_id >= 25:
            return None
        source = self.paused[0] if self.paused and trial_id % 5 == 0 else None
        return TrialSuggestion.start_suggestion({"x": trial_id % 20}, source, reason="next", facts_of=[trial_id])

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        if trial.trial_id % 7 == 3 and result["epoch"] == 2:
            raise SchedulerError("not today")
        if trial.trial_id % 3 == 1 and result["epoch"] in (2, 4):
            self.paused.append(trial.trial_id)
            return Decision(SchedulerDecision.PAUSE, "a rest", epoch=result["epoch"])
        return SchedulerDecision.CONTINUE

    def metric_names(self) -> list[str]:
        return ["loss"]


class Diary(TunerCallback):
    def __init__(self, one_by_one: bool) -> None:
        self.one_by_one = one_by_one
        self.lines: list[tuple[Any, ...]] = []

    @property
    def needs_single_reports(self) -> bool:
        return self.one_by_one

    def on_start_trial(self, trial: Trial) -> None:
        self.lines.append(("start", trial.trial_id))

    def on_resume_trial(self, trial: Trial) -> None:
        self.lines.append(("resume", trial.trial_id))

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        self.lines.append(("complete", trial.trial_id, result["epoch"]))


def table() -> BlackboxTabular:
    random_state = np.random.RandomState(0)
    seconds = np.arange(1.0, 7.0) * (1 + random_state.rand(20, 1))
    values = np.stack([random_state.rand(20, 6), seconds], axis=-1)[:, None]
    space = {"x": randint(0, 19)}
    return BlackboxTabular(
        pd.DataFrame({"x": np.arange(20)}), space, {"epoch": randint(1, 6)}, values, None, ["loss", "elapsed"]
    )


def run(scheduler: TrialScheduler, one_by_one: bool, **limits: Any) -> tuple[list[Event], list[tuple[Any, ...]]]:
    diary = Diary(one_by_one)
    tuner = Tuner(
        UserBlackboxBackend(table(), "elapsed"),
        scheduler,
        StoppingCriterion(**limits),
        n_workers=3,
        callbacks=[diary],
        max_failures=10,
    )
    tuner.run()
    return list(read_events(tuner.tuner_path / "events.jsonl")), diary.lines


def test_whatever_a_scheduler_of_somebody_else_does_is_the_same_as_in_the_loop() -> None:
    slow, fast = (run(Whimsical(), one_by_one, max_wallclock_time=500)[0] for one_by_one in (True, False))
    kinds = {event["kind"] for event in slow}
    assert {"suggest", "report", "status"} <= kinds
    assert {event.get("action") for event in slow} >= {"start", "resume", "exhausted"}
    assert any(event.get("checkpoint_trial_id") is not None for event in slow)
    assert any(event.get("failure") for event in slow)
    assert slow == fast


def test_callbacks_are_told_in_order() -> None:
    scheduler = {"config_space": {"x": randint(0, 19)}, "metric": "loss", "random_seed": 1}
    slow, fast = (run(RandomSearch(**scheduler), alone, max_num_trials_finished=9)[1] for alone in (True, False))  # type: ignore[arg-type]
    assert slow == fast
    assert [line for line in slow if line[0] == "complete"][-1][2] == 6
