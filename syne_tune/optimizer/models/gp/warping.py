"""Input warping: a monotone map of ``[0, 1]`` to itself, learned per column, for functions that change unevenly.

Notation::

    w(x) = 1 - (1 - x^a)^b,    a, b > 0        the distribution function of Kumaraswamy's distribution

Snoek et al. 2014, "Input warping for Bayesian optimization of non-stationary functions" (arXiv:1402.0929), with
Kumaraswamy's instead of the beta distribution because it has a closed form. ``a = b = 1`` is the identity.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.predictor import FloatArray

_EDGE = 1e-7
"""Inputs stay this far away from 0 and 1, where derivatives are infinite."""

_SPREAD = 0.75
_FEWEST_LEVELS = 3


class InputWarping(Protocol):
    """A map of inputs to inputs which a kernel applies first."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Names, bounds and priors of its parameters."""
        ...

    def forward(self, values: Values, x: FloatArray) -> FloatArray:
        """Warped inputs ``(n, d)``; ``nan`` stays ``nan``."""
        ...

    def input_pullback(self, values: Values, x: FloatArray, gradient: FloatArray) -> FloatArray:
        """From derivatives with respect to warped inputs to those with respect to inputs, both ``(n, d)``."""
        ...

    def parameter_pullback(self, values: Values, x: FloatArray, gradient: FloatArray) -> dict[str, FloatArray]:
        """From derivatives with respect to warped inputs ``(n, d)`` to those by encoded parameters, by name."""
        ...


class KumaraswamyWarping:
    """Warps some columns of the inputs.

    Args:
        columns: Indices of the columns to warp, ``(c,)``, increasing.
    """

    def __init__(self, columns: npt.NDArray[np.intp]) -> None:
        self._columns = _as_slice_if_possible(columns)
        self.parameters = (
            _shape_parameter("warping_a", len(columns)),
            _shape_parameter("warping_b", len(columns)),
        )

    @classmethod
    def for_layout(cls, layout: InputLayout) -> KumaraswamyWarping:
        """Warps all :func:`warpable_columns`."""
        return cls(warpable_columns(layout))

    def forward(self, values: Values, x: FloatArray) -> FloatArray:
        """Warped inputs.

        Args:
            values: Parameters ``warping_a``, ``warping_b``, each ``(c,)``.
            x: ``(n, d)``; ``nan`` stays ``nan``.

        Returns:
            ``(n, d)``.
        """
        inside = np.minimum(np.maximum(x[:, self._columns], _EDGE), 1 - _EDGE)
        warped = x.copy()
        warped[:, self._columns] = 1 - _survival(np.log(1 - _power(np.log(inside), values)), values)
        return warped

    def input_pullback(self, values: Values, x: FloatArray, gradient: FloatArray) -> FloatArray:
        """Derivatives with respect to inputs, given those with respect to warped inputs, both ``(n, d)``."""
        bent = self._bend(values, x)
        back = gradient.copy()
        back[:, self._columns] *= values["warping_a"] * bent.slope / bent.inside
        return back

    def parameter_pullback(self, values: Values, x: FloatArray, gradient: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to ``log a`` and ``log b``.

        Args:
            values: Parameters.
            x: Inputs ``(n, d)``.
            gradient: Derivatives with respect to warped inputs ``(n, d)``; zero where ``x`` is ``nan``.

        Returns:
            By name, each ``(c,)``.
        """
        bent = self._bend(values, x)
        arriving = gradient[:, self._columns]
        by_power = np.einsum("nc,nc,nc->c", arriving, bent.slope, bent.log_inside)
        by_survival = np.einsum("nc,nc,nc->c", arriving, bent.survival, bent.log_rest)
        return {"warping_a": values["warping_a"] * by_power, "warping_b": -values["warping_b"] * by_survival}

    def _bend(self, values: Values, x: FloatArray) -> _Bent:
        """What derivatives are made of; finite where ``x`` is ``nan``, too, since they are zero there."""
        inside = np.fmin(np.fmax(x[:, self._columns], _EDGE), 1 - _EDGE)
        log_inside = np.log(inside)
        power = _power(log_inside, values)
        log_rest = np.log(1 - power)
        survival = _survival(log_rest, values)
        slope = values["warping_b"] * power * survival / (1 - power)
        return _Bent(inside, log_inside, log_rest, survival, slope)


class _Bent(NamedTuple):
    """Parts of w and of its derivatives, all ``(n, c)``.

    Attributes:
        inside: x, at a distance from 0 and 1.
        log_inside: Its logarithm.
        log_rest: ``log(1 - x^a)``.
        survival: ``1 - w(x)``.
        slope: Derivative of w by ``log x^a``.
    """

    inside: FloatArray
    log_inside: FloatArray
    log_rest: FloatArray
    survival: FloatArray
    slope: FloatArray


def _power(log_inside: FloatArray, values: Values) -> FloatArray:
    """``x^a``, by an exponential: that is faster than a power."""
    return np.asarray(np.exp(values["warping_a"] * log_inside))


def _survival(log_rest: FloatArray, values: Values) -> FloatArray:
    """``(1 - x^a)^b``."""
    return np.asarray(np.exp(values["warping_b"] * log_rest))


def _as_slice_if_possible(columns: npt.NDArray[np.intp]) -> slice | npt.NDArray[np.intp]:
    """Columns that are neighbours, as is common, are read without a copy."""
    if not len(columns) or columns[-1] - columns[0] != len(columns) - 1:
        return columns
    return slice(int(columns[0]), int(columns[-1]) + 1)


def warpable_columns(layout: InputLayout) -> npt.NDArray[np.intp]:
    """Columns ``(c,)`` of scalars with more than two levels; there is nothing to bend in the others."""
    columns = [
        columns.start
        for block, columns in zip(layout.blocks, layout.slices, strict=True)
        if isinstance(block, Scalar) and (block.levels is None or len(block.levels) >= _FEWEST_LEVELS)
    ]
    return np.array(columns, dtype=np.intp)


def _shape_parameter(name: str, size: int) -> Parameter:
    """A log-normal prior whose mode is 1, the identity."""
    return Parameter(name, initial=1.0, lower=0.25, upper=4.0, location=_SPREAD**2, spread=_SPREAD, size=size)
