"""Rung rules by name, and how they are put together for a scheduler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from syne_tune.config_space import Space
from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority import MOPriority, NonDominatedPriority
from syne_tune.optimizer.schedulers.rungs.bracket_manager import HyperbandBracketManager
from syne_tune.optimizer.schedulers.rungs.cost_promotion import CostPromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.dyhpo import DyHPORungSystem
from syne_tune.optimizer.schedulers.rungs.levels import promotion_quantiles
from syne_tune.optimizer.schedulers.rungs.pareto import ParetoPromotionRungSystem, ParetoStoppingRungSystem
from syne_tune.optimizer.schedulers.rungs.pasha import PASHARungSystem
from syne_tune.optimizer.schedulers.rungs.promotion import PromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions, RungSystem
from syne_tune.optimizer.schedulers.rungs.rush import RUSHPromotionRungSystem, RUSHStoppingRungSystem
from syne_tune.optimizer.schedulers.rungs.stopping import StoppingRungSystem

RUNG_SYSTEMS: dict[str, type[RungSystem]] = {
    "stopping": StoppingRungSystem,
    "promotion": PromotionRungSystem,
    "cost_promotion": CostPromotionRungSystem,
    "pasha": PASHARungSystem,
    "rush_stopping": RUSHStoppingRungSystem,
    "rush_promotion": RUSHPromotionRungSystem,
    "dyhpo": DyHPORungSystem,
    "pareto_stopping": ParetoStoppingRungSystem,
    "pareto_promotion": ParetoPromotionRungSystem,
}
"""Value of ``type`` to rung rule. Add your own class here to make it known under a name."""

RUNG_SYSTEM_KWARGS = ("num_threshold_candidates", "probability_sh", "multiobjective_priority")

_PROBABILITY_SH = 0.25


def rung_system_class(name: str) -> type[RungSystem]:
    """The rung rule of this name.

    Raises:
        OptionError: If there is none; the message lists all.
    """
    if name not in RUNG_SYSTEMS:
        raise OptionError(f"type = {name!r}: not a known rule; {nearest(str(name), RUNG_SYSTEMS)}")
    return RUNG_SYSTEMS[name]


def make_bracket_manager(
    rung_system: type[RungSystem],
    levels: Sequence[int],
    metric: str,
    mode: str,
    resource_attr: str,
    max_t: int,
    brackets: int,
    per_bracket: bool,
    options: RungOptions,
) -> HyperbandBracketManager:
    """Creates the rung systems of a scheduler.

    Args:
        rung_system: The rule.
        levels: All levels below ``max_t``.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        resource_attr: Name of the resource.
        max_t: The largest resource.
        brackets: Number of brackets; reduced to the number of levels, ``max_t`` included, if it is larger.
        per_bracket: Whether each bracket has rungs of its own.
        options: What only some rules need.

    Raises:
        OptionError: If ``brackets`` is out of range, or the rule lacks an option it needs.
    """
    if isinstance(brackets, bool) or not isinstance(brackets, int) or brackets < 1:
        raise OptionError(f"brackets = {brackets!r}: must be an integer of at least 1")
    num_brackets = min(brackets, len(levels) + 1)
    systems = []
    for skip in range(num_brackets if per_bracket else 1):
        kept = levels[skip:]
        system = rung_system(kept, promotion_quantiles(kept, max_t), metric, mode, resource_attr, max_t)
        system.configure(options)
        systems.append(system)
    return HyperbandBracketManager(systems, num_brackets)


def threshold_configs(
    kwargs: Mapping[str, Any], points_to_evaluate: Sequence[Mapping[str, Any]] | None, space: Space
) -> list[dict[str, Any]]:
    """The configurations known to be good, see :mod:`~syne_tune.optimizer.schedulers.rungs.rush`.

    Args:
        kwargs: ``rung_system_kwargs`` of the scheduler.
        points_to_evaluate: As the user gave them, duplicates included; the first ``num_threshold_candidates`` count.
        space: Completes them.

    Raises:
        OptionError: If ``kwargs`` has an unknown key, or asks for more configurations than there are.
    """
    for name in kwargs:
        if name not in RUNG_SYSTEM_KWARGS:
            raise OptionError(f"rung_system_kwargs[{name!r}]: unknown; {nearest(str(name), RUNG_SYSTEM_KWARGS)}")
    number = kwargs.get("num_threshold_candidates", 0)
    points = [{}] if points_to_evaluate is None else points_to_evaluate
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= len(points):
        raise OptionError(
            f"num_threshold_candidates = {number!r}: must be an integer between 0 and {len(points)}, the number of "
            "points_to_evaluate"
        )
    return [space.complete(point) for point in points[:number]]


def probability_of_halving(kwargs: Mapping[str, Any]) -> float:
    """How often ``type="dyhpo"`` asks successive halving in place of its model.

    Args:
        kwargs: ``rung_system_kwargs`` of the scheduler; default of ``probability_sh``: 0.25.

    Raises:
        OptionError: If it is not a probability.
    """
    probability = kwargs.get("probability_sh", _PROBABILITY_SH)
    is_number = isinstance(probability, Real) and not isinstance(probability, bool)
    if not is_number or not 0 <= float(probability) <= 1:
        raise OptionError(f"probability_sh = {probability!r}: must be a number from 0 to 1")
    return float(probability)


def priority_of(kwargs: Mapping[str, Any]) -> MOPriority:
    """What puts trials into one order if they are compared by several metrics.

    Args:
        kwargs: ``rung_system_kwargs`` of the scheduler; default of ``multiobjective_priority``: non-dominated sorting.

    Raises:
        OptionError: If it is no priority.
    """
    priority = kwargs.get("multiobjective_priority") or NonDominatedPriority()
    if not isinstance(priority, MOPriority):
        raise OptionError(f"multiobjective_priority = {priority!r}: must be derived from MOPriority")
    return priority
