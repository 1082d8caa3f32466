"""Which configuration to use in the end, when reports are noisy: :func:`recommend`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.experiment_result import ExperimentResult
from syne_tune.experiments.finished_trials import FinishedTrials, finished_trials
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs

_SHARE_AT_FULL_LENGTH = 0.1
"""Trials are compared at the largest resource that so many of them reached: what is recommended has been trained."""

_SEED = 0


@dataclass(frozen=True)
class Recommendation:
    """The evaluated configuration that a model takes for the best.

    Args:
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        trial_id: A trial with this configuration.
        config: Its active hyperparameters, and the constants of the space.
        observed: What the trial reported.
        predicted_mean: What the model expects of another evaluation, in the units of the metric.
        predicted_std: Standard deviation of the noise-free value.
        noise_std: Standard deviation of one report around the noise-free value.
        num_trials: Number of trials that were compared.
    """

    metric: str
    mode: str
    trial_id: int
    config: dict[str, Any]
    observed: float
    predicted_mean: float
    predicted_std: float
    noise_std: float
    num_trials: int


def recommend(experiment: ExperimentResult, metric: int | str = 0) -> Recommendation:
    """The configuration with the best posterior mean among those that were evaluated.

    The best report of a noisy metric is a lucky one, and the more trials there are, the luckier. A Gaussian process of
    all trials sees through that: configurations nearby, and repeated ones, count as evidence.

    Args:
        experiment: As loaded.
        metric: Name or position.

    Raises:
        OptionError: If there is no such metric.
        ExperimentNotFoundError: If no trial has a finite value, or the search space is not known.
    """
    return recommend_from(finished_trials(experiment, metric, _SHARE_AT_FULL_LENGTH))


def recommend_from(trials: FinishedTrials) -> Recommendation:
    """The same for data that have been collected already."""
    if not len(trials.values):
        raise ExperimentNotFoundError(
            f"No trial has reported a finite {trials.metric!r}: there is nothing to recommend"
        )
    inputs = ModelInputs(HyperparameterRanges(trials.space))
    options = SurrogateOptions(max_observations=None)
    surrogate = GaussianProcessSurrogate(inputs.layout, options, np.random.RandomState(_SEED))
    x = inputs.encode(trials.configs)
    posterior = surrogate.update(x, trials.sign * trials.values)
    best = int(np.argmin(posterior.mean_at_data))
    mean, std = posterior.predict(x[[best]])
    noise = posterior.noise_std(x[[best]])
    levels = surrogate.transform.inverse(np.concatenate([mean, mean - std, mean + std, mean - noise, mean + noise]))
    return Recommendation(
        metric=trials.metric,
        mode=trials.mode,
        trial_id=trials.trial_ids[best],
        config=trials.configs[best],
        observed=float(trials.values[best]),
        predicted_mean=float(trials.sign * levels[0]),
        predicted_std=float(levels[2] - levels[1]) / 2,
        noise_std=float(levels[4] - levels[3]) / 2,
        num_trials=len(trials.values),
    )
