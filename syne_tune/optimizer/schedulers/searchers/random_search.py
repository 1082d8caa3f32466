"""Random search: independent draws from the space, without repetition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from syne_tune.optimizer.schedulers.searchers.drawn_ahead import DrawnAhead
from syne_tune.optimizer.schedulers.searchers.duplicates import (
    DRAWS_BEFORE_ENUMERATION,
    RANDOM_DRAW,
    StochasticAndFilterDuplicatesSearcher,
)
from syne_tune.optimizer.schedulers.searchers.searcher import Upcoming


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

    def upcoming(self, number: int) -> list[Upcoming]:
        """Initial configurations, or else those that have been drawn already."""
        if not self.ignores_reports:
            return []
        if self._points_to_evaluate:
            first = self._num_initial - len(self._points_to_evaluate) + 1
            points = self._points_to_evaluate[:number]
            named = enumerate(zip(points, self._excluded.learn(points), strict=True), start=first)
            return [Upcoming(config, *self._about_initial(place), 0, string) for place, (config, string) in named]
        return [] if self._pool is not None else self._upcoming_draws(number)

    def _upcoming_draws(self, number: int) -> list[Upcoming]:
        """What :meth:`_draw` would return, as far as it does not have to draw anew."""
        found: list[Upcoming] = []
        known, new = self._excluded.strings, set()
        reason, facts = RANDOM_DRAW
        num_draws = 0
        for config, string in self._ahead.waiting(self.space, self.random_state, self._excluded.learn):
            num_draws += 1
            if string not in known and string not in new:
                new.add(string)
                found.append(Upcoming(config, reason, facts, num_draws, string))
                if len(found) == number:
                    break
                num_draws = 0
            elif num_draws == DRAWS_BEFORE_ENUMERATION:
                break
        return found

    def take(self, upcoming: Sequence[Upcoming]) -> None:
        """They count as suggested."""
        self._explanation = (upcoming[-1].reason, upcoming[-1].facts)
        self._excluded.strings.update([suggestion.string for suggestion in upcoming])
        num_draws = [suggestion.num_draws for suggestion in upcoming]
        del self._points_to_evaluate[: num_draws.count(0)]
        self._ahead.skip(sum(num_draws))

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        return self._get_random_config()

    def _sample(self) -> dict[str, Any]:
        return self._ahead.sample(self.space, self.random_state, self._excluded.learn)

    def _draw_from(self, pool: list[dict[str, Any]]) -> dict[str, Any] | None:
        self._ahead.give_back(self.space, self.random_state)
        return super()._draw_from(pool)
