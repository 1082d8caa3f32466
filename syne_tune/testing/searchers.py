"""What every searcher must satisfy: :class:`SearcherContract`, to be derived from::

    from syne_tune.testing.searchers import SearcherContract

    class TestMySearcher(SearcherContract):
        def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
            return MySearcher(config_space, "loss", points_to_evaluate, random_seed=random_seed)

pytest then runs each test over it.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import cloudpickle
import numpy as np

from syne_tune import jsonio
from syne_tune.config_space import Space
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.testing.spaces import conditional_space, finite_space, mixed_space

Configs = list[dict[str, Any]]


class ScriptedSearch:
    """Plays the scheduler for a searcher: a sequence of random events, the same for the same seed and answers.

    Args:
        searcher: The searcher; may be replaced between two events.
        seed: Of the events, not of the searcher.
        metric: What is reported; several names for several objectives.
        disorder: Whether trials also report NaN that is not to be learned, report twice what is learned, and are
            heard of after their end.

    Attributes:
        configs: What the searcher returned, in order.
        is_exhausted: Whether it returned ``None``.
    """

    def __init__(
        self, searcher: BaseSearcher, seed: int, metric: str | Sequence[str] = "loss", disorder: bool = False
    ) -> None:
        self.searcher = searcher
        self.configs: Configs = []
        self.is_exhausted = False
        self._random = random.Random(seed)
        self._metrics = [metric] if isinstance(metric, str) else list(metric)
        self._resource: dict[int, int] = {}
        self._disorder = disorder

    def run(self, num_events: int) -> ScriptedSearch:
        """Plays so many events."""
        for _ in range(num_events):
            if not self._resource or (not self.is_exhausted and self._random.random() < 0.4):
                self._ask()
            else:
                self._move(self._random.choice(list(self._resource)))
            if self._disorder and self.configs:
                self._disturb(self._random.randrange(len(self.configs)))
        return self

    def _disturb(self, number: int) -> None:
        config, trial_id = self.configs[number], str(number)
        if number not in self._resource:
            self._random.choice([self.searcher.cleanup_pending, self.searcher.evaluation_failed])(trial_id)
            return
        is_learned = self._resource[number] > 0 and self._random.random() < 0.5
        value = self._random.random() if is_learned else math.nan
        result = {**dict.fromkeys(self._metrics, value), "epoch": max(1, self._resource[number])}
        for _ in range(2):
            self.searcher.on_trial_result(trial_id, config, result, update=is_learned)

    def _ask(self) -> None:
        number = len(self.configs)
        config = self.searcher.get_config(trial_id=str(number))
        self.is_exhausted = config is None
        if config is None:
            return
        reason, facts = self.searcher.explain(config)
        assert isinstance(reason, str)
        jsonio.dumps(facts)
        self.configs.append(config)
        self._resource[number] = 0
        self.searcher.register_pending(str(number), config)

    def _move(self, number: int) -> None:
        event = self._random.choice(["report", "report", "report", "complete", "fail", "remove"])
        config, trial_id = self.configs[number], str(number)
        if event == "fail":
            self.searcher.evaluation_failed(trial_id)
        elif event == "remove":
            self.searcher.cleanup_pending(trial_id)
        else:
            self._resource[number] += 1
            values = {name: self._random.random() for name in self._metrics}
            result = {**values, "epoch": self._resource[number]}
            self.searcher.on_trial_result(trial_id, config, result, update=event == "complete")
        if event != "report":
            del self._resource[number]


class SearcherContract:
    """Derive from this class, and say how the searcher is made.

    Attributes:
        seeds: Seeds with which each test is run.
        metric: What is reported.
        num_events: Length of each script.
        repeats_configurations: Whether the searcher may suggest the same configuration twice.
        covers_finite_spaces: Whether it suggests every configuration of a finite space before it returns ``None``.
        most_bytes_per_configuration: So much may a pickled searcher grow per configuration.
    """

    seeds: tuple[int, ...] = (0, 1, 2)
    metric: str | Sequence[str] = "loss"
    num_events: int = 100
    repeats_configurations: bool = False
    covers_finite_spaces: bool = True
    most_bytes_per_configuration: int = 10_000

    def make_searcher(
        self, config_space: Space, random_seed: int, points_to_evaluate: Configs | None = None
    ) -> BaseSearcher:
        """A new searcher; equal seeds must give equal behaviour."""
        raise NotImplementedError

    def search(self, seed: int, make_space: Callable[[], Space] = mixed_space) -> ScriptedSearch:
        """A script for a new searcher."""
        return ScriptedSearch(self.make_searcher(make_space(), seed), seed, self.metric)

    @staticmethod
    def match_strings(space: Space, configs: Sequence[dict[str, Any]]) -> list[str]:
        """Strings by which configurations can be compared."""
        return [space.match_string(config) for config in configs]

    # -- suggestions ---------------------------------------------------------------------------------------------

    def test_configurations_lie_in_the_space(self) -> None:
        """Also with conditions and constraints; all active parameters are there."""
        for make_space in (mixed_space, conditional_space, finite_space):
            for seed in self.seeds:
                for config in self.search(seed, make_space).run(self.num_events).configs:
                    make_space().check(config)

    def test_initial_configurations_come_first(self) -> None:
        """Partial ones are completed, duplicates dropped, the order kept."""
        space = mixed_space()
        points: Configs = [{"lr": 0.1}, {"units": 64, "layers": 2}, {"lr": 0.1}]
        searcher = self.make_searcher(space, 0, points)
        first = [searcher.get_config(trial_id=str(number)) or {} for number in range(2)]
        expected = space.complete_points(points)
        assert self.match_strings(space, first) == self.match_strings(space, expected)

    def test_default_configuration_comes_first(self) -> None:
        """If no initial configurations are given."""
        space = mixed_space()
        first = self.make_searcher(space, 0).get_config(trial_id="0")
        assert first is not None
        assert space.match_string(first) == space.match_string(space.default())

    def test_trial_id_is_not_needed(self) -> None:
        """``get_config()`` works without arguments."""
        assert self.make_searcher(mixed_space(), 0).get_config() is not None

    def test_no_configuration_comes_twice(self) -> None:
        """Whatever happens to the trials."""
        if self.repeats_configurations:
            return
        for seed in self.seeds:
            configs = self.search(seed, finite_space).run(self.num_events).configs
            strings = self.match_strings(finite_space(), configs)
            assert len(strings) == len(set(strings))

    def test_finite_space_is_used_up(self) -> None:
        """``None`` comes after every configuration has come, and again and again."""
        if not self.covers_finite_spaces:
            return
        for seed in self.seeds:
            searcher = self.make_searcher(finite_space(), seed)
            size = finite_space().size() or 0
            configs = [searcher.get_config(trial_id=str(number)) for number in range(size)]
            assert all(configs)
            assert searcher.get_config(trial_id="last") is None
            assert searcher.get_config() is None

    def test_disorder_does_not_end_it(self) -> None:
        """Reports come twice, or are not finite, and trials are heard of after their end."""
        for seed in self.seeds:
            search = ScriptedSearch(self.make_searcher(mixed_space(), seed), seed, self.metric, disorder=True)
            search.run(self.num_events)
            assert not search.is_exhausted

    def test_memory_is_bounded(self) -> None:
        """A pickled searcher grows by a bounded number of bytes per configuration."""
        search, sizes = self.search(self.seeds[0]), []
        for _ in range(2):
            search.run(self.num_events)
            sizes.append((len(search.configs), len(cloudpickle.dumps(search.searcher))))
        (few, small), (many, large) = sizes
        assert large - small <= self.most_bytes_per_configuration * max(1, many - few)

    # -- purity --------------------------------------------------------------------------------------------------

    def test_same_calls_same_answers(self) -> None:
        """Two searchers made alike suggest alike."""
        for seed in self.seeds:
            first = self.search(seed).run(self.num_events).configs
            assert self.search(seed).run(self.num_events).configs == first

    def test_different_seeds_differ(self) -> None:
        """The seed matters."""
        first, second = (self.make_searcher(mixed_space(), seed) for seed in self.seeds[:2])
        numbers = range(5)
        assert [first.get_config(trial_id=str(n)) for n in numbers] != [
            second.get_config(trial_id=str(n)) for n in numbers
        ]

    def test_global_randomness_is_untouched(self) -> None:
        """Neither NumPy's nor Python's."""
        before = repr(np.random.get_state()), random.getstate()
        self.search(self.seeds[0]).run(self.num_events)
        assert (repr(np.random.get_state()), random.getstate()) == before

    def test_copy_goes_on_alike(self) -> None:
        """Replaced at any time by a pickled deep copy of itself, it goes on as if it had not been."""
        for seed in self.seeds:
            expected = self.search(seed).run(self.num_events).configs
            search = self.search(seed)
            for number in range(self.num_events):
                if number % 5 == seed % 5:
                    search.searcher = cloudpickle.loads(cloudpickle.dumps(copy.deepcopy(search.searcher)))
                search.run(1)
            assert search.configs == expected

    def test_state_goes_on_alike(self) -> None:
        """A searcher cloned from the state of another goes on like it, if there are ``get_state`` and its inverse."""
        if not hasattr(self.make_searcher(mixed_space(), 0), "get_state"):
            return
        for seed in self.seeds:
            search: Any = self.search(seed).run(self.num_events)
            state = cloudpickle.loads(cloudpickle.dumps(search.searcher.get_state()))
            clone: Any = self.make_searcher(mixed_space(), seed + 1000)
            clone = clone.clone_from_state(state)
            for number in range(5):
                assert clone.get_config(trial_id=f"x{number}") == search.searcher.get_config(trial_id=f"x{number}")
