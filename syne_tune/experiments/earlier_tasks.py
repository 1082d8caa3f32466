"""Earlier experiments and blackboxes as the beginning of a new experiment.

Three ways, from simple to thorough: some of their best configurations as ``points_to_evaluate``; all of their
evaluations for the methods of :mod:`syne_tune.optimizer.schedulers.transfer_learning`; recorded tables for simulation.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.config_space import Space
from syne_tune.errors import ConfigSpaceError, OptionError
from syne_tune.experiments.experiment_result import ExperimentResult
from syne_tune.experiments.finished_trials import FinishedTrials, finished_trials
from syne_tune.experiments.loading import load_experiment
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TransferLearningTaskEvaluations
from syne_tune.optimizer.schedulers.transfer_learning.fitting import distinct, fit_to_space

logger = logging.getLogger(__name__)


def evaluations_from_experiments(
    experiments: Iterable[str | ExperimentResult], metric: int | str = 0
) -> dict[str, TransferLearningTaskEvaluations]:
    """The ``transfer_learning_evaluations`` of methods, from experiments.

    Of each trial counts one value: at the largest resource that at least half of the trials have reached, if they
    report one, else its last. Trials that failed do not count.

    Args:
        experiments: Names, or experiments as loaded; each is a task of its own.
        metric: Name of the metric, or its position. All must have it with the same mode.

    Returns:
        Name of experiment to its evaluations.

    Raises:
        ExperimentNotFoundError: If an experiment cannot be loaded.
        OptionError: If there is no such metric, or modes differ.
    """
    loaded = _loaded(experiments)
    finished = {experiment.name: finished_trials(experiment, metric) for experiment in loaded}
    _check_modes(finished)
    return {name: _evaluations(trials) for name, trials in finished.items()}


def points_to_evaluate_from_experiments(
    experiments: Iterable[str | ExperimentResult],
    config_space: Mapping[str, Any],
    metric: int | str = 0,
    num_per_experiment: int = 1,
    clip: bool = True,
) -> list[dict[str, Any]]:
    """The best configurations of earlier experiments, for ``points_to_evaluate``.

    What is changed to fit into the present space, and what does not fit at all, is logged as a warning: parameters it
    does not know are dropped, missing ones get the middle of their range, configurations with other values that are not
    in it are left out.

    Args:
        experiments: Names, or experiments as loaded.
        config_space: Of the new experiment.
        metric: Name of the metric, or its position.
        num_per_experiment: So many of each, best first.
        clip: Whether numbers out of range are moved to the bound; otherwise their configurations are left out.

    Returns:
        Configurations of ``config_space``, each once: the best of each experiment first, then the second best ones.

    Raises:
        ExperimentNotFoundError: If an experiment cannot be loaded.
        OptionError: If there is no such metric, or ``num_per_experiment`` is not positive.
    """
    if num_per_experiment < 1:
        raise OptionError(f"num_per_experiment = {num_per_experiment!r}: must be at least 1")
    space = Space.of(config_space)
    best = {experiment.name: _best(finished_trials(experiment, metric)) for experiment in _loaded(experiments)}
    found = [
        _fitted(name, configs[place], space, clip)
        for place in range(num_per_experiment)
        for name, configs in best.items()
        if place < len(configs)
    ]
    return distinct([config for config in found if config is not None], space)


def evaluations_from_blackbox(blackbox: Blackbox) -> TransferLearningTaskEvaluations:
    """What a recorded table or list of evaluations holds.

    Args:
        blackbox: A table, or a list without seeds and fidelities.

    Raises:
        OptionError: If it is a blackbox of another kind.
    """
    if isinstance(blackbox, BlackboxTabular):
        hyperparameters, values = blackbox.hyperparameters, blackbox.objectives_evaluations
    elif isinstance(blackbox, BlackboxOffline) and blackbox.fidelity_space is None and blackbox.num_seeds == 1:
        hyperparameters, objectives = blackbox.hyperparameter_objectives_values()
        values = objectives.to_numpy()[:, None, None, :]
    else:
        raise OptionError(
            f"{type(blackbox).__name__}: only tables, and lists without seeds and fidelities, hold evaluations of all "
            "metrics"
        )
    return TransferLearningTaskEvaluations(
        configuration_space=blackbox.configuration_space,
        hyperparameters=hyperparameters,
        objectives_names=blackbox.objectives_names,
        objectives_evaluations=values,
    )


def evaluations_from_blackboxes(
    blackboxes: Mapping[str, Blackbox], leave_out: str | None = None
) -> dict[str, TransferLearningTaskEvaluations]:
    """What the tables of several tasks hold.

    Args:
        blackboxes: Name of task to table, as ``load_blackbox`` returns them.
        leave_out: The task that is to be tuned.

    Raises:
        OptionError: If one is of another kind.
    """
    return {name: evaluations_from_blackbox(table) for name, table in blackboxes.items() if name != leave_out}


def _loaded(experiments: Iterable[str | ExperimentResult]) -> list[ExperimentResult]:
    return [load_experiment(entry) if isinstance(entry, str) else entry for entry in experiments]


def _check_modes(finished: Mapping[str, FinishedTrials]) -> None:
    kinds = {(trials.metric, trials.mode) for trials in finished.values()}
    if len(kinds) > 1:
        raise OptionError(f"experiments optimise different metrics: {sorted(kinds)}; name one that all have")


def _evaluations(trials: FinishedTrials) -> TransferLearningTaskEvaluations:
    columns = {name: [config.get(name, np.nan) for config in trials.configs] for name in trials.space.free}
    return TransferLearningTaskEvaluations(
        configuration_space=trials.space,
        hyperparameters=pd.DataFrame(columns, index=range(len(trials.configs))).astype(object),
        objectives_names=[trials.metric],
        objectives_evaluations=trials.values.reshape(-1, 1, 1, 1),
    )


def _best(trials: FinishedTrials) -> list[dict[str, Any]]:
    order = np.argsort(trials.sign * trials.values, kind="stable")
    return [trials.configs[place] for place in order.tolist()]


def _fitted(name: str, config: Mapping[str, Any], space: Space, clip: bool) -> dict[str, Any] | None:
    """The configuration in the present space; says what had to be changed."""
    try:
        fitted = fit_to_space(config, space, clip)
    except ConfigSpaceError as error:
        logger.warning("Experiment %s: configuration %s is left out: %s", name, dict(config), error)
        return None
    for change in fitted.changes:
        logger.warning("Experiment %s: %s", name, change)
    return fitted.config
