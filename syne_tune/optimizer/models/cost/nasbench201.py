"""Cost of the cells of NASBench-201, from the operations on their edges: :class:`NASBench201LinearCostModel`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.errors import ConfigSpaceError, OptionError, nearest
from syne_tune.optimizer.models.cost.linear import LinearCostModel, ones
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.trial import Config

_OPERATIONS = ("none", "skip_connect", "avg_pool_3x3", "nor_conv_1x1", "nor_conv_3x3")
_CONVOLUTIONS = ("nor_conv_1x1", "nor_conv_3x3")
_MULTIPLICATIONS = {"nor_conv_1x1": 1.0, "nor_conv_3x3": 9.0}


class NASBench201LinearCostModel(LinearCostModel):
    """``c1`` is linear in what convolutions and poolings a cell contains; operations without arithmetic are free.

    Args:
        config_keys: Names of the hyperparameters, one per edge.
        map_config_values: From their values to the operations ``"none"``, ``"skip_connect"``, ``"avg_pool_3x3"``,
            ``"nor_conv_1x1"``, ``"nor_conv_3x3"``. Default: they are these.
        conv_separate_features: Whether the two convolutions have weights of their own; otherwise one weighs nine times
            as much as the other, as its multiplications do.
        count_sum: Whether an operation costs the same on every edge; otherwise each edge has weights of its own.

    Raises:
        OptionError: If a value is mapped to something that is no operation.
    """

    def __init__(
        self,
        config_keys: Sequence[str],
        map_config_values: Mapping[Any, str] | None = None,
        conv_separate_features: bool = True,
        count_sum: bool = True,
    ) -> None:
        super().__init__()
        self._keys = tuple(config_keys)
        self._operation_of = dict(map_config_values or {name: name for name in _OPERATIONS})
        for value, operation in self._operation_of.items():
            if operation not in _OPERATIONS:
                raise OptionError(f"map_config_values[{value!r}] = {operation!r}: {nearest(operation, _OPERATIONS)}")
        self._separate, self._sum = conv_separate_features, count_sum

    def features(self, configs: Sequence[Config]) -> tuple[FloatArray, FloatArray]:
        """A constant, and counts of operations per cell or per edge."""
        operations = [[self._operation(config, key) for key in self._keys] for config in configs]
        weights = [{"avg_pool_3x3": 1.0}]
        weights += [{name: 1.0} for name in _CONVOLUTIONS] if self._separate else [_MULTIPLICATIONS]
        tables = [np.array([[weight.get(name, 0.0) for name in row] for row in operations]) for weight in weights]
        shaped = [table.reshape(len(configs), len(self._keys)) for table in tables]
        counted = [table.sum(axis=1, keepdims=True) if self._sum else table for table in shaped]
        return ones(configs), np.hstack([ones(configs), *counted])

    def _operation(self, config: Config, key: str) -> str:
        value = config.get(key)
        if value not in self._operation_of:
            raise ConfigSpaceError(
                f"{key} = {value!r} is no operation; {nearest(str(value), map(str, self._operation_of))}"
            )
        operation: str = self._operation_of[value]
        return operation
