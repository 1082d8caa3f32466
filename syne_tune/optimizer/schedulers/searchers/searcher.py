"""The contract of everything that chooses configurations: :class:`BaseSearcher`.

A searcher knows nothing of rungs, workers or decisions. Its scheduler calls, for one trial::

    config = searcher.get_config(trial_id="7")                  # None: nothing left to suggest
    searcher.register_pending("7", config, milestone=3)         # an evaluation is under way, up to resource 3
    searcher.on_trial_result("7", config, result, update=True)  # learn from it (update=False: only for the record)
    searcher.remove_case("7", epoch=2)                          # forget the value learned at epoch 2
    searcher.cleanup_pending("7")                               # nothing is under way any more
    searcher.evaluation_failed("7")                             # or: it failed; do not suggest it again

Trial ids are strings here. A searcher is as pure as a scheduler: the same seed and the same calls give the same
configurations.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from syne_tune.config_space import Space
from syne_tune.trial import Config, Result


class Upcoming(NamedTuple):
    """A suggestion that a searcher is going to make.

    Attributes:
        config: What ``get_config`` will return,
        reason: and ``explain`` will say about it,
        facts: with these numbers.
        num_draws: How many draws it takes; 0 for an initial configuration.
        string: What tells the configuration from others.
    """

    config: dict[str, Any]
    reason: str
    facts: dict[str, Any]
    num_draws: int = 0
    string: str = ""


class BaseSearcher(ABC):
    """Base class of all searchers; users derive their own from it.

    Args:
        config_space: Mapping from name to domain or constant.
        metric: Name of the metric, or several.
        points_to_evaluate: First suggestions, possibly partial; missing values are imputed by the middle of the range.
            ``None`` means one default configuration, ``[]`` none.
        mode: ``"min"`` or ``"max"``, or one per metric.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        mode: str | list[str] = "min",
    ) -> None:
        self.config_space: Mapping[str, Any] = config_space
        self.space = Space.of(config_space)
        self._metric = metric
        self._mode = mode
        self._points_to_evaluate = self.space.complete_points(points_to_evaluate)

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metric and mode.

        Args:
            scheduler: Has ``metric_names()`` and ``metric_mode()``.
        """
        names, mode = scheduler.metric_names(), scheduler.metric_mode()
        self._metric = names[0] if len(names) == 1 else names
        self._mode = mode[0] if isinstance(mode, list) and len(mode) == 1 else mode

    def _next_initial_config(self) -> dict[str, Any] | None:
        """Pops the next of ``points_to_evaluate``; ``None`` once they are used up."""
        return self._points_to_evaluate.pop(0) if self._points_to_evaluate else None

    @abstractmethod
    def get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        """The next configuration to evaluate.

        Args:
            **kwargs: What the scheduler knows: ``trial_id`` (str), ``elapsed_time``, ``bracket``, ``milestone``.

        Returns:
            A configuration (constants need not be included), or ``None`` if nothing is left to suggest.
        """

    def on_trial_result(self, trial_id: str, config: Config, result: Result, update: bool) -> None:
        """A trial reported; by default learns from it if ``update`` says so."""
        if update:
            self._update(trial_id, config, result)

    @property
    def sees_every_report(self) -> bool:
        """Whether it makes a difference that :meth:`on_trial_result` is called with ``update=False``.

        By default it does not, unless a subclass overrides that method.
        """
        return type(self).on_trial_result is not BaseSearcher.on_trial_result

    @property
    def ignores_reports(self) -> bool:
        """Whether it makes no difference to this searcher what is reported and what is pending; by default it does."""
        return False

    def upcoming(self, number: int) -> list[Upcoming]:
        """At most ``number`` suggestions that :meth:`get_config` will make next, whatever is reported until then.

        Must not change any answer. By default none is known.
        """
        return []

    def take(self, upcoming: Sequence[Upcoming]) -> None:
        """In place of as many calls of :meth:`get_config`, each with :meth:`register_pending` behind it.

        Args:
            upcoming: The first of those that :meth:`upcoming` has just told, at least one.
        """

    @property
    def is_quick(self) -> bool:
        """Whether a suggestion takes microseconds, as opposed to fitting a model; by default not."""
        return False

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        """Learns from one report."""

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation is under way, up to resource ``milestone`` if that is given."""

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """Forgets what was learned from one report; ``kwargs`` name the resource, as ``epoch=2``."""

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: nothing of it is pending, and its configuration is not to be suggested again."""

    def cleanup_pending(self, trial_id: str) -> None:
        """Nothing of this trial is pending any more."""

    def dataset_size(self) -> int:
        """Number of observations learned from."""
        return 0

    def explain(self, config: Config) -> tuple[str, dict[str, Any]]:
        """Why ``config`` was returned by the last :meth:`get_config`.

        Returns:
            One sentence for a person, and the numbers behind it, JSON-ready.
        """
        return "", {}
