"""Kernels over (configuration, resource) that are made of a kernel and a table over resources.

Notation::

    x, r    configuration (d columns) and r / r_max (last column of the input)
    k0      base kernel over x, or over (x, r)
    A, B    functions of two resources, given by a :class:`Coupling`
    G       dL/dK (m, n)

    k((x, r), (x', r')) = k0 A(r, r') + B(r, r') [x = x', if each configuration has a curve of its own]

Resources take few different values. Couplings therefore see tables (k, l) over those, never matrices (m, n).
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple, Protocol

import numpy as np

from syne_tune.optimizer.models.gp.kernels import CrossPullback, GramPullback, Kernel
from syne_tune.optimizer.models.gp.linalg import Workspace
from syne_tune.optimizer.models.gp.parameters import Parameter, Values, sum_by_name
from syne_tune.optimizer.models.predictor import FloatArray


class Table(NamedTuple):
    """What a coupling says about k resources on the left and l on the right, or its derivatives.

    Attributes:
        factor: A ``(k, l)``.
        offset: B ``(k, l)``; ``None`` if it is zero for all resources.
    """

    factor: FloatArray
    offset: FloatArray | None = None


class Coupling(Protocol):
    """How values at different resources go together; symmetric functions of two resources."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Names, bounds and priors of its parameters."""
        ...

    def table(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """A and B for all pairs of ``r / r_max`` in ``left`` ``(k,)`` and ``right`` ``(l,)``."""
        ...

    def slope(self, values: Values, left: FloatArray, right: FloatArray) -> Table:
        """Derivatives of A and B with respect to ``left``; zero where they do not exist."""
        ...

    def parameter_pullback(self, values: Values, resources: FloatArray, by_table: Table) -> dict[str, FloatArray]:
        """From symmetric derivatives by the table ``(k, k)`` of ``resources`` to those by encoded parameters."""
        ...


class CoupledKernel:
    """The kernel described at the top of this module.

    Args:
        base: k0.
        coupling: A and B.
        base_sees_resource: Whether k0 is a kernel over all columns, or over all but the last.
        own_curves: Whether B is restricted to pairs of equal configurations.
    """

    def __init__(
        self, base: Kernel, coupling: Coupling, *, base_sees_resource: bool = False, own_curves: bool = False
    ) -> None:
        self._base, self._coupling = base, coupling
        self._base_sees_resource, self._own_curves = base_sees_resource, own_curves
        self.parameters: tuple[Parameter, ...] = (*base.parameters, *coupling.parameters)

    def _base_inputs(self, x: FloatArray) -> FloatArray:
        return x if self._base_sees_resource else x[:, :-1]

    def features(self, values: Values, x: FloatArray) -> FloatArray:
        """Features of the base kernel, then a number that identifies the configuration, then the resource."""
        identity = fingerprints(x[:, :-1]) if self._own_curves else np.zeros(len(x))
        return np.column_stack([self._base.features(values, self._base_inputs(x)), identity, x[:, -1]])

    def length_scales(self, values: Values) -> FloatArray:
        """Those of the base kernel; 1 for the resource if that does not see it."""
        own = self._base.length_scales(values)
        return own if self._base_sees_resource else np.append(own, 1.0)

    def diagonal(self, values: Values, features: FloatArray) -> FloatArray:
        """Prior variances ``(n,)``."""
        resources, index = np.unique(features[:, -1], return_inverse=True)
        factor, offset = self._coupling.table(values, resources, resources)
        variance = self._base.diagonal(values, features[:, :-2]) * np.diagonal(factor)[index]
        return variance if offset is None else variance + np.diagonal(offset)[index]

    def diagonal_pullback(self, values: Values, x: FloatArray, by_diagonal: FloatArray) -> FloatArray:
        """Derivatives with respect to inputs; both resources of A(r, r) move at once, hence twice the slope."""
        base_inputs = self._base_inputs(x)
        base_variance = self._base.diagonal(values, self._base.features(values, base_inputs))
        resources, index = np.unique(x[:, -1], return_inverse=True)
        factor = self._coupling.table(values, resources, resources).factor
        slope = self._coupling.slope(values, resources, resources)
        by_resource = 2 * base_variance * np.diagonal(slope.factor)[index]
        if slope.offset is not None:
            by_resource += 2 * np.diagonal(slope.offset)[index]
        by_base = self._base.diagonal_pullback(values, base_inputs, by_diagonal * np.diagonal(factor)[index])
        return self._join(by_base, by_diagonal * by_resource)

    def _join(self, by_base: FloatArray, by_resource: FloatArray) -> FloatArray:
        if not self._base_sees_resource:
            return np.column_stack([by_base, by_resource])
        by_base[:, -1] += by_resource
        return by_base

    def cross(self, values: Values, left: FloatArray, right: FloatArray) -> FloatArray:
        """Covariances ``(m, n)`` between features."""
        base = self._base.cross(values, left[:, :-2], right[:, :-2])
        pairs = _Pairs(left, right, own_curves=self._own_curves)
        return pairs.combine(base, self._coupling.table(values, pairs.left, pairs.right), out=base)

    def cross_with_pullback(
        self, values: Values, x: FloatArray, left: FloatArray, right: FloatArray
    ) -> tuple[FloatArray, CrossPullback]:
        """Covariances ``(m, n)`` between features, and derivatives with respect to the inputs on the left."""
        base_inputs = self._base_inputs(x)
        base, base_pullback = self._base.cross_with_pullback(values, base_inputs, left[:, :-2], right[:, :-2])
        pairs = _Pairs(left, right, own_curves=self._own_curves)
        table = self._coupling.table(values, pairs.left, pairs.right)

        def pullback(arriving: FloatArray) -> FloatArray:
            slope = self._coupling.slope(values, pairs.left, pairs.right)
            by_resource = (arriving * pairs.combine(base, slope)).sum(axis=1)
            return self._join(base_pullback(arriving * pairs.expand(table.factor)), by_resource)

        return pairs.combine(base, table), pullback

    def gram_with_pullback(
        self, values: Values, x: FloatArray, workspace: Workspace
    ) -> tuple[FloatArray, GramPullback]:
        """Covariances ``(n, n)`` among inputs, and derivatives with respect to encoded parameters."""
        base, base_pullback = self._base.gram_with_pullback(values, self._base_inputs(x), workspace)
        identity = fingerprints(x[:, :-1]) if self._own_curves else np.zeros(len(x))
        known = np.column_stack([identity, x[:, -1]])
        pairs = _Pairs(known, known, own_curves=self._own_curves)
        table = self._coupling.table(values, pairs.left, pairs.right)
        gram = pairs.combine(base, table, out=workspace.array("coupled", base.shape))

        def pullback(arriving: FloatArray) -> dict[str, FloatArray]:
            by_factor = pairs.collect(arriving * base)
            by_offset = None if table.offset is None else pairs.collect(arriving, masked=True)
            own = self._coupling.parameter_pullback(values, pairs.left, Table(by_factor, by_offset))
            return sum_by_name(base_pullback(arriving * pairs.expand(table.factor)), own)

        return gram, pullback


class _Pairs:
    """From tables over different resources to matrices over all pairs of rows, and back.

    Args:
        left: ``(m, ...)``, of which the last two columns are the identity of the configuration and the resource.
        right: ``(n, ...)``.
        own_curves: Whether offsets count for equal configurations only.
    """

    def __init__(self, left: FloatArray, right: FloatArray, *, own_curves: bool) -> None:
        self.left, self._left_index = np.unique(left[:, -1], return_inverse=True)
        self.right, self._right_index = np.unique(right[:, -1], return_inverse=True)
        self._same = left[:, -2, None] == right[:, -2] if own_curves else None

    def expand(self, table: FloatArray) -> FloatArray:
        """``(k, l)`` to ``(m, n)``, or to ``(1, n)`` if all rows on the left have the same resource."""
        by_row = table[:, self._right_index]
        return by_row if len(by_row) == 1 else by_row[self._left_index]

    def combine(self, base: FloatArray, table: Table, out: FloatArray | None = None) -> FloatArray:
        """``base`` times the factor, plus the offset."""
        result: FloatArray = np.multiply(base, self.expand(table.factor), out=out)
        if table.offset is not None:
            offset = self.expand(table.offset)
            result += offset if self._same is None else offset * self._same
        return result

    def collect(self, matrix: FloatArray, *, masked: bool = False) -> FloatArray:
        """``(m, n)`` to sums ``(k, l)`` over all pairs with the same resources; ``masked``: of equal configurations."""
        counted = matrix * self._same if masked and self._same is not None else matrix
        by_right = counted @ np.eye(len(self.right))[self._right_index]
        return np.asarray(np.eye(len(self.left))[self._left_index].T @ by_right)


def fingerprints(x: FloatArray) -> FloatArray:
    """A number per row ``(n,)``, equal for equal rows and, but for a chance of 1 in 2^48 per pair, only for those."""
    rows = np.ascontiguousarray(np.nan_to_num(x, nan=-1.0) + 0.0)
    digests = [hashlib.blake2b(row.tobytes(), digest_size=6).digest() for row in rows]
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.float64)
