"""The functions with which users write down a search space."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from syne_tune.config_space.categorical import Categorical, Ordinal, OrdinalNearestNeighbor, is_increasing
from syne_tune.config_space.conditions import Condition, as_predicate
from syne_tune.config_space.domain import Domain
from syne_tune.config_space.finite_range import FiniteRange
from syne_tune.config_space.numeric import Float, Integer
from syne_tune.errors import ConfigSpaceError, nearest

D = TypeVar("D", bound=Domain)


def uniform(lower: float, upper: float) -> Float:
    """Real numbers in ``[lower, upper]``, all equally likely."""
    return Float(lower, upper).uniform()


def loguniform(lower: float, upper: float) -> Float:
    """Positive numbers whose logarithm is uniform: learning rates, regularisation."""
    return Float(lower, upper).loguniform()


def reverseloguniform(lower: float, upper: float) -> Float:
    """Numbers in ``[0, 1)`` with ``-log(1 - x)`` uniform: momentum, decay rates close to 1."""
    return Float(lower, upper).reverseloguniform()


def normal(lower: float, upper: float, mean: float, sd: float) -> Float:
    """Real numbers with a normal prior of this mean and standard deviation, cut at the bounds."""
    return Float(lower, upper).normal(mean, sd)


def quniform(lower: float, upper: float, q: float) -> Float:
    """The multiples of ``q`` in ``[lower, upper]``, equally likely; both bounds must be multiples of ``q``."""
    return uniform(lower, upper).quantized(q)


def qloguniform(lower: float, upper: float, q: float) -> Float:
    """Log-uniform numbers rounded to multiples of ``q``; both bounds must be multiples of ``q``."""
    return loguniform(lower, upper).quantized(q)


def randint(lower: int, upper: int) -> Integer:
    """Integers from ``lower`` to ``upper``, both included, all equally likely."""
    return Integer(lower, upper).uniform()


def lograndint(lower: int, upper: int) -> Integer:
    """Positive integers, uniform on the log scale: layer widths, batch sizes."""
    return Integer(lower, upper).loguniform()


def qrandint(lower: int, upper: int, q: int = 1) -> Integer:
    """The multiples of ``q`` in ``[lower, upper]``, equally likely."""
    return randint(lower, upper).quantized(q)


def qlograndint(lower: int, upper: int, q: int) -> Integer:
    """The multiples of ``q`` in ``[lower, upper]``, uniform on the log scale."""
    return lograndint(lower, upper).quantized(q)


def choice(categories: Iterable[Any]) -> Categorical:
    """One of a list of values, without order and equally likely."""
    return Categorical(categories).uniform()


def ordinal(categories: Iterable[Any], kind: str | None = None) -> Ordinal:
    """One of a list of values in a meaningful order.

    Args:
        categories: In order.
        kind: ``"equal"``: neighbours are equally far apart; ``"nn"``: categories are numbers whose differences
            matter; ``"nn-log"``: positive numbers whose ratios matter. Default: ``"nn"`` if there are several
            categories, strictly increasing numbers, else ``"equal"``.

    Raises:
        ConfigSpaceError: If a rule is broken, or ``kind`` is none of these.
    """
    values = categories if isinstance(categories, (str, dict)) else list(categories)
    if kind is None:
        kind = "nn" if len(values) > 1 and not isinstance(values, str) and is_increasing(list(values)) else "equal"
    if kind not in ("equal", "nn", "nn-log"):
        raise ConfigSpaceError(
            f"ordinal: kind = {kind!r} is not known; {nearest(str(kind), ['equal', 'nn', 'nn-log'])}"
        )
    return Ordinal(values) if kind == "equal" else OrdinalNearestNeighbor(values, log_scale=kind == "nn-log")


def logordinal(categories: Iterable[Any]) -> OrdinalNearestNeighbor:
    """One of a list of strictly increasing positive numbers whose ratios matter."""
    return OrdinalNearestNeighbor(categories, log_scale=True)


def finrange(lower: float, upper: float, size: int, cast_int: bool = False) -> FiniteRange:
    """``size`` equally spaced numbers from ``lower`` to ``upper``, rounded to integers if ``cast_int``."""
    return FiniteRange(lower, upper, size, log_scale=False, cast_int=cast_int)


def logfinrange(lower: float, upper: float, size: int, cast_int: bool = False) -> FiniteRange:
    """Like :func:`finrange`, equally spaced on the log scale."""
    return FiniteRange(lower, upper, size, log_scale=True, cast_int=cast_int)


def active_if(domain: D, conditions: Mapping[str, Any] | None = None, /, **parents: Any) -> D:
    """Makes a parameter conditional: it is part of a configuration only for given values of others.

    For example ``active_if(uniform(0.8, 0.99), optimizer="sgd")``,
    ``active_if(choice([16, 32]), optimizer=["sgd", "adam"], layers=at_least(2))``. Parents may be conditional
    themselves; applied twice, all conditions must hold.

    Args:
        domain: Domain of the conditional parameter.
        conditions: Name of parent to the value, the list of values, or the range (:func:`at_least`,
            :func:`at_most`, :func:`between`) for which the parameter is active.
        **parents: The same, for names that are identifiers.

    Returns:
        A copy of ``domain`` that carries the conditions.

    Raises:
        ConfigSpaceError: If ``domain`` is no domain, or no condition is given.
    """
    if not isinstance(domain, Domain):
        raise ConfigSpaceError(f"active_if: {domain!r} is not a domain; a constant cannot be conditional")
    given = {**(conditions or {}), **parents}
    if not given:
        raise ConfigSpaceError("active_if: name at least one parent, for example active_if(domain, optimizer='sgd')")
    return domain.with_conditions(
        (*domain.conditions, *(Condition(parent, as_predicate(wanted)) for parent, wanted in given.items()))
    )
