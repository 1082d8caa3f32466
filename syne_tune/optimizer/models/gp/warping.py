"""Input warping: a monotone map of ``[0, 1]`` to itself, learned per column, for functions that change unevenly.

Notation::

    w(x) = 1 - (1 - x^a)^b,    a, b > 0        the distribution function of Kumaraswamy's distribution

Snoek et al. 2014, "Input warping for Bayesian optimization of non-stationary functions" (arXiv:1402.0929), with
Kumaraswamy's instead of the beta distribution because it has a closed form. ``a = b = 1`` is the identity.
"""

from __future__ import annotations

from typing import Protocol

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
        columns: Indices of the columns to warp, ``(c,)``.
    """

    def __init__(self, columns: npt.NDArray[np.intp]) -> None:
        self._columns = columns
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
        inner = self._inside(x)
        warped = x.copy()
        warped[:, self._columns] = 1 - (1 - inner ** values["warping_a"]) ** values["warping_b"]
        return warped

    def _inside(self, x: FloatArray) -> FloatArray:
        return np.clip(x[:, self._columns], _EDGE, 1 - _EDGE)

    def input_pullback(self, values: Values, x: FloatArray, gradient: FloatArray) -> FloatArray:
        """Derivatives with respect to inputs, given those with respect to warped inputs, both ``(n, d)``."""
        a, b = values["warping_a"], values["warping_b"]
        inner = self._inside(x)
        slope = a * b * inner ** (a - 1) * (1 - inner**a) ** (b - 1)
        back = gradient.copy()
        back[:, self._columns] *= np.nan_to_num(slope)
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
        a, b = values["warping_a"], values["warping_b"]
        inner = self._inside(x)
        power = inner**a
        rest = 1 - power
        arriving = gradient[:, self._columns]
        by_a = b * rest ** (b - 1) * power * np.log(inner) * a
        by_b = -(rest**b) * np.log(rest) * b
        return {
            "warping_a": np.nansum(arriving * by_a, axis=0),
            "warping_b": np.nansum(arriving * by_b, axis=0),
        }


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
