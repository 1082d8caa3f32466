"""Constraints between parameters: :class:`Constraint`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.config_space.expressions import Expression


class Constraint:
    """A rule every configuration of a space must satisfy.

    It is written as text, see :mod:`syne_tune.config_space.expressions`, and may refer to parameters and constants of
    the space. If a parameter it mentions is inactive, it holds.

    Args:
        text: For example ``"batch_size * seq_len <= 65536"``.

    Raises:
        ConfigSpaceError: If the text contains anything that is not allowed.

    Attributes:
        names: The parameters and constants it mentions.
    """

    def __init__(self, text: str) -> None:
        self._expression = Expression(text)
        self.names = self._expression.names

    @property
    def text(self) -> str:
        """As given."""
        return self._expression.text

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether ``values`` (of one configuration, constants included) satisfy the rule.

        Raises:
            ConfigSpaceError: If an operation does not suit the type of a value.
        """
        for name in self.names:
            if name not in values:
                return True
        return bool(self._expression(values))

    def holds_many(self, columns: Mapping[str, Any], n: int) -> NDArray[np.bool_]:
        """The same for ``n`` configurations in which all parameters are active.

        Args:
            columns: For each of :attr:`names` a list of ``n`` values, or one value for all.
            n: Number of configurations.

        Returns:
            Array of shape ``(n,)``.
        """
        values = {name: _as_array(columns[name]) for name in self.names}
        return np.broadcast_to(np.asarray(self._expression(values), dtype=bool), (n,))

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Constraint) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Constraint({self.text!r})"


def as_constraints(constraints: Sequence[Constraint | str]) -> tuple[Constraint, ...]:
    """Reads a list of constraints or of their texts; one text alone counts as a list of one."""
    given = [constraints] if isinstance(constraints, (str, Constraint)) else constraints
    return tuple(c if isinstance(c, Constraint) else Constraint(c) for c in given)


def _as_array(column: Any) -> Any:
    """A list as an array, tuples in it as single objects."""
    if not isinstance(column, list):
        return column
    if column and isinstance(column[0], tuple):
        array = np.empty(len(column), dtype=object)
        array[:] = column
        return array
    return np.array(column)
