"""Studies in shorthand come to the same events as without it, wherever they end and whatever comes together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.simulator_backend.brief_timetable import BriefTimetable
from syne_tune.backend.simulator_backend.simulator_config import SimulatorConfig
from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend
from syne_tune.config_space import randint, uniform
from syne_tune.event_log import Event, read_events
from syne_tune.optimizer.baselines import ASHA, RandomSearch
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.hyperband import HyperbandScheduler
from syne_tune.trial import Result, Trial

EPOCHS = 9
NO_DELAY = SimulatorConfig(0.0, 0.0, 0.0, 0.0, 0.0)


def table(num_configs: int = 60, same_speed: bool = False, epochs: int = EPOCHS) -> BlackboxTabular:
    random_state = np.random.RandomState(0)
    loss = random_state.rand(num_configs, 1) + 1 / np.arange(1, epochs + 1)
    speed = np.ones((num_configs, 1)) if same_speed else 1 + random_state.rand(num_configs, 1)
    values = np.stack([loss, speed * np.arange(1, epochs + 1)], axis=-1)[:, None]
    space = {"x": randint(0, num_configs - 1)}
    configs = pd.DataFrame({"x": np.arange(num_configs)})
    return BlackboxTabular(configs, space, {"epoch": randint(1, epochs)}, values, None, ["loss", "elapsed"])


def asha(blackbox: BlackboxTabular, **options: Any) -> ASHA:
    space = {**blackbox.configuration_space, "epochs": EPOCHS}
    return ASHA(space, metric="loss", resource_attr="epoch", max_resource_attr="epochs", random_seed=1, **options)


def random_search(blackbox: BlackboxTabular) -> RandomSearch:
    return RandomSearch({"first": 3, **blackbox.configuration_space}, metric="loss", random_seed=1)


def events(
    scheduler: TrialScheduler, blackbox: BlackboxTabular, delays: SimulatorConfig | None, n_workers: int, **limits: Any
) -> list[Event]:
    backend = UserBlackboxBackend(blackbox, "elapsed", max_resource_attr="epochs", simulator_config=delays)
    tuner = Tuner(backend, scheduler, StoppingCriterion(**limits), n_workers=n_workers)
    tuner.run()
    return list(read_events(tuner.tuner_path / "events.jsonl"))


@pytest.fixture
def courses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Number of events of each course."""
    found: list[int] = []
    run = BriefTimetable.run

    def noted(self: BriefTimetable, now: float, most_decisions: int) -> Any:
        course = run(self, now, most_decisions)
        found.append(0 if course is None else len(course.started) + len(course.left) + len(course.reports.times))
        return course

    monkeypatch.setattr(BriefTimetable, "run", noted)
    return found


SCHEDULERS: dict[str, Any] = {
    "one bracket": asha,
    "three brackets": lambda blackbox: asha(blackbox, brackets=3),
    "maximise": lambda blackbox: asha(blackbox, mode="max"),
    "random search": random_search,
}
LIMITS: list[dict[str, Any]] = [
    {"max_num_trials_finished": 20},
    {"max_num_trials_completed": 5, "max_wallclock_time": 200},
    {"max_num_trials_started": 33},
    {"max_num_evaluations": 91},
    {"max_wallclock_time": 30.5},
]


@pytest.mark.parametrize("same_speed", [False, True])
@pytest.mark.parametrize("kind", SCHEDULERS)
def test_it_makes_no_difference(
    kind: str, same_speed: bool, courses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    blackbox = table(same_speed=same_speed)
    for n_workers, delays in ((4, NO_DELAY), (40, None)):
        for limits in LIMITS:
            brief = events(SCHEDULERS[kind](blackbox), blackbox, delays, n_workers, **limits)
            with monkeypatch.context() as patched:
                patched.setattr(TrialScheduler, "shorthand", lambda self: None)
                patched.setattr(HyperbandScheduler, "shorthand", lambda self: None)
                patched.setattr(RandomSearch, "shorthand", lambda self: None, raising=False)
                number = len(courses)
                full = events(SCHEDULERS[kind](blackbox), blackbox, delays, n_workers, **limits)
                assert len(courses) == number
            assert brief == full
    assert sum(courses) > 500


@pytest.mark.parametrize("kind", SCHEDULERS)
def test_a_space_that_is_used_up_ends_the_run_alike(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blackbox = table(num_configs=23)
    brief = events(SCHEDULERS[kind](blackbox), blackbox, None, 5, max_wallclock_time=10_000)
    for owner in (HyperbandScheduler, RandomSearch):
        monkeypatch.setattr(owner, "shorthand", lambda self: None, raising=False)
    assert brief == events(SCHEDULERS[kind](blackbox), blackbox, None, 5, max_wallclock_time=10_000)
    assert len({event["config"]["x"] for event in brief if event.get("action") == "start"}) == 23


def test_curves_that_end_before_the_largest_resource_complete(courses: list[int]) -> None:
    blackbox = table(epochs=7)
    found = events(asha(blackbox), blackbox, None, 4, max_num_trials_finished=30)
    assert any(event["kind"] == "status" and event["status"] == "Completed" for event in found)
    assert sum(courses) > 50


class Overridden(ASHA):
    def on_trial_result(self, trial: Trial, result: Result) -> str:
        return super().on_trial_result(trial, result)


def test_there_is_no_shorthand_of_what_somebody_else_may_have_changed() -> None:
    space = {"x": uniform(0, 1), "epochs": EPOCHS}
    options: dict[str, Any] = {"metric": "loss", "resource_attr": "epoch", "max_resource_attr": "epochs"}
    for scheduler in (
        Overridden(space, **options),
        ASHA(space, type="promotion", **options),
        ASHA(space, search_options={"allow_duplicates": True}, **options),
        ASHA(space, searcher_data="all", **options),
        HyperbandScheduler(space, searcher="kde", **options),
    ):
        scheduler.suggest(0)
        assert scheduler.shorthand() is None
    plain = ASHA(space, **options)
    assert plain.shorthand() is None, "it has not been asked yet"
    plain.suggest(0)
    assert plain.shorthand() is not None
