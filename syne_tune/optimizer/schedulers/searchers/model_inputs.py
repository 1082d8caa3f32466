"""Encoded configurations in the terms of models and candidate search: :class:`ModelInputs`.

Models see arrays in which inactive coordinates are ``nan``; candidate search needs to know which columns form a
hyperparameter, which positions are legal, and which hyperparameters are active where. All of that follows from
:class:`~syne_tune.optimizer.schedulers.searchers.encoding.HyperparameterRanges`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.config_space import Domain
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.encoding import INACTIVE_CODE, HyperparameterRanges
from syne_tune.trial import Config

_MOST_LEVELS = 2000
"""A domain with more values is treated like a continuous one; decoding rounds."""


class ModelInputs:
    """Encodes configurations for models, and says where to search for new ones.

    Args:
        ranges: The encoding. Its narrower active ranges and its fixed last position are not taken into account.

    Attributes:
        layout: Meaning of the columns.
        domain: All points that are the code of an allowed configuration.
    """

    def __init__(self, ranges: HyperparameterRanges) -> None:
        self._ranges = ranges
        self._space = ranges.space
        self._names = ranges.internal_keys
        self.layout = InputLayout.of([_block(ranges, name) for name in self._names])
        self.domain = SearchDomain(
            self.layout,
            activity=self._activity if self._space.is_conditional else None,
            legality=self._legality if self._space.constraints else None,
        )

    def encode(self, configs: Sequence[Config]) -> FloatArray:
        """Inputs of models, ``(n, d)`` with ``nan`` in coordinates of inactive hyperparameters."""
        matrix = self._ranges.to_ndarray_matrix(configs)
        return np.where(self._ranges.active_mask(configs), matrix, np.nan)

    def decode(self, x: FloatArray) -> list[dict[str, Any]]:
        """Configurations of inputs ``(n, d)``, active hyperparameters only."""
        return self._ranges.from_ndarray_matrix(np.where(np.isnan(x), INACTIVE_CODE, x))

    def _activity(self, x: FloatArray) -> NDArray[np.bool_]:
        """Which hyperparameters are active under full points ``(m, d)``; decodes the columns of parents only."""
        active = {name: np.ones(len(x), dtype=np.bool_) for name in self._names}
        values: dict[str, list[Any]] = {}
        for name in self._space.parents_first:
            for condition in self._space.free[name].conditions:
                parent = condition.parent
                if parent not in values:
                    values[parent] = self._values(parent, x)
                holds = np.array([condition.predicate.holds(value) for value in values[parent]], dtype=np.bool_)
                active[name] &= holds & active.get(parent, holds)
        return np.stack([active[name] for name in self._names], axis=1)

    def _values(self, name: str, x: FloatArray) -> list[Any]:
        if name not in self._space.free:
            return [self._space.constants[name]] * len(x)
        domain = self._space.free[name]
        start, end = self._ranges.encoded_ranges[name]
        if end - start == 1:
            return domain.decode_many(x[:, start])
        return [domain.value_at(index) for index in x[:, start:end].argmax(axis=1).tolist()]

    def _legality(self, masked: FloatArray) -> NDArray[np.bool_]:
        allowed = [not self._space.broken_constraints(config) for config in self.decode(masked)]
        return np.array(allowed, dtype=np.bool_)


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
