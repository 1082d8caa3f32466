"""A study without tuner and backend, for tests of schedulers: :class:`ScriptedStudy`."""

from __future__ import annotations

import datetime
import math
import random
from contextlib import suppress
from typing import Any

from syne_tune import jsonio
from syne_tune.errors import SchedulerError
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler
from syne_tune.testing.spaces import MAX_RESOURCE
from syne_tune.trial import Config, Result, Status, Trial

DECISIONS = (SchedulerDecision.CONTINUE, SchedulerDecision.PAUSE, SchedulerDecision.STOP)

CREATED = datetime.datetime(2024, 1, 1)


class ScriptedStudy:
    """Plays tuner and backend for a scheduler: a sequence of random events, the same for the same seed and answers.

    Args:
        scheduler: The scheduler; may be replaced between two events.
        seed: Of the events, not of the scheduler.
        num_workers: So many trials run at a time.
        resource_attr: Name under which trials report 1, 2, 3, ...
        max_resource: Trials end there.
        failure_rate: Probability that a trial fails rather than reports.
        non_finite_rate: Probability that a report is NaN or infinite.
        restart_rate: Probability that a resumed trial begins from scratch.
        early_end_rate: Probability that a trial ends well after a report, although it has not reached the end.
        lost_rate: Probability that a trial is lost or stopped by somebody, rather than reports.
        repeat_rate: Probability that a trial repeats its last report, as after a retry.

    Attributes:
        log: All events and answers, to be compared.
        resource_attr: As above.
        given_up: Trials whose checkpoints the scheduler said can be removed.
        is_exhausted: Whether the scheduler had nothing left to suggest while no trial was running.
    """

    def __init__(  # noqa: PLR0913  # one rate per kind of event
        self,
        scheduler: TrialScheduler,
        seed: int,
        num_workers: int = 4,
        resource_attr: str = "epoch",
        max_resource: int = MAX_RESOURCE,
        failure_rate: float = 0.0,
        non_finite_rate: float = 0.0,
        restart_rate: float = 0.3,
        early_end_rate: float = 0.02,
        lost_rate: float = 0.0,
        repeat_rate: float = 0.0,
    ) -> None:
        self.scheduler = scheduler
        self.log: list[tuple[Any, ...]] = []
        self.is_exhausted = False
        self.trials: dict[int, Trial] = {}
        self.status: dict[int, str] = {}
        self.resource: dict[int, int] = {}
        self._random = random.Random(seed)
        self._num_workers = num_workers
        self.resource_attr = resource_attr
        self._max_resource = max_resource
        self._failure_rate = failure_rate
        self._non_finite_rate = non_finite_rate
        self._restart_rate = restart_rate
        self._early_end_rate = early_end_rate
        self._lost_rate = lost_rate
        self._repeat_rate = repeat_rate
        self._last_result: dict[int, Result] = {}
        self.given_up: set[int] = set()

    @property
    def running(self) -> list[int]:
        """Ids of the trials that run."""
        return [trial_id for trial_id, status in self.status.items() if status == Status.in_progress]

    @property
    def configs(self) -> list[Config]:
        """Configurations in the order in which they were started."""
        return [trial.config for trial in self.trials.values()]

    def run(self, num_events: int) -> ScriptedStudy:
        """Plays so many events, or fewer if nothing is left to do."""
        for _ in range(num_events):
            if self.is_exhausted:
                break
            self.play()
        return self

    def play(self) -> None:
        """Plays one event: a free worker asks, or a running trial moves on."""
        running = self.running
        if not running or (len(running) < self._num_workers and self._random.random() < 0.5):
            self._ask()
        else:
            self._move(self._random.choice(running))

    def _ask(self) -> None:
        trial_id = len(self.trials)
        self._check_checkpoints()
        suggestion = self.scheduler.suggest(trial_id)
        if suggestion is None:
            self.is_exhausted = not self.running
            self.log.append(("nothing",))
            return
        assert isinstance(suggestion.reason, str)
        jsonio.dumps(suggestion.facts)
        if suggestion.config is not None:
            self._check_config(suggestion.config)
        if suggestion.spawn_new_trial_id:
            self._start(trial_id, suggestion.config, suggestion.checkpoint_trial_id)
        else:
            self._resume(suggestion.checkpoint_trial_id, suggestion.config)
        self.log.append(("suggest", trial_id, suggestion))

    def _check_checkpoints(self) -> None:
        """What is said of checkpoints is true: given up for good, or of a trial that is paused."""
        self.given_up.update(self.scheduler.trials_checkpoints_can_be_removed())
        for paused in self.scheduler.paused_checkpoints():
            assert self.status[paused.trial_id] == Status.paused, f"trial {paused.trial_id} does not wait"
            assert 1 <= paused.rank <= paused.size, f"trial {paused.trial_id} has rank {paused.rank} of {paused.size}"

    def _check_config(self, config: Config) -> None:
        space = self.scheduler.space
        space.check(config, what="suggested configuration")
        assert set(config) == {*space.constants, *space.active(config)}, f"{config} is not complete"
        jsonio.dumps(config)

    def _start(self, trial_id: int, config: Config | None, parent: int | None) -> None:
        assert parent is None or parent in self.trials, f"trial {trial_id} starts from unknown trial {parent}"
        if config is None:
            assert parent is not None
            config = self.trials[parent].config
        self.trials[trial_id] = Trial(trial_id, dict(config), CREATED)
        self.status[trial_id] = Status.in_progress
        self.resource[trial_id] = 0
        self.scheduler.on_trial_add(self.trials[trial_id])

    def _resume(self, trial_id: int | None, config: Config | None) -> None:
        assert trial_id is not None
        assert self.status.get(trial_id) == Status.paused, f"trial {trial_id} is resumed, but is not paused"
        assert trial_id not in self.given_up, f"trial {trial_id} is resumed, but its checkpoint was given up"
        if config is not None:
            self.trials[trial_id].config = dict(config)
        self.status[trial_id] = Status.in_progress
        if self._random.random() < self._restart_rate:
            self.resource[trial_id] = 0

    def _move(self, trial_id: int) -> None:
        ends_early = trial_id in self._last_result and self._random.random() < self._early_end_rate
        if ends_early or self.resource[trial_id] >= self._max_resource:
            self._complete(trial_id)
        elif self._random.random() < self._failure_rate:
            self._fail(trial_id)
        elif self._happens(self._lost_rate):
            self._lose(trial_id)
        elif self.resource[trial_id] > 0 and self._happens(self._repeat_rate):
            self._hear(trial_id, self._last_result[trial_id])
        else:
            self._report(trial_id)

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self._random.random() < rate

    def _complete(self, trial_id: int) -> None:
        self.status[trial_id] = Status.completed
        self.log.append(("complete", trial_id))
        self.scheduler.on_trial_complete(self.trials[trial_id], self._last_result[trial_id])

    def _fail(self, trial_id: int) -> None:
        self.status[trial_id] = Status.failed
        self.log.append(("fail", trial_id))
        self.scheduler.on_trial_error(self.trials[trial_id])

    def _lose(self, trial_id: int) -> None:
        self.status[trial_id] = Status.stopped
        self.log.append(("lost", trial_id))
        self.scheduler.on_trial_remove(self.trials[trial_id])

    def _report(self, trial_id: int) -> None:
        self.resource[trial_id] += 1
        is_finite = self._random.random() >= self._non_finite_rate
        result: Result = {self.resource_attr: self.resource[trial_id], "st_worker_iter": 0}
        for place, name in enumerate(self.scheduler.metric_names()):
            result[name] = self._metric(trial_id, place) if is_finite else self._random.choice([math.nan, math.inf])
        self._hear(trial_id, result)
        if not is_finite:
            self._fail(trial_id)

    def _hear(self, trial_id: int, result: Result) -> None:
        decision = self.scheduler.on_trial_result(self.trials[trial_id], result)
        assert decision in DECISIONS, f"{decision!r} is not a decision"
        jsonio.dumps(getattr(decision, "facts", {}))
        self.log.append(("report", trial_id, self.resource[trial_id], str(decision), getattr(decision, "reason", "")))
        self._last_result[trial_id] = result
        is_finite = all(math.isfinite(result[name]) for name in self.scheduler.metric_names())
        if is_finite and decision != SchedulerDecision.CONTINUE:
            self.status[trial_id] = Status.paused if decision == SchedulerDecision.PAUSE else Status.stopped
            self.scheduler.on_trial_remove(self.trials[trial_id])

    def _metric(self, trial_id: int, place: int) -> float:
        """Depends on the configuration and falls with the resource; noisy."""
        quality = random.Random(f"{place}:{self.scheduler.space.match_string(self.trials[trial_id].config)}").random()
        return quality + 1.0 / self.resource[trial_id] + 0.2 * self._random.random()


def intrude(study: ScriptedStudy, draws: random.Random, may_be_late: bool = True) -> None:
    """Hands a scheduler a report that it must not use: a metric that makes no sense, or a report that comes too late.

    Args:
        study: The study, whose events and answers should be as if nothing had happened.
        draws: What is drawn from.
        may_be_late: Whether trials report after they were paused or stopped, or have failed, too.
    """
    if not study.trials:
        return
    trial_id = draws.choice(list(study.trials))
    scheduler, trial, status = study.scheduler, study.trials[trial_id], study.status[trial_id]
    names = scheduler.metric_names()
    result: Result = {**dict.fromkeys(names, 0.0), study.resource_attr: study.resource[trial_id] + 1}
    if status == Status.in_progress:
        result[draws.choice(names)] = draws.choice([None, "much", [1.0]])
        with suppress(SchedulerError):
            raise AssertionError(f"{result} was answered by {scheduler.on_trial_result(trial, result)!r}")
    elif may_be_late and status != Status.completed:
        with suppress(SchedulerError):
            assert scheduler.on_trial_result(trial, result) in DECISIONS
