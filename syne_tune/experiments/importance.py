"""Which hyperparameters mattered in an experiment: :func:`importance`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.config_space import Space
from syne_tune.errors import ExperimentNotFoundError, OptionError, nearest
from syne_tune.experiments.experiment_result import ExperimentResult
from syne_tune.experiments.finished_trials import FinishedTrials, finished_trials
from syne_tune.optimizer.models.feasibility import FeasibilityModel
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.laplace import probability
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.sensitivity import sobol_indices
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs

METHODS = ("anova", "length_scale")
SUBJECTS = ("metric", "success")

FEWEST_TRIALS = 8
"""With fewer values, nothing is said."""

_SEED = 0
_NUM_POINTS = 2048


@dataclass(frozen=True)
class ParameterImportance:
    """How much one hyperparameter matters.

    Args:
        name: Of the hyperparameter.
        main: Share of the variation it explains alone; for ``"length_scale"`` the same as ``total``.
        total: Share it explains together with all others.
    """

    name: str
    main: float
    total: float


@dataclass(frozen=True)
class Importance:
    """How much each hyperparameter matters.

    Args:
        subject: Name of the metric, or ``"success"``.
        method: One of :data:`METHODS`.
        parameters: The most important one first.
        num_trials: Number of values the model was fitted to.
        num_failures: Number of failed trials that it knows of.
        model_fit: Share of the variation of left-out values that the model predicts: 1 is perfect, 0 and less mean that
            importance should not be trusted. ``None`` for success.
        resource: The resource at which trials were compared, if they report one.
    """

    subject: str
    method: str
    parameters: tuple[ParameterImportance, ...]
    num_trials: int
    num_failures: int
    model_fit: float | None
    resource: int | None = None

    @property
    def interactions(self) -> float:
        """Share of the variation that no hyperparameter explains alone."""
        return max(0.0, 1.0 - sum(parameter.main for parameter in self.parameters))


def importance(
    experiment: ExperimentResult, metric: int | str = 0, method: str = "anova", of: str = "metric"
) -> Importance:
    """How much each hyperparameter mattered in an experiment.

    A Gaussian process is fitted to one value per trial. ``"anova"`` decomposes the variance of its mean over the whole
    space, see :mod:`syne_tune.optimizer.models.sensitivity`: a hyperparameter that is inactive most of the time
    explains little. ``"length_scale"`` tells how fast the metric changes along each hyperparameter: the inverse of its
    length scale, as a share of the sum. Constraints between hyperparameters are not taken into account.

    Args:
        experiment: As loaded.
        metric: Name or position.
        method: ``"anova"`` or ``"length_scale"``.
        of: ``"metric"``, or ``"success"``: what decides whether a trial fails.

    Raises:
        OptionError: If an argument is not allowed.
        ExperimentNotFoundError: If the experiment knows too little: fewer than eight values, or no failure.
    """
    _check("method", method, METHODS)
    _check("of", of, SUBJECTS)
    return importance_of_trials(finished_trials(experiment, metric), method, of)


def importance_of_values(
    space: Space | Mapping[str, Any],
    configs: Sequence[Mapping[str, Any]],
    values: Sequence[float],
    method: str = "anova",
    transform: str = "auto",
) -> Importance:
    """The same for configurations and values from elsewhere.

    Args:
        space: The search space.
        configs: Configurations.
        values: One per configuration, finite.
        method: ``"anova"`` or ``"length_scale"``.
        transform: Of the values, one of :data:`~syne_tune.optimizer.models.gp.target_transforms.TRANSFORMS`; variation
            is that of transformed values. The default is what predicts best, so that a few extreme values do not
            decide. ``"standardize"`` keeps them as they are.

    Raises:
        OptionError: If an argument is not allowed.
        ExperimentNotFoundError: If there are fewer than eight values.
    """
    _check("method", method, METHODS)
    whole = Space.of(space)
    trials = FinishedTrials(
        space=whole,
        metric="value",
        mode="min",
        resource=None,
        trial_ids=tuple(range(len(configs))),
        configs=tuple(dict(config) for config in configs),
        values=np.asarray(values, dtype=float),
        failed=(),
    )
    return importance_of_trials(trials, method, "metric", transform)


def importance_of_trials(trials: FinishedTrials, method: str, of: str, transform: str = "auto") -> Importance:
    """The same for data that have been collected already; for the arguments see above."""
    if len(trials.values) < FEWEST_TRIALS or not trials.space.free:
        raise ExperimentNotFoundError(
            f"{len(trials.values)} trials have a value of {trials.metric!r}: importance needs {FEWEST_TRIALS} at "
            "least, and something to choose"
        )
    if of == "success":
        return _of_success(trials, method)
    return _of_metric(trials, method, transform)


def _of_metric(trials: FinishedTrials, method: str, transform: str) -> Importance:
    inputs = ModelInputs(HyperparameterRanges(trials.space))
    options = SurrogateOptions(transform=transform)
    surrogate = GaussianProcessSurrogate(inputs.layout, options, np.random.RandomState(_SEED))
    posterior = surrogate.update(inputs.encode(trials.configs), trials.sign * trials.values)
    residuals = posterior.targets - posterior.leave_one_out().mean
    spread = float(np.var(posterior.targets))
    fit = 1 - float(np.mean(residuals**2)) / spread if spread > 0 else 0.0
    shares = _shares(inputs, method, posterior.predict_mean, posterior.values["length_scale"])
    return Importance(
        subject=trials.metric,
        method=method,
        parameters=_ranked(trials.space, inputs, *shares),
        num_trials=len(trials.values),
        num_failures=len(trials.failed),
        model_fit=fit,
        resource=trials.resource,
    )


def _of_success(trials: FinishedTrials, method: str) -> Importance:
    if not trials.failed:
        raise ExperimentNotFoundError("No trial failed for a reason that may lie in its configuration")
    inputs = ModelInputs(HyperparameterRanges(trials.space))
    model = FeasibilityModel(inputs.layout)
    posterior = model.update(inputs.encode(trials.configs), inputs.encode(trials.failed))
    shares = _shares(inputs, method, lambda x: probability(posterior.predict(x)), posterior.values["length_scale"])
    return Importance(
        subject="success",
        method=method,
        parameters=_ranked(trials.space, inputs, *shares),
        num_trials=len(trials.values),
        num_failures=len(trials.failed),
        model_fit=None,
    )


def _shares(
    inputs: ModelInputs, method: str, function: Callable[[FloatArray], FloatArray], length_scales: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Main effects and totals by hyperparameter, in the order of the layout."""
    if method == "length_scale":
        speed = 1 / length_scales
        return speed / speed.sum(), speed / speed.sum()
    domain = inputs.domain
    found = sobol_indices(lambda x: function(domain.mask(domain.round(x))), inputs.layout, _NUM_POINTS, _SEED)
    return found.main, found.total


def _ranked(space: Space, inputs: ModelInputs, main: FloatArray, total: FloatArray) -> tuple[ParameterImportance, ...]:
    pairs = zip(inputs.names, main.tolist(), total.tolist(), strict=True)
    by_name = {name: ParameterImportance(name, *shares) for name, *shares in pairs}
    return tuple(sorted((by_name[name] for name in space.free), key=lambda parameter: -parameter.total))


def _check(name: str, value: str, legal: Sequence[str]) -> None:
    if value not in legal:
        raise OptionError(f"{name} = {value!r}: {nearest(str(value), legal)}")
