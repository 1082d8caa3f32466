"""Better domains for spaces that were written down carelessly: :func:`streamline_config_space`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.config_space.categorical import Categorical, Ordinal
from syne_tune.config_space.constructors import finrange, logfinrange, logordinal, ordinal
from syne_tune.config_space.domain import Domain
from syne_tune.config_space.numeric import NumericDomain
from syne_tune.config_space.samplers import LogUniform, Uniform
from syne_tune.config_space.space import Space

logger = logging.getLogger(__name__)

UPPER_LOWER_RATIO_THRESHOLD = 100
"""A positive range wider than this ratio is searched on the log scale."""

MINIMUM_LOWER = 1e-20
"""Ranges that begin below this are left linear."""

MINIMUM_R_SQUARED = 0.995
"""Values whose spacing is explained this well by a straight line become a finite range."""


def streamline_config_space(
    config_space: Mapping[str, Any], exclude_names: Collection[str] | None = None, verbose: bool = False
) -> Mapping[str, Any]:
    """Replaces domains by ones that search the same values with a more fitting scale.

    * A linear range of positive numbers over more than two orders of magnitude becomes its log version.
    * A choice of more than two numbers becomes a finite range, linear or log, if its values are (nearly) equally
      spaced; they may change slightly then. Otherwise it becomes an ordinal domain.

    Args:
        config_space: Is not changed.
        exclude_names: Parameters to leave as they are.
        verbose: Whether to log what was replaced.

    Returns:
        A new dictionary, or a :class:`Space` with the same constraints if ``config_space`` is one. Conditions of
        parameters are kept.
    """
    excluded = exclude_names or ()
    space = Space.of(config_space)
    result = dict(config_space)
    for name, domain in space.free.items():
        if name not in excluded:
            result[name] = _streamlined(domain).with_conditions(domain.conditions)
            if verbose and result[name] != domain:
                logger.info("%s: %r replaced by %r", name, domain, result[name])
    return Space(result, space.constraints) if isinstance(config_space, Space) else result


def _streamlined(domain: Domain) -> Domain:
    if isinstance(domain, NumericDomain):
        return _streamlined_range(domain)
    if isinstance(domain, Categorical) and not isinstance(domain, Ordinal):
        return _streamlined_choice(domain)
    return domain


def _streamlined_range(domain: NumericDomain) -> NumericDomain:
    is_linear = isinstance(domain.get_sampler(), Uniform)
    is_wide = domain.lower >= MINIMUM_LOWER and domain.upper > UPPER_LOWER_RATIO_THRESHOLD * domain.lower
    return domain.with_sampler(LogUniform()) if is_linear and is_wide else domain


def _streamlined_choice(domain: Categorical) -> Domain:
    if len(domain) <= 2 or domain.value_type not in (int, float):
        return domain
    values = sorted(domain.categories)
    r_squared, ends = _fit(values)
    is_log = False
    if values[0] > 0:
        log_r_squared, log_ends = _fit(np.log(values).tolist())
        if log_r_squared > r_squared:
            is_log, r_squared, ends = True, log_r_squared, np.exp(log_ends).tolist()
    if r_squared < MINIMUM_R_SQUARED:
        return logordinal(values) if is_log else ordinal(values, kind="nn")
    is_integer = domain.value_type is int
    lower, upper = (round(ends[0]), round(ends[1])) if is_integer else ends
    if is_log:
        return logfinrange(max(lower, 1) if is_integer else lower, upper, len(values), cast_int=is_integer)
    return finrange(lower, upper, len(values), cast_int=is_integer)


def _fit(values: Sequence[float]) -> tuple[float, list[float]]:
    """Least-squares fit of ``a * j + b`` to ``values[j]``: the coefficient R², and the fitted first and last value."""
    positions, targets = np.arange(len(values)), np.asarray(values, dtype=np.float64)
    slope, offset = np.polyfit(positions, targets, 1)
    fitted = slope * positions + offset
    residual = float(np.sum((fitted - targets) ** 2))
    total = float(np.sum((targets - targets.mean()) ** 2))
    return 1.0 - residual / total, [float(fitted[0]), float(fitted[-1])]
