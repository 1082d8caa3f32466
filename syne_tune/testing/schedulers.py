"""What every scheduler must satisfy: :class:`SchedulerContract`, to be derived from::

    from syne_tune.testing.schedulers import SchedulerContract

    class TestMyScheduler(SchedulerContract):
        def make_scheduler(self, config_space, random_seed):
            return MyScheduler(config_space, metric="loss", random_seed=random_seed)

pytest then runs each test over it. The scheduler is driven by a
:class:`~syne_tune.testing.scripted_study.ScriptedStudy`, in which several workers report, finish, fail and get lost in
random order, and which checks every answer.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import cloudpickle
import numpy as np

from syne_tune import jsonio
from syne_tune.config_space import Space
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.testing.scripted_study import ScriptedStudy, intrude
from syne_tune.testing.spaces import conditional_space, finite_space, mixed_space


class SchedulerContract:
    """Derive from this class, and say how the scheduler is made.

    Attributes:
        seeds: Seeds with which each test is run.
        resource_attr: Name under which trials report their resource.
        num_events: Length of each scripted study.
        repeats_configurations: Whether the scheduler may start the same configuration twice.
        ends_on_finite_spaces: Whether it stops suggesting once every configuration of a finite space was started.
        explains: Whether every suggestion and every decision carries a reason.
        ignores_intruders: Whether reports that come after a trial was paused or stopped, and such that cannot be used,
            leave no trace. The tuner withholds the former, so that this is more than the contract asks for.
        most_bytes_per_trial: So much may a pickled scheduler grow per trial.
    """

    seeds: tuple[int, ...] = (0, 1, 2)
    resource_attr: str = "epoch"
    num_events: int = 150
    repeats_configurations: bool = False
    ends_on_finite_spaces: bool = True
    explains: bool = True
    ignores_intruders: bool = False
    most_bytes_per_trial: int = 10_000

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

    def test_disorder_does_not_end_it(self) -> None:
        """Many workers, of which some fail, get lost, or repeat themselves."""
        for study in self.studies(num_workers=12, failure_rate=0.05, lost_rate=0.05, repeat_rate=0.1):
            study.run(self.num_events)
            assert not study.is_exhausted

    def test_intruders_leave_no_trace(self) -> None:
        """Late reports, and such that cannot be used, are answered or refused, and all else stays as it was."""
        if not self.ignores_intruders:
            return
        for seed in self.seeds:
            study = self.study(seed, failure_rate=0.05)
            for number in range(self.num_events):
                intrude(study, random.Random(number))
                study.run(1)
            assert study.log == self.study(seed, failure_rate=0.05).run(self.num_events).log

    def test_memory_is_bounded(self) -> None:
        """A pickled scheduler grows by a bounded number of bytes per trial."""
        study = self.study(self.seeds[0], max_resource=1)
        sizes = []
        for _ in range(2):
            study.run(self.num_events)
            sizes.append((len(study.trials), len(cloudpickle.dumps(study.scheduler))))
        (few, small), (many, large) = sizes
        assert large - small <= self.most_bytes_per_trial * max(1, many - few)

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
