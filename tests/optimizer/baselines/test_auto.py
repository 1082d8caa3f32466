"""The contract; that preparing is harmless; each choice, by what it does to suggestions and decisions."""

from __future__ import annotations

import random
from typing import Any

import cloudpickle
import pytest

from syne_tune.config_space import Space, choice, randint, uniform
from syne_tune.errors import ConfigSpaceError, OptionError, SchedulerError
from syne_tune.optimizer.baselines import AutoScheduler, RandomSearch
from syne_tune.optimizer.schedulers.auto import pace
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.trial import Config
from tests.optimizer.baselines.timed_study import TimedStudy, sphere

SPACE = {f"x{number}": uniform(0, 1) for number in range(3)}
EPOCHS = 9


class TestAutoScheduler(SchedulerContract):
    seeds = (0,)
    num_events = 50

    def make_scheduler(self, config_space: Space, random_seed: int) -> AutoScheduler:
        return AutoScheduler(config_space, metric="loss", random_seed=random_seed)


def auto(space: dict[str, Any] | None = None, **options: Any) -> AutoScheduler:
    return AutoScheduler(SPACE if space is None else space, "loss", random_seed=1, **options)


def decisions(study: TimedStudy) -> list[tuple[Any, ...]]:
    return [entry for entry in study.log if entry[0] == "report"]


def num_stopped(study: TimedStudy) -> int:
    return sum(entry[3] == "STOP" for entry in decisions(study))


@pytest.fixture
def no_gift(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts from the first trial on."""
    monkeypatch.setattr(pace, "_FREE_WORKER_SECONDS", 0.0)


@pytest.mark.usefixtures("no_gift")
class TestPreparing:
    """Whether, and how often, there is time to prepare makes no difference."""

    @staticmethod
    def study(seconds: float, workers: int, units: int, **options: Any) -> TimedStudy:
        space = SPACE if units == 1 else {**SPACE, "epochs": units}
        attr = None if units == 1 else "epoch"
        return TimedStudy(auto(space), workers, seconds, units, resource_attr=attr, failures=0.05, **options)

    @pytest.mark.parametrize(("seconds", "workers", "units"), [(1.0, 32, 1), (0.1, 64, 1), (0.2, 32, EPOCHS)])
    def test_changes_no_suggestion(self, seconds: float, workers: int, units: int) -> None:
        never = self.study(seconds, workers, units).run(140)
        always = self.study(seconds, workers, units, prepare=lambda event: True).run(140)
        at_random = random.Random(1)
        sometimes = self.study(seconds, workers, units, prepare=lambda event: at_random.random() < 0.3).run(140)
        assert "batch" in " ".join(never.sources)
        assert always.log == never.log
        assert sometimes.log == never.log

    @pytest.mark.parametrize("prepared", [False, True])
    def test_copy_goes_on_alike_whether_or_not_it_was_copied_before_preparing(self, prepared: bool) -> None:
        whole = self.study(1.0, 32, 1).run(160)
        parts = self.study(1.0, 32, 1)
        for _ in range(8):
            if prepared:
                parts.scheduler.prepare()
            parts.scheduler = cloudpickle.loads(cloudpickle.dumps(parts.scheduler))
            parts.run(20)
        assert parts.log == whole.log

    def test_makes_what_would_be_wanted(self) -> None:
        """The next suggestion after preparing needs no model any more."""
        study = self.study(1.0, 32, 1, prepare=lambda event: True)
        study.run(150)
        scheduler = study.scheduler
        assert isinstance(scheduler, AutoScheduler)
        scheduler.prepare()
        made = scheduler._paced._batches.make
        scheduler._paced._batches.make = pytest.fail  # type: ignore[method-assign]
        assert scheduler.suggest(len(study.trials)) is not None
        scheduler._paced._batches.make = made  # type: ignore[method-assign]


class TestPace:
    def test_long_trials_get_a_suggestion_of_their_own(self) -> None:
        assert set(TimedStudy(auto(), 4, 100.0).run(20).sources[4:]) == {"model"}

    def test_short_trials_on_many_workers_share_a_model(self) -> None:
        study = TimedStudy(auto(), 64, 1.0).run(160)
        assert set(study.sources[-40:]) == {"batch"}
        assert "64 workers" in study.reasons[-1]

    def test_shorter_ones_share_a_lighter_model(self) -> None:
        assert set(TimedStudy(auto(), 64, 0.1).run(160).sources[-40:]) == {"light batch"}

    def test_the_shortest_do_not_wait_for_a_model(self) -> None:
        study = TimedStudy(auto(), 64, 0.001).run(200)
        assert set(study.sources[-40:]) == {"random"}
        assert "too fast for a model" in study.reasons[-1]

    def test_a_short_study_of_a_fast_function_gets_a_model(self) -> None:
        assert set(TimedStudy(auto(), 1, 0.001).run(20).sources[3:]) == {"model"}

    def test_a_larger_limit_affords_more(self) -> None:
        reason = "each suggestion can be made for itself"
        assert reason not in TimedStudy(auto(), 4, 2.0).run(8).reasons[-1]
        assert reason in TimedStudy(auto(max_overhead=1.0), 4, 2.0).run(8).reasons[-1]

    def test_trials_that_become_long_end_the_batches(self) -> None:
        study = TimedStudy(auto(), 16, 0.5).run(60)
        assert "batch" in study.sources[-1]
        study._seconds = 1000.0
        study.run(36)
        assert study.sources[-1] == "model"

    def test_a_space_that_will_be_tried_anyway_needs_no_model(self) -> None:
        space = {"a": randint(1, 4), "b": choice(["u", "v"])}
        study = TimedStudy(auto(space, max_num_trials=8), 1, 100.0, value=lambda config, unit: config["a"]).run(20)
        assert len(study.trials) == 8
        assert "every configuration will be tried" in study.reasons[-1]

    def test_begins_like_random_search(self) -> None:
        """So that methods can be compared in pairs."""
        other = TimedStudy(RandomSearch(SPACE, "loss", random_seed=1), 3, 100.0).run(1)
        assert [t.config for t in TimedStudy(auto(), 3, 100.0).run(1).trials[:3]] == [
            t.config for t in other.trials[:3]
        ]

    def test_does_better_than_random_search_with_the_same_number_of_trials(self) -> None:
        def best(study: TimedStudy) -> float:
            return min(sphere(trial.config, 1) for trial in study.trials)

        random_search = TimedStudy(RandomSearch(SPACE, "loss", random_seed=1), 32, 1.0).run(150)
        assert best(TimedStudy(auto(), 32, 1.0).run(150)) < best(random_search)


def unrelated(config: Config, epoch: int) -> float:
    """Early values say nothing about the last one."""
    return sphere(config, 1) if epoch == EPOCHS else random.Random(f"{config['x0']}:{epoch}").random()


def reversed_at_the_end(config: Config, epoch: int) -> float:
    return sphere(config, 1) if epoch == EPOCHS else -sphere(config, 1)


class TestFidelity:
    @staticmethod
    def study(space: dict[str, Any], workers: int = 4, value: Any = sphere, **options: Any) -> TimedStudy:
        return TimedStudy(auto(space, **options), workers, 10.0, EPOCHS, value, resource_attr="epoch")

    def test_is_found_in_space_and_reports(self) -> None:
        study = self.study({**SPACE, "epochs": EPOCHS}).run(150)
        assert num_stopped(study) > 0
        assert any("at epoch 9" in reason for reason in study.reasons)

    def test_is_found_once_trials_have_run_to_their_end(self) -> None:
        study = self.study(SPACE, workers=2).run(120)
        first = next(place for place, entry in enumerate(decisions(study)) if entry[3] == "STOP")
        assert first > 2 * EPOCHS - 1
        assert "not known at which epoch that is" in decisions(study)[0][4]

    def test_what_was_reported_before_counts(self) -> None:
        """The early stopping that begins late knows all values of the rungs, and those of the end."""
        study = self.study(SPACE, workers=2).run(2 * EPOCHS)
        scheduler = study.scheduler
        assert isinstance(scheduler, AutoScheduler)
        assert scheduler._paced._observations.sizes() == {1: 2, 3: 2, 9: 2}

    @pytest.mark.parametrize("value", [unrelated, reversed_at_the_end])
    def test_rankings_that_do_not_agree_stop_nobody(self, value: Any) -> None:
        study = self.study({**SPACE, "epochs": EPOCHS}, value=value).run(300)
        stopped = [entry[1] for entry in decisions(study) if entry[3] == "STOP"]
        assert len(stopped) < len(study.trials) / 2
        if value is reversed_at_the_end:
            assert max(stopped, default=0) < 25
            assert any("show an agreement of" in entry[4] for entry in decisions(study))

    def test_parameter_of_the_space_is_no_resource(self) -> None:
        """Trials that are trained for different numbers of epochs cannot be compared on their way."""
        study = self.study({**SPACE, "epoch": randint(1, 9)}).run(60)
        assert num_stopped(study) == 0
        assert "no common resource" in decisions(study)[-1][4]

    def test_trials_that_end_anywhere_are_not_compared(self) -> None:
        scheduler = auto()
        for number in range(25):
            study = TimedStudy(scheduler, 1, 10.0, units=1 + number % 7, resource_attr="step")
            study.trials = [None] * number  # type: ignore[list-item]
            study.run(1 + number % 7)
            assert num_stopped(study) == 0
        assert scheduler._curves == {}

    def test_ends_trials_at_max_t(self) -> None:
        study = TimedStudy(auto(resource_attr="epoch", max_t=3), 1, 10.0, EPOCHS, resource_attr="epoch").run(20)
        assert max(entry[2] for entry in decisions(study)) == 3
        assert "max_t" in next(entry[4] for entry in decisions(study) if entry[3] == "STOP")

    def test_named_resource_must_be_reported(self) -> None:
        study = TimedStudy(auto(resource_attr="epochs", max_t=3), 1, 10.0, EPOCHS, resource_attr="epoch")
        with pytest.raises(SchedulerError, match="'epochs'"):
            study.run(1)


@pytest.mark.parametrize("overhead", [0, -1, 1.5, "much", True, float("nan")])
def test_overhead_must_be_a_share(overhead: Any) -> None:
    with pytest.raises(OptionError, match="max_overhead"):
        auto(max_overhead=overhead)


def test_takes_one_metric() -> None:
    with pytest.raises(OptionError, match="one metric"):
        AutoScheduler(SPACE, ["a", "b"])  # type: ignore[arg-type]


def test_bad_space_is_refused() -> None:
    with pytest.raises(ConfigSpaceError):
        AutoScheduler({"x": uniform(0, 1)}, "loss", points_to_evaluate=[{"x": 2.0}])
