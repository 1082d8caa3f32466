"""A column per rung level: how many trials have reached it."""

from typing import Any

from syne_tune.callbacks import ExtraResultsComposer

LEVELS = (1, 3, 9, 27, 81)


class NumberAtLevel(ExtraResultsComposer):
    """Counts the trials that reached each of :data:`LEVELS`; empty for methods without rungs."""

    def __call__(self, tuner: Any) -> dict[str, Any] | None:
        """Counts at the time of a report."""
        resource_attr = getattr(tuner.scheduler, "resource_attr", None)
        if resource_attr is None:
            return None
        reached = [result.get(resource_attr, 0) for result in tuner.last_seen_result_per_trial.values()]
        return {name: sum(r >= level for r in reached) for name, level in zip(self.keys(), LEVELS, strict=True)}

    def keys(self) -> list[str]:
        """Names of the columns."""
        return [f"num_at_level{level}" for level in LEVELS]
