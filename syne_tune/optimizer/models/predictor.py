"""The contract of every surrogate model after it has seen data: arrays in, arrays out.

Notation::

    n, m   number of observations, number of points to predict at
    d      number of encoded input columns (see :mod:`syne_tune.optimizer.models.inputs`)
    f      number of target columns; 1 unless pending evaluations are represented by several fantasies
    s      number of joint samples

A predictor is immutable: new data make a new predictor. Whoever fits it decides on the units of the targets, and all
targets are to be minimised. Inputs lie in ``[0, 1]``; ``nan`` marks a hyperparameter which is inactive in that row.

The contract is sliced by ability, so that a function can ask for exactly what it needs::

    Predictor                 predict(x)                      every model
    DifferentiablePredictor   predict_with_pullback(x)        allows local optimisation of an acquisition function
    JointPredictor            sample_joint(x, s, rng)         allows Thompson sampling and sampled fantasies
    Scaled                    length_scales                   makes local optimisation short

Worked example, with a model that knows one number::

    class Constant:
        def __init__(self, targets):                          # (n,)
            self._mean, self._std = targets.mean(), targets.std()

        def predict(self, x):                                 # (m, d)
            m = len(x)
            return Prediction(np.full(m, self._mean), np.full(m, self._std))

    mean, std = Constant(np.array([1.0, 3.0])).predict(np.zeros((5, 2)))    # (5,), (5,)

A pullback carries derivatives from outputs back to inputs, so that one call serves mean and deviation together. For an
acquisition function ``a(mean, std)``::

    prediction, pullback = predictor.predict_with_pullback(x)
    gradient = pullback(da_dmean, da_dstd)                    # (m, d): da/dx, row by row
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
"""Array of 64-bit floats; the shape is said where it is used."""

Pullback: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]
"""From derivatives with respect to mean (same shape as mean) and std (m,) to those with respect to inputs (m, d)."""


class Prediction(NamedTuple):
    """Predictive marginals of the noise-free function at m points.

    Attributes:
        mean: ``(m,)``, or ``(m, f)`` if the model carries several fantasised target columns.
        std: Standard deviation ``(m,)``, positive; it does not depend on the targets and is shared by all columns.
    """

    mean: FloatArray
    std: FloatArray


def as_columns(mean: FloatArray) -> FloatArray:
    """A mean ``(m,)`` or ``(m, f)`` as ``(m, f)``, one column per fantasy."""
    return mean[:, None] if mean.ndim == 1 else mean


@runtime_checkable
class Predictor(Protocol):
    """Predicts marginals."""

    def predict(self, x: FloatArray) -> Prediction:
        """Predictive mean and standard deviation.

        Args:
            x: Encoded inputs ``(m, d)``; m may be 0.

        Returns:
            Mean and standard deviation, row by row: a row's prediction does not depend on the other rows.
        """
        ...


@runtime_checkable
class DifferentiablePredictor(Predictor, Protocol):
    """Also says how its predictions change with the inputs."""

    def predict_with_pullback(self, x: FloatArray) -> tuple[Prediction, Pullback]:
        """The same as :meth:`predict`, and the way back.

        Args:
            x: Encoded inputs ``(m, d)``.

        Returns:
            The prediction and its pullback, whose result ``(m, d)`` is zero where ``x`` is ``nan``.
        """
        ...


@runtime_checkable
class JointPredictor(Predictor, Protocol):
    """Also draws functions."""

    def sample_joint(self, x: FloatArray, num_samples: int, random_state: np.random.RandomState) -> FloatArray:
        """Draws from the joint posterior of the noise-free function at all rows of ``x``.

        Args:
            x: Encoded inputs ``(m, d)``.
            num_samples: s.
            random_state: The only source of randomness.

        Returns:
            ``(m, s)``; each column is one function seen at the m points.
        """
        ...


@runtime_checkable
class Scaled(Protocol):
    """Also says how far an input has to move until predictions change; a hint, which need not be exact."""

    @property
    def length_scales(self) -> FloatArray | None:
        """Distances ``(d,)`` along each column, positive; ``None`` if they are not known."""
        ...


def shortest_length_scales(*parts: object) -> FloatArray | None:
    """Length scales ``(d,)`` of something that is made of several parts; ``None`` if no part knows its own."""
    said = [part.length_scales for part in parts if isinstance(part, Scaled)]
    known = [scales for scales in said if scales is not None]
    return np.asarray(np.min(known, axis=0)) if known else None
