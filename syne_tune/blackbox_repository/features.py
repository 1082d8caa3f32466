"""From hyperparameters to the inputs of a regression model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.blackbox_repository.blackbox import FloatArray
from syne_tune.config_space import Categorical, Domain, Ordinal


class Features:
    """Numbers on the scale of their domain (logarithms where the domain is logarithmic), one column per category.

    Columns of numbers are centred and divided by their standard deviation. A hyperparameter that is not active is in
    the middle of its column.

    Args:
        domains: Name to domain.
        columns: By name, ``n`` values each, from which means and standard deviations are taken; ``None`` for a
            hyperparameter that is not active.
    """

    def __init__(self, domains: Mapping[str, Domain], columns: Mapping[str, Sequence[Any]]) -> None:
        self._domains = dict(domains)
        self._shift, self._scale = np.zeros(1), np.ones(1)
        raw = self._raw(columns)
        scaled = np.repeat([not _is_nominal(d) for d in self._domains.values()], self._widths())
        deviation = np.nanstd(raw, axis=0)
        self._shift = np.where(scaled, np.nanmean(raw, axis=0), 0.0)
        self._scale = np.where(scaled & (deviation > 0), deviation, 1.0)

    def __call__(self, columns: Mapping[str, Sequence[Any]]) -> FloatArray:
        """Inputs of shape ``(m, d)``.

        Args:
            columns: By name, ``m`` values each.

        Raises:
            ConfigSpaceError: If a value is none of the categories of its domain.
        """
        return np.nan_to_num((self._raw(columns) - self._shift) / self._scale, nan=0.0)

    def _widths(self) -> list[int]:
        return [len(d.categories) if _is_nominal(d) else 1 for d in self._domains.values()]  # type: ignore[attr-defined]

    def _raw(self, columns: Mapping[str, Sequence[Any]]) -> FloatArray:
        return np.hstack([_encode(domain, columns[name]) for name, domain in self._domains.items()])


def _is_nominal(domain: Domain) -> bool:
    return isinstance(domain, Categorical) and not isinstance(domain, Ordinal)


def _encode(domain: Domain, values: Sequence[Any]) -> FloatArray:
    known = np.array([value is not None and value == value for value in values])
    given = [value for value, is_known in zip(values, known, strict=True) if is_known]
    if isinstance(domain, Categorical) and _is_nominal(domain):
        encoded = np.zeros((len(values), len(domain.categories)))
        encoded[known] = np.eye(len(domain.categories))[[domain.index_of(domain.cast(value)) for value in given]]
        return encoded
    column = np.full((len(values), 1), np.nan)
    if given:
        column[known, 0] = domain.positions(given)
    return column
