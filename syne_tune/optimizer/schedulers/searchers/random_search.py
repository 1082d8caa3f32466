"""Random search: independent draws from the space, without repetition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.optimizer.schedulers.searchers.drawn_ahead import DrawnAhead
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher


class RandomSearcher(StochasticAndFilterDuplicatesSearcher):
    """Draws each configuration at random (Bergstra and Bengio, *Random Search for Hyper-Parameter Optimization*, 2012).

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        debug_log: Accepted for existing scripts; each suggestion carries its reason in any case.
        resource_attr: Accepted for existing scripts; random search does not look at results.
        allow_duplicates: Whether a configuration may be drawn again. Default: no.
        restrict_configurations: If given, only these are drawn.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        debug_log: bool = False,
        resource_attr: str | None = None,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str | list[str] = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(
            config_space,
            metric,
            points_to_evaluate,
            allow_duplicates,
            restrict_configurations,
            mode,
            random_seed_generator,
            random_seed,
        )

        self._ahead = DrawnAhead()

    @property
    def is_quick(self) -> bool:
        """It is."""
        return True

    @property
    def ignores_reports(self) -> bool:
        """It does, unless only configurations that fail are not drawn again."""
        return type(self) is RandomSearcher and not self._allow_duplicates

    def upcoming(self, number: int) -> list[dict[str, Any]]:
        """Initial configurations, and then those that have been drawn already."""
        if not self.ignores_reports or self._pool is not None:
            return []
        waiting = [config for config in self._ahead.waiting(number) if not self.should_not_suggest(config)]
        return [*self._points_to_evaluate, *waiting][:number]

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        return self._get_random_config()

    def _sample(self) -> dict[str, Any]:
        return self._ahead.sample(self.space, self.random_state, self._excluded.learn)

    def _draw_from(self, pool: list[dict[str, Any]]) -> dict[str, Any] | None:
        self._ahead.give_back(self.space, self.random_state)
        return super()._draw_from(pool)
