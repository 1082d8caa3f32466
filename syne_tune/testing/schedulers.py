"""What every scheduler must satisfy: :class:`SchedulerContract`, to be derived from::

    from syne_tune.testing.schedulers import SchedulerContract

    class TestMyScheduler(SchedulerContract):
        def make_scheduler(self, config_space, random_seed):
            return MyScheduler(config_space, metric="loss", random_seed=random_seed)

pytest then runs each test over it. The scheduler is driven by a :class:`ScriptedStudy`, in which several workers
report, finish and fail in random order, and which checks every answer.
"""

from __future__ import annotations

import copy
import datetime
import math
import random
from collections.abc import Iterator
from typing import Any

import cloudpickle
import numpy as np

from syne_tune import jsonio
from syne_tune.config_space import Space
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler
from syne_tune.testing.spaces import MAX_RESOURCE, conditional_space, finite_space, mixed_space
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

    Attributes:
        log: All events and answers, to be compared.
        is_exhausted: Whether the scheduler had nothing left to suggest while no trial was running.
    """

    def __init__(
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
    ) -> None:
        self.scheduler = scheduler
        self.log: list[tuple[Any, ...]] = []
        self.is_exhausted = False
        self.trials: dict[int, Trial] = {}
        self.status: dict[int, str] = {}
        self.resource: dict[int, int] = {}
        self._random = random.Random(seed)
        self._num_workers = num_workers
        self._resource_attr = resource_attr
        self._max_resource = max_resource
        self._failure_rate = failure_rate
        self._non_finite_rate = non_finite_rate
        self._restart_rate = restart_rate
        self._early_end_rate = early_end_rate
        self._last_result: dict[int, Result] = {}

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
        else:
            self._report(trial_id)

    def _complete(self, trial_id: int) -> None:
        self.status[trial_id] = Status.completed
        self.log.append(("complete", trial_id))
        self.scheduler.on_trial_complete(self.trials[trial_id], self._last_result[trial_id])

    def _fail(self, trial_id: int) -> None:
        self.status[trial_id] = Status.failed
        self.log.append(("fail", trial_id))
        self.scheduler.on_trial_error(self.trials[trial_id])

    def _report(self, trial_id: int) -> None:
        self.resource[trial_id] += 1
        is_finite = self._random.random() >= self._non_finite_rate
        result: Result = {self._resource_attr: self.resource[trial_id], "st_worker_iter": 0}
        for place, name in enumerate(self.scheduler.metric_names()):
            result[name] = self._metric(trial_id, place) if is_finite else self._random.choice([math.nan, math.inf])
        decision = self.scheduler.on_trial_result(self.trials[trial_id], result)
        assert decision in DECISIONS, f"{decision!r} is not a decision"
        jsonio.dumps(getattr(decision, "facts", {}))
        self.log.append(("report", trial_id, self.resource[trial_id], str(decision), getattr(decision, "reason", "")))
        self._last_result[trial_id] = result
        if not is_finite:
            self._fail(trial_id)
        elif decision != SchedulerDecision.CONTINUE:
            self.status[trial_id] = Status.paused if decision == SchedulerDecision.PAUSE else Status.stopped
            self.scheduler.on_trial_remove(self.trials[trial_id])

    def _metric(self, trial_id: int, place: int) -> float:
        """Depends on the configuration and falls with the resource; noisy."""
        quality = random.Random(f"{place}:{self.scheduler.space.match_string(self.trials[trial_id].config)}").random()
        return quality + 1.0 / self.resource[trial_id] + 0.2 * self._random.random()


class SchedulerContract:
    """Derive from this class, and say how the scheduler is made.

    Attributes:
        seeds: Seeds with which each test is run.
        resource_attr: Name under which trials report their resource.
        num_events: Length of each scripted study.
        repeats_configurations: Whether the scheduler may start the same configuration twice.
        ends_on_finite_spaces: Whether it stops suggesting once every configuration of a finite space was started.
        explains: Whether every suggestion and every decision carries a reason.
    """

    seeds: tuple[int, ...] = (0, 1, 2)
    resource_attr: str = "epoch"
    num_events: int = 150
    repeats_configurations: bool = False
    ends_on_finite_spaces: bool = True
    explains: bool = True

    def make_scheduler(self, config_space: Space, random_seed: int) -> TrialScheduler:
        """A new scheduler.

        Args:
            config_space: Has the constant ``epochs``, up to which trials report.
            random_seed: Equal seeds must give equal behaviour.
        """
        raise NotImplementedError

    def study(self, seed: int, space: Space | None = None, **kwargs: Any) -> ScriptedStudy:
        """A scripted study of a new scheduler; ``kwargs`` as for :class:`ScriptedStudy`."""
        scheduler = self.make_scheduler(mixed_space() if space is None else space, seed)
        return ScriptedStudy(scheduler, seed, resource_attr=self.resource_attr, **kwargs)

    def studies(self, **kwargs: Any) -> Iterator[ScriptedStudy]:
        """One study per seed."""
        return (self.study(seed, **kwargs) for seed in self.seeds)

    # -- suggestions and decisions: most is checked by ScriptedStudy ---------------------------------------------

    def test_works_on_mixed_spaces(self) -> None:
        """Suggestions are complete and lie in the space; only paused trials are resumed; decisions are legal."""
        for study in self.studies():
            assert study.run(self.num_events).trials

    def test_works_on_conditional_spaces(self) -> None:
        """Also with conditions and constraints."""
        for study in self.studies(space=conditional_space()):
            assert study.run(self.num_events).trials

    def test_works_with_one_worker(self) -> None:
        """Also one trial after the other."""
        for study in self.studies(num_workers=1):
            assert study.run(self.num_events).trials

    def test_no_configuration_is_started_twice(self) -> None:
        """Not even if trials fail."""
        if self.repeats_configurations:
            return
        for study in self.studies(space=finite_space(), failure_rate=0.1):
            space = study.scheduler.space
            started = [space.match_string(config) for config in study.run(self.num_events).configs]
            assert len(started) == len(set(started))

    def test_finite_space_ends(self) -> None:
        """After every configuration was started, there is nothing left to suggest, and that stays so."""
        if not self.ends_on_finite_spaces:
            return
        for study in self.studies(space=finite_space()):
            study.run(10 * self.num_events)
            assert study.is_exhausted
            assert len(study.trials) == finite_space().size()
            assert study.scheduler.suggest(len(study.trials)) is None

    def test_explains_itself(self) -> None:
        """Every suggestion and every decision has a reason."""
        if not self.explains:
            return
        for study in self.studies():
            for event in study.run(self.num_events).log:
                assert event[0] != "suggest" or event[2].reason, event
                assert event[0] != "report" or event[4], event

    # -- bad input -----------------------------------------------------------------------------------------------

    def test_failures_do_not_end_it(self) -> None:
        """A third of all events is a failure."""
        for study in self.studies(failure_rate=0.3):
            study.run(self.num_events)
            assert not study.is_exhausted

    def test_non_finite_metrics_do_not_end_it(self) -> None:
        """A fifth of all reports is NaN or infinite."""
        for study in self.studies(non_finite_rate=0.2):
            study.run(self.num_events)
            assert not study.is_exhausted

    # -- purity --------------------------------------------------------------------------------------------------

    def test_same_calls_same_answers(self) -> None:
        """Two schedulers made alike answer alike, whatever else is drawn meanwhile."""
        for seed in self.seeds:
            first = self.study(seed, failure_rate=0.05).run(self.num_events)
            np.random.random_sample(7)
            assert self.study(seed, failure_rate=0.05).run(self.num_events).log == first.log

    def test_global_randomness_is_untouched(self) -> None:
        """Neither NumPy's nor Python's."""
        before = repr(np.random.get_state()), random.getstate()
        self.study(self.seeds[0]).run(self.num_events)
        assert (repr(np.random.get_state()), random.getstate()) == before

    def test_preparing_changes_nothing(self) -> None:
        """A scheduler that prepares while no worker is free gives the answers it would have given anyway."""
        for seed in self.seeds:
            study = self.study(seed)
            if type(study.scheduler).prepare is TrialScheduler.prepare:
                return
            for _ in range(self.num_events):
                study.scheduler.prepare()
                study.run(1)
            assert study.log == self.study(seed).run(self.num_events).log

    def test_copy_goes_on_alike(self) -> None:
        """Replaced by a deep copy of itself at any time, and the copy by a pickled one, it goes on as if it had not."""
        for seed in self.seeds:
            expected = self.study(seed, failure_rate=0.05).run(self.num_events).log
            study = self.study(seed, failure_rate=0.05)
            for number in range(self.num_events):
                if number % 7 == seed % 7:
                    study.scheduler = cloudpickle.loads(cloudpickle.dumps(copy.deepcopy(study.scheduler)))
                study.run(1)
            assert study.log == expected

    def test_pristine_copy_repeats_everything(self) -> None:
        """A copy made before the first call, as the tuner keeps one, repeats all answers: how studies are resumed."""
        for seed in self.seeds:
            scheduler = self.make_scheduler(mixed_space(), seed)
            pristine = cloudpickle.dumps(scheduler)
            log = ScriptedStudy(scheduler, seed, resource_attr=self.resource_attr).run(self.num_events).log
            copied = ScriptedStudy(cloudpickle.loads(pristine), seed, resource_attr=self.resource_attr)
            assert copied.run(self.num_events).log == log

    # -- description ---------------------------------------------------------------------------------------------

    def test_describes_itself(self) -> None:
        """Metric names, modes and metadata have the documented form, and JSON can hold them."""
        scheduler = self.make_scheduler(mixed_space(), self.seeds[0])
        names, modes = scheduler.metric_names(), scheduler.metric_mode()
        assert names
        assert all(isinstance(name, str) for name in names)
        assert all(mode in ("min", "max") for mode in ([modes] if isinstance(modes, str) else modes))
        assert isinstance(modes, str) or len(modes) == len(names)
        metadata = scheduler.metadata()
        assert {"metric_names", "metric_mode", "scheduler_name", "config_space"} <= metadata.keys()
        assert Space.from_json(metadata["config_space"]) == scheduler.space
        jsonio.dumps(metadata)
