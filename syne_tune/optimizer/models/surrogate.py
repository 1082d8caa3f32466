"""The contract of surrogate models: a :class:`Surrogate` learns from growing data and makes :class:`Conditioned` ones.

A predictor (see :mod:`syne_tune.optimizer.models.predictor`) is immutable. A surrogate makes predictors: it decides
when to fit its parameters again, how targets are transformed, and which observations it can afford to use.

Call order::

    conditioned = surrogate.update(x, y)              # all observations so far, oldest first; any number may be new
    assumed = believe(conditioned, pending)           # what is under way, see acquisition.fantasies
    mean, std = assumed.predict(candidates)           # transformed targets, to be minimised
    surrogate.transform.inverse(mean)                 # in units of y

Several fidelities. The model of a method that compares trials at different resources sees the resource as *one more
column, the last one*: ``r / r_max`` in (0, 1], see :func:`with_resource`. Its layout ends with the block ``Scalar()``.
Whether that column is just another input of a kernel or selects one of several models is the surrogate's business.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.gp.target_transforms import TargetTransform
from syne_tune.optimizer.models.predictor import DifferentiablePredictor, FloatArray, JointPredictor


class Conditioned(DifferentiablePredictor, JointPredictor, Protocol):
    """A predictor that knows the data it is conditioned on and can take more of them at unchanged parameters."""

    @property
    def x(self) -> FloatArray:
        """Inputs ``(n, d)`` it is conditioned on."""
        ...

    @property
    def mean_at_data(self) -> FloatArray:
        """Predictive mean there, ``(n,)`` or ``(n, f)``."""
        ...

    def predict_mean(self, x: FloatArray) -> FloatArray:
        """Predictive mean only, ``(m,)`` or ``(m, f)``."""
        ...

    def noise_std(self, x: FloatArray) -> FloatArray:
        """Standard deviation ``(m,)`` of an observation around the noise-free function."""
        ...

    def append(self, x: FloatArray, targets: FloatArray) -> Conditioned:
        """The same parameters with q further observations: ``(q, d)``, and ``(q,)`` or ``(q, f)``."""
        ...


class Surrogate(Protocol):
    """Turns growing data into predictors, at bounded cost per observation."""

    @property
    def transform(self) -> TargetTransform:
        """From metric values to the targets of the last predictor."""
        ...

    @property
    def indices(self) -> npt.NDArray[np.intp]:
        """Which observations the last predictor is conditioned on, ``(k,)``, increasing."""
        ...

    def update(self, x: FloatArray, y: FloatArray) -> Conditioned:
        """The predictor given all observations.

        Args:
            x: Encoded inputs ``(n, d)``, n at least 1.
            y: Metric values ``(n,)``, to be minimised, finite.

        Raises:
            OptionError: If there are no observations, or a value is not finite.
        """
        ...


def with_resource(x: FloatArray, resources: npt.ArrayLike, max_resource: int) -> FloatArray:
    """Appends the column of resources.

    Args:
        x: Encoded configurations ``(n, d)``.
        resources: One for all rows, or ``(n,)``; counted from 1.
        max_resource: The largest one, r_max.

    Returns:
        ``(n, d + 1)``.
    """
    column = np.broadcast_to(np.asarray(resources, dtype=np.float64) / max_resource, (len(x),))
    return np.column_stack([x, column])
