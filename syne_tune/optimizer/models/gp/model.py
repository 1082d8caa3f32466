"""The contract of a model that a surrogate keeps up to date: parameters, their likelihood, and predictors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from syne_tune.optimizer.models.gp.fit import Likelihood
from syne_tune.optimizer.models.gp.linalg import Workspace
from syne_tune.optimizer.models.gp.parameters import ParameterVector, Values
from syne_tune.optimizer.models.predictor import FloatArray, Prediction
from syne_tune.optimizer.models.surrogate import Conditioned

ProcessT = TypeVar("ProcessT", bound=Likelihood)
Self = TypeVar("Self", bound="Trained")
TrainedT = TypeVar("TrainedT", bound="Trained")
TrainedT_co = TypeVar("TrainedT_co", bound="Trained", covariant=True)


class Trained(Conditioned, Protocol):
    """A predictor with the parameters it was made with, to which data can be added."""

    @property
    def theta(self) -> FloatArray:
        """Encoded parameters ``(p,)``."""
        ...

    @property
    def targets(self) -> FloatArray:
        """Targets ``(n,)`` or ``(n, f)`` it is conditioned on."""
        ...

    def leave_one_out(self) -> Prediction:
        """Predictions of each target from all others, at these parameters: mean and standard deviation ``(n,)``."""
        ...

    def with_targets(self: Self, targets: FloatArray) -> Self:
        """The same inputs with other targets ``(n,)`` or ``(n, f)``."""
        ...

    def append(self: Self, x: FloatArray, targets: FloatArray) -> Self:
        """The same parameters with q further observations: ``(q, d)``, and ``(q,)`` or ``(q, f)``."""
        ...


class Model(Likelihood, Protocol[TrainedT_co]):
    """Knows how well parameters explain data, and makes predictors at given parameters."""

    def condition(self, theta: FloatArray, x: FloatArray, targets: FloatArray) -> TrainedT_co:
        """The predictor given data ``(n, d)``, ``(n,)`` and encoded parameters ``(p,)``."""
        ...


class ExactModel(Generic[ProcessT, TrainedT]):
    """A prior, and how it is conditioned in closed form.

    Args:
        process: The prior.
        posterior: Makes a predictor of the prior, encoded parameters ``(p,)`` and data ``(n, d)``, ``(n,)``.
    """

    def __init__(
        self, process: ProcessT, posterior: Callable[[ProcessT, FloatArray, FloatArray, FloatArray], TrainedT]
    ) -> None:
        self.process, self._posterior = process, posterior

    @property
    def parameters(self) -> ParameterVector:
        """Those of the process."""
        return self.process.parameters

    def negative_log_likelihood(
        self, values: Values, x: FloatArray, targets: FloatArray, workspace: Workspace
    ) -> tuple[float, dict[str, FloatArray]]:
        """That of the process."""
        return self.process.negative_log_likelihood(values, x, targets, workspace)

    def condition(self, theta: FloatArray, x: FloatArray, targets: FloatArray) -> TrainedT:
        """The posterior given data."""
        return self._posterior(self.process, theta, x, targets)
