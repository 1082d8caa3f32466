"""Model-based search at a pace that the workers can afford: :class:`PacedSearcher`."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.auto.journal import Journal, LateSearcher, TrialEvent
from syne_tune.optimizer.schedulers.auto.model_batches import Member, ModelBatches, Order
from syne_tune.optimizer.schedulers.auto.observations import Observations
from syne_tune.optimizer.schedulers.auto.pace import (
    DEFAULT_OVERHEAD,
    FRESH,
    RANDOM,
    Circumstances,
    Pace,
    check_overhead,
    choose_pace,
)
from syne_tune.optimizer.schedulers.auto.trial_lengths import TrialLengths
from syne_tune.optimizer.schedulers.metrics import positive_integer, sign_of
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.registry import searcher_factory
from syne_tune.trial import Config, Result

_FRESH_SEARCHER = "bayesopt"
_NUM_INITIAL = 3
_SHARE_OF_BUDGET = 0.2
"""At most this part of the budget is spent on random configurations before the model decides."""

_LARGEST = 1e30
"""Values of diverged trials are cut off here."""

_END = 0
"""The level of values of trials that ran to their end, as long as no other level is known."""


class PacedSearcher(StochasticAndFilterDuplicatesSearcher):
    """Chooses for each suggestion what the workers can afford: the model for itself, a share in a batch, a random draw.

    First come ``points_to_evaluate`` and random configurations, the same as those of random search with the same seed.
    From then on :func:`~syne_tune.optimizer.schedulers.auto.pace.choose_pace` decides, by the length of trials, the
    number of workers and the number of values known. All sources know all values.

    A batch is *ordered* when the last member of the one before is handed out, and is made of what is known by then,
    whenever that happens: in :meth:`prepare`, while workers are busy, or else when the next suggestion is wanted. So
    preparing changes no suggestion, and a replay, which does not prepare, gives the same ones.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.
        max_overhead: Share of the time of workers that may be lost by waiting for suggestions.
        n_workers: Number of workers; by default as many as were seen.
        max_num_trials: Number of trials there will be, if known.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If there are several metrics, or another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        mode: str = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
        max_overhead: float = DEFAULT_OVERHEAD,
        n_workers: int | None = None,
        max_num_trials: int | None = None,
    ) -> None:
        super().__init__(
            config_space,
            metric,
            points_to_evaluate,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        if not isinstance(metric, str):
            raise OptionError(f"metric = {metric!r}: one metric is optimised, pass the name of it")
        self._limit = check_overhead(max_overhead)
        for name, number in (("n_workers", n_workers), ("max_num_trials", max_num_trials)):
            if number is not None and positive_integer(number) is None:
                raise OptionError(f"{name} = {number!r}: must be an integer of at least 1")
        self._tries_all = max_num_trials is not None and self.space.size(max_num_trials) is not None
        self._num_random_left = self._num_random_first(max_num_trials)
        inputs = ModelInputs(HyperparameterRanges(self.space))
        self._observations = Observations(inputs.encode, inputs.layout.num_columns)
        self._lengths = TrialLengths(n_workers)
        self._batches = ModelBatches(inputs, self.random_seed)
        self._members: deque[Member] = deque()
        self._order: Order | None = None
        self._pace = Pace(RANDOM, 1, "nothing is known yet")
        self._order_is_due = False
        self._num_orders = 0
        self._waited = 0.0
        self._journal = Journal()
        self._fresh: LateSearcher | None = None
        self._fidelity: tuple[str, int] | None = None

    def _num_random_first(self, max_num_trials: int | None) -> int:
        first = max(0, _NUM_INITIAL - self._num_initial)
        return first if max_num_trials is None else min(first, math.ceil(_SHARE_OF_BUDGET * max_num_trials))

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        if self._tries_all:
            return self._at_random("every configuration will be tried")
        if self._num_random_left > 0:
            self._num_random_left -= 1
            return self._at_random("before the model decides")
        if not len(self._observations):
            return self._at_random("no evaluation has finished yet")
        if not self.space.free:
            return self._at_random("there is nothing to choose")
        return self._from_model(str(kwargs.get("trial_id"))) or self._at_random(self._pace.reason)

    def _from_model(self, trial_id: str) -> dict[str, Any] | None:
        """A suggestion of the source that the pace names; ``None`` if that is random, or the model has nothing new."""
        self.prepare()
        pace = choose_pace(self._circumstances(), self._limit)
        if pace.source in (FRESH, RANDOM):
            self._members.clear()
        config = self._next_member()
        if config is not None:
            return config
        self._pace = pace
        if pace.source == RANDOM:
            return None
        if pace.source == FRESH and self._journal.is_open:
            return self._fresh_config(trial_id)
        self._order = self._new_order()
        self.prepare()
        return self._next_member()

    def _circumstances(self) -> Circumstances:
        return Circumstances(
            trial_seconds=self._lengths.typical,
            workers=self._lengths.workers,
            observations=len(self._observations),
            waited=self._waited,
            in_batches=self._pace.source not in (FRESH, RANDOM),
        )

    def _fresh_config(self, trial_id: str) -> dict[str, Any] | None:
        self._waited += FRESH.seconds * self._lengths.workers
        if self._fresh is None:
            self._fresh = self._new_fresh_searcher()
        config, reason, facts = self._fresh.suggest(self._journal, trial_id)
        if config is None or self.should_not_suggest(config):
            return None
        self._explain_as(f"{reason} ({self._pace.reason})", **{**facts, "source": FRESH.name})
        return config

    def _new_fresh_searcher(self) -> LateSearcher:
        assert isinstance(self._metric, str)
        levels: dict[str, Any] = {}
        if self._fidelity is not None:
            attr, max_resource = self._fidelity
            levels = {"scheduler": "hyperband_stopping", "resource_attr": attr, "max_epochs": max_resource}
        searcher = searcher_factory(
            _FRESH_SEARCHER,
            config_space=self.space,
            metric=self._metric,
            mode=self._mode,
            points_to_evaluate=[],
            random_seed=self.random_seed,
            num_init_random=0,
            **levels,
        )
        return LateSearcher(searcher, self._metric, *(self._fidelity or ()))

    # -- batches -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Makes the batch that is ordered, if any. Changes no suggestion, only when its price is paid."""
        if self._order is not None:
            self._members.extend(self._batches.make(self._order, self._observations))
            self._order = None

    def _next_member(self) -> dict[str, Any] | None:
        """The next member of the batch that may be suggested; the last one makes a new order due."""
        while self._members:
            member = self._members.popleft()
            if self.should_not_suggest(member.config):
                continue
            self._order_is_due = not self._members
            self._explain_as(
                f"of a batch of the model, {member.facts['role']} ({self._pace.reason})",
                source=self._pace.source.name,
                **member.facts,
            )
            return member.config
        return None

    def _new_order(self) -> Order:
        enough = min(8, 1 + len(self.space.free))
        level = self._observations.highest_level(enough)
        order = Order(
            number=self._num_orders,
            source=self._pace.source,
            size=self._pace.batch_size,
            level=level,
            count=self._observations.sizes()[level],
            pending=self._observations.pending(),
        )
        self._num_orders += 1
        return order

    # -- what is known -------------------------------------------------------------------------------------------

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """A trial starts, or goes on to ``milestone``."""
        super().register_pending(trial_id, config, milestone)
        if config is None:
            return
        self._lengths.start(trial_id)
        self._observations.begin(trial_id, config)
        self._journal.note(TrialEvent("begin", trial_id, config, level=milestone or _END))
        if self._order_is_due:
            self._order_is_due = False
            self._order_ahead()

    def _order_ahead(self) -> None:
        """The batch is used up: the next one, if there shall be one, is ordered now and may be made at leisure."""
        pace = choose_pace(self._circumstances(), self._limit)
        if pace.source not in (FRESH, RANDOM):
            self._pace = pace
            self._order = self._new_order()

    def on_trial_result(self, trial_id: str, config: Config, result: Result, update: bool) -> None:
        """A trial reported; takes the time from each report, and learns the value if ``update`` says so."""
        self._lengths.report(trial_id, result)
        super().on_trial_result(trial_id, config, result, update)

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        self.learn_final(trial_id, config, float(result[str(self._metric)]))

    def learn_final(self, trial_id: str, config: Config, value: float) -> None:
        """A trial ran to its end, with ``value`` as reported."""
        self.learn(trial_id, config, value, _END if self._fidelity is None else self._fidelity[1])

    def learn(self, trial_id: str, config: Config, value: float, level: int) -> None:
        """A trial had ``value``, as reported, at ``level``."""
        if not math.isfinite(value):
            self.evaluation_failed(trial_id)
            return
        self._remember(trial_id, config)
        cost = sign_of(str(self._mode)) * value
        self._observations.observe(config, min(max(cost, -_LARGEST), _LARGEST), level)
        self._journal.note(TrialEvent("value", trial_id, config, value, level))

    def use_levels(self, resource_attr: str, max_resource: int) -> None:
        """From now on values have levels; those learned so far are values at ``max_resource``.

        Args:
            resource_attr: Name of the resource in results.
            max_resource: The highest level.
        """
        self.prepare()
        self._fidelity = (resource_attr, max_resource)
        self._observations.rename_level(_END, max_resource)
        self._fresh = None

    def cleanup_pending(self, trial_id: str) -> None:
        """A trial no longer runs."""
        super().cleanup_pending(trial_id)
        self._end(trial_id)
        self._journal.note(TrialEvent("end", trial_id))

    def evaluation_failed(self, trial_id: str) -> None:
        """A trial failed: its configuration is never suggested again."""
        super().evaluation_failed(trial_id)
        self._end(trial_id)
        self._journal.note(TrialEvent("fail", trial_id))

    def _end(self, trial_id: str) -> None:
        self._lengths.end(trial_id)
        self._observations.end(trial_id)

    def dataset_size(self) -> int:
        """Number of values learned from."""
        return len(self._observations)
