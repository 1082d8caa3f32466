"""Parameters of a Gaussian process as one flat vector: encoded, bounded, with priors.

Notation::

    p        total number of scalar parameters
    v        value of a parameter
    theta    encoded parameters (p,): log v for parameters on a log scale, else v itself

Priors are densities of the *value*: a log-normal on a log-scaled parameter, a normal on a linear one. In terms of theta
both are quadratic, up to the linear term that the change of variables adds for the log-normal::

    log p(v) = -(theta - location)^2 / (2 spread^2) - [log scale] theta + const
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray

Values = Mapping[str, FloatArray]
"""Name of a parameter to its values (size,)."""


@dataclass(frozen=True)
class Parameter:
    """A group of scalar parameters which share name, bounds and prior.

    Args:
        name: Unique in its vector.
        initial: Value to start from.
        lower: Smallest value.
        upper: Largest value.
        location: Of the prior: mean of theta under the normal that belongs to it.
        spread: Of the prior: standard deviation of that normal.
        size: Number of scalars.
        log: Whether the parameter is positive and encoded by its logarithm.
    """

    name: str
    initial: float
    lower: float
    upper: float
    location: float
    spread: float
    size: int = 1
    log: bool = True

    def encode(self, value: float) -> float:
        """The entry of theta for a value."""
        return float(np.log(value)) if self.log else value


def sum_by_name(*gradients: Values) -> dict[str, FloatArray]:
    """Adds derivatives of several parts of a model; a part need not know every name."""
    total: dict[str, FloatArray] = {}
    for part in gradients:
        for name, gradient in part.items():
            total[name] = total[name] + gradient if name in total else gradient
    return total


def mode_of_log_normal(location: float, spread: float) -> float:
    """The value at which the density of a log-normal distribution is largest."""
    return float(np.exp(location - spread**2))


@dataclass(frozen=True)
class ParameterVector:
    """Several parameters, one after the other in one vector theta (p,).

    Args:
        parameters: In the order of theta.
    """

    parameters: tuple[Parameter, ...]

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Where the entries of each parameter stand."""
        edges = np.cumsum([0, *(parameter.size for parameter in self.parameters)]).tolist()
        spans = zip(self.parameters, pairwise(edges), strict=True)
        return {parameter.name: slice(start, end) for parameter, (start, end) in spans}

    @property
    def size(self) -> int:
        """The number p of scalars."""
        return sum(parameter.size for parameter in self.parameters)

    def _per_entry(self, numbers: list[float]) -> FloatArray:
        return np.repeat(np.array(numbers), [parameter.size for parameter in self.parameters])

    @cached_property
    def initial(self) -> FloatArray:
        """Where to start, (p,), encoded."""
        return self._per_entry([parameter.encode(parameter.initial) for parameter in self.parameters])

    @cached_property
    def lower(self) -> FloatArray:
        """Lower bounds (p,), encoded."""
        return self._per_entry([parameter.encode(parameter.lower) for parameter in self.parameters])

    @cached_property
    def upper(self) -> FloatArray:
        """Upper bounds (p,), encoded."""
        return self._per_entry([parameter.encode(parameter.upper) for parameter in self.parameters])

    @cached_property
    def _is_log(self) -> FloatArray:
        return self._per_entry([float(parameter.log) for parameter in self.parameters])

    @cached_property
    def _location(self) -> FloatArray:
        return self._per_entry([parameter.location for parameter in self.parameters])

    @cached_property
    def _precision(self) -> FloatArray:
        return self._per_entry([parameter.spread**-2 for parameter in self.parameters])

    def decode(self, theta: FloatArray) -> dict[str, FloatArray]:
        """Values by name.

        Args:
            theta: ``(p,)``.
        """
        entries = theta.copy()
        np.exp(theta, out=entries, where=self._is_log > 0)
        return {name: entries[where] for name, where in self.slices.items()}

    def encode(self, values: Values) -> FloatArray:
        """The inverse of :meth:`decode`."""
        parts = [
            np.log(values[parameter.name]) if parameter.log else values[parameter.name] for parameter in self.parameters
        ]
        return np.concatenate(parts)

    def flatten(self, gradients: Values) -> FloatArray:
        """Puts derivatives with respect to entries of theta, given by name, into one vector (p,)."""
        return np.concatenate([gradients[parameter.name] for parameter in self.parameters])

    def clip(self, theta: FloatArray) -> FloatArray:
        """Moves theta into its bounds."""
        return np.clip(theta, self.lower, self.upper)

    def perturb(self, theta: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """Adds standard normal noise to each entry, then clips: another point to start from."""
        return self.clip(theta + random_state.standard_normal(self.size))

    def log_prior(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Log prior density of the values, up to a constant, and its gradient.

        Args:
            theta: ``(p,)``.

        Returns:
            The density's logarithm and its derivatives with respect to theta ``(p,)``.
        """
        difference = theta - self._location
        scaled = difference * self._precision
        value = -0.5 * float(difference @ scaled) - float(self._is_log @ theta)
        return value, -scaled - self._is_log
