"""Encoded configurations in the terms of models and candidate search: :class:`ModelInputs`.

Models see arrays in which inactive coordinates are ``nan``; candidate search needs to know which columns form a
hyperparameter, which positions are legal, and which hyperparameters are active where. All of that follows from
:class:`~syne_tune.optimizer.schedulers.searchers.encoding.HyperparameterRanges`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.config_space import Constraint, Domain
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.encoding import INACTIVE_CODE, HyperparameterRanges
from syne_tune.trial import Config

_MOST_LEVELS = 2000
"""A domain with more values is treated like a continuous one; decoding rounds."""

_MOST_KNOWN = 2**16
"""So many configurations are remembered with their codes: all of the largest published tables."""


class ModelInputs:
    """Encodes configurations for models, and says where to search for new ones.

    Args:
        ranges: The encoding. Its narrower active ranges and its fixed last position are not taken into account.

    Attributes:
        layout: Meaning of the columns.
        domain: All points that are the code of an allowed configuration.
        names: Hyperparameters, in the order of the blocks of the layout.
    """

    def __init__(self, ranges: HyperparameterRanges) -> None:
        self._ranges = ranges
        self._space = ranges.space
        self.names = ranges.internal_keys
        self.layout = InputLayout.of([_block(ranges, name) for name in self.names])
        self.domain = SearchDomain(
            self.layout,
            activity=self._activity if self._space.is_conditional else None,
            legality=self._legality if self._space.constraints else None,
        )
        self._known: dict[tuple[Any, ...], FloatArray] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": {}}

    def encode(self, configs: Sequence[Config]) -> FloatArray:
        """Inputs of models, ``(n, d)`` with ``nan`` in coordinates of inactive hyperparameters.

        Codes are remembered, because the configurations of a table are candidates again and again.
        """
        keys = [tuple(config.items()) for config in configs]
        try:
            codes = [self._known.get(key) for key in keys]
        except TypeError:  # a value that is not hashable
            return self._encode(configs)
        places = [place for place, code in enumerate(codes) if code is None]
        if places:
            new = self._encode([configs[place] for place in places])
            self._remember([keys[place] for place in places], new)
            for place, code in zip(places, new, strict=True):
                codes[place] = code
        return np.array(codes).reshape((len(codes), self.layout.num_columns))

    def _remember(self, keys: Sequence[tuple[Any, ...]], codes: FloatArray) -> None:
        if len(self._known) + len(keys) > _MOST_KNOWN:
            self._known.clear()
        self._known.update(zip(keys[:_MOST_KNOWN], codes, strict=False))

    def _encode(self, configs: Sequence[Config]) -> FloatArray:
        matrix = self._ranges.to_ndarray_matrix(configs)
        return np.where(self._ranges.active_mask(configs), matrix, np.nan)

    def decode(self, x: FloatArray) -> list[dict[str, Any]]:
        """Configurations of inputs ``(n, d)``, active hyperparameters only."""
        return self._ranges.from_ndarray_matrix(np.where(np.isnan(x), INACTIVE_CODE, x))

    def decode_with_constants(self, x: FloatArray) -> list[dict[str, Any]]:
        """As :meth:`decode`, with the constants of the space: what a trial is started with."""
        return [{**self._space.constants, **config} for config in self.decode(x)]

    def _activity(self, x: FloatArray) -> NDArray[np.bool_]:
        """Which hyperparameters are active under full points ``(m, d)``; decodes the columns of parents only."""
        active = {name: np.ones(len(x), dtype=np.bool_) for name in self.names}
        values: dict[str, list[Any]] = {}
        for name in self._space.parents_first:
            for condition in self._space.free[name].conditions:
                parent = condition.parent
                if parent not in values:
                    values[parent] = self._values(parent, x)
                holds = np.array([condition.predicate.holds(value) for value in values[parent]], dtype=np.bool_)
                active[name] &= holds & active.get(parent, holds)
        return np.stack([active[name] for name in self.names], axis=1)

    def _values(self, name: str, x: FloatArray) -> list[Any]:
        if name not in self._space.free:
            return [self._space.constants[name]] * len(x)
        domain = self._space.free[name]
        start, end = self._ranges.encoded_ranges[name]
        if end - start == 1:
            return domain.decode_many(x[:, start])
        return [domain.value_at(index) for index in x[:, start:end].argmax(axis=1).tolist()]

    def _legality(self, masked: FloatArray) -> NDArray[np.bool_]:
        """Which masked points ``(m, d)`` break no constraint; decodes the columns that constraints mention only."""
        legal = np.ones(len(masked), dtype=np.bool_)
        names = dict.fromkeys(name for constraint in self._space.constraints for name in constraint.names)
        free = [name for name in names if name in self._space.free]
        active = {name: ~np.isnan(masked[:, self._ranges.encoded_ranges[name][0]]) for name in free}
        values = {name: self._values(name, np.where(np.isnan(masked), INACTIVE_CODE, masked)) for name in free}
        for constraint in self._space.constraints:
            mentioned = [name for name in constraint.names if name in active]
            rows = np.flatnonzero(np.all([active[name] for name in mentioned], axis=0)) if mentioned else None
            legal &= self._holds(constraint, values, rows, len(masked))
        return legal

    def _holds(
        self, constraint: Constraint, values: Mapping[str, list[Any]], rows: NDArray[np.intp] | None, num_points: int
    ) -> NDArray[np.bool_]:
        """Whether a constraint holds at each point; it does where ``rows``, those with all its parameters, say not."""
        if rows is None:
            return np.full(num_points, constraint.holds(self._space.constants))
        columns: dict[str, Any] = {
            name: [values[name][row] for row in rows.tolist()] if name in values else self._space.constants[name]
            for name in constraint.names
        }
        holds = np.ones(num_points, dtype=np.bool_)
        holds[rows] = constraint.holds_many(columns, len(rows))
        return holds


def _block(ranges: HyperparameterRanges, name: str) -> Scalar | OneHot:
    domain = ranges.space.free[name]
    start, end = ranges.encoded_ranges[name]
    conditional = bool(domain.conditions)
    if end - start > 1:
        return OneHot(end - start, conditional)
    return Scalar(_levels(domain), conditional)


def _levels(domain: Domain) -> tuple[float, ...] | None:
    if domain.cardinality is None or domain.cardinality > _MOST_LEVELS:
        return None
    return tuple(np.unique(domain.encode_many(list(domain.enumerate_values()))).tolist())
