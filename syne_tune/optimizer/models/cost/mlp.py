"""Cost of training a fully connected network, from its layers and the batch size.

Notation::

    s     multiplications per example, in_0 in_1 + in_1 in_2 + ..., relative to those of an expected network
    t     batches per example, 1 / batch_size^e

An epoch costs ``w s`` for arithmetic and ``v t`` for what each batch costs besides, times the number of examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.cost.linear import LinearCostModel, ones
from syne_tune.optimizer.models.cost.quantity import Quantity, quantity_of
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.trial import Config


class MLPLinearCostModel(LinearCostModel):
    """Networks with layers of equal width.

    ``c1(x) = w0 + w1 s + w2 t``, with a further ``w3 s t`` if ``extra_mlp``; ``c0(x) = v0``, with ``v1 s`` if
    ``c0_mlp_feature``.

    Args:
        num_inputs: Number of inputs.
        num_outputs: Number of outputs.
        num_hidden_layers: Number of hidden layers.
        hidden_layer_width: Units of each of them, or a sequence with one entry per layer.
        batch_size: Number of examples per batch.
        bs_exponent: e. Default: 1.
        extra_mlp: Whether arithmetic gets slower with small batches.
        c0_mlp_feature: Whether larger networks take longer to start.
        expected_hidden_layer_width: Units of the network with ``s = 1``, with one hidden layer. Default: no scaling.

    Raises:
        OptionError: If a size is not positive.
    """

    def __init__(
        self,
        num_inputs: int,
        num_outputs: int,
        num_hidden_layers: Quantity,
        hidden_layer_width: Quantity | Sequence[Quantity],
        batch_size: Quantity,
        bs_exponent: float | None = None,
        extra_mlp: bool = False,
        c0_mlp_feature: bool = False,
        expected_hidden_layer_width: float | None = None,
    ) -> None:
        super().__init__()
        if num_inputs < 1 or num_outputs < 1:
            raise OptionError(f"num_inputs = {num_inputs}, num_outputs = {num_outputs}: both must be at least 1")
        self._ends = (num_inputs, num_outputs)
        self._num_layers, self._width, self._batch_size = num_hidden_layers, hidden_layer_width, batch_size
        self._exponent = 1.0 if bs_exponent is None else bs_exponent
        self._extra, self._start_feature = extra_mlp, c0_mlp_feature
        expected = expected_hidden_layer_width
        self._norm = 1.0 if expected is None else expected * (num_inputs + num_outputs)

    def features(self, configs: Sequence[Config]) -> tuple[FloatArray, FloatArray]:
        """As the class says."""
        s = np.array([self._multiplications(config) / self._norm for config in configs])[:, None]
        batch = np.array([quantity_of(config, self._batch_size) for config in configs])[:, None]
        t = batch**-self._exponent
        start = [ones(configs), s] if self._start_feature else [ones(configs)]
        slope = [ones(configs), s, t, s * t] if self._extra else [ones(configs), s, t]
        return np.hstack(start), np.hstack(slope)

    def _multiplications(self, config: Config) -> float:
        widths = [self._ends[0], *self._hidden(config), self._ends[1]]
        return float(sum(left * right for left, right in pairwise(widths)))

    def _hidden(self, config: Config) -> list[float]:
        count = int(quantity_of(config, self._num_layers))
        if isinstance(self._width, Sequence) and not isinstance(self._width, str):
            return [quantity_of(config, width) for width in self._width[:count]]
        return [quantity_of(config, self._width)] * count


class FixedLayersMLPCostModel(MLPLinearCostModel):
    """Networks with a fixed number of layers, each with a width of its own.

    Args:
        num_inputs: Number of inputs.
        num_outputs: Number of outputs.
        num_units_keys: Names of the hyperparameters that hold the widths. Default: ``["n_units_1", "n_units_2"]``.
        batch_size: As in :class:`MLPLinearCostModel`. Default: the hyperparameter ``batch_size``.
        bs_exponent: Likewise.
        extra_mlp: Likewise.
        c0_mlp_feature: Likewise.
        expected_hidden_layer_width: Likewise.
    """

    def __init__(
        self,
        num_inputs: int,
        num_outputs: int,
        num_units_keys: Sequence[str] = ("n_units_1", "n_units_2"),
        batch_size: Quantity = "batch_size",
        bs_exponent: float | None = None,
        extra_mlp: bool = False,
        c0_mlp_feature: bool = False,
        expected_hidden_layer_width: float | None = None,
    ) -> None:
        super().__init__(
            num_inputs,
            num_outputs,
            len(num_units_keys),
            list(num_units_keys),
            batch_size,
            bs_exponent,
            extra_mlp,
            c0_mlp_feature,
            expected_hidden_layer_width,
        )
