"""Bayesian optimisation of several objectives: :class:`ExpectedHypervolumeSearcher`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.multiobjective.joint_models import Evidence, JointModels, Outlook
from syne_tune.optimizer.schedulers.multiobjective.joint_options import (
    check_joint_options,
    checked_reference,
    constraint_aspects,
    expectation,
)
from syne_tune.optimizer.schedulers.multiobjective.multi_fidelity_ehvi_searcher import MultiFidelityHypervolumeSearcher
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives
from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal, Ranks
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.trial import Result


class _JointProposer:
    """Ranks configurations by what models of final values say."""

    def __init__(self, models: JointModels) -> None:
        self._models = models

    def search(self, history: History, num_candidates: int | None = None) -> Iterator[Proposal]:
        """See :class:`~..searchers.proposals.Ranks`."""
        return self._models.search(self._outlook(history), num_candidates)

    def rank(self, history: History, configs: Sequence[dict[str, Any]]) -> Iterator[Proposal]:
        """See :class:`~..searchers.proposals.Ranks`."""
        return self._models.rank(self._outlook(history), configs)

    def _outlook(self, history: History) -> Outlook:
        x, costs = history.observations()
        pending = history.pending()
        rivals = np.vstack([x, pending])
        return self._models.outlook(Evidence(x, costs, pending, pending[:0], pending, rivals), lambda model: model)


class ExpectedHypervolumeSearcher(BayesianOptimizationSearcher):
    """Evaluates next where the volume of what is dominated is expected to grow most.

    Emmerich, Deutz, Klinkenberg, *Hypervolume-based expected improvement*, CEC 2011, exact and in logarithms; one
    Gaussian process per objective. Evaluations under way are believed to give what is expected of them, so that
    workers spread over the front (compare Daulton, Balandat, Bakshy, *Differentiable Expected Hypervolume Improvement
    for Parallel Multi-Objective Bayesian Optimization*, NeurIPS 2020). With constraints, only feasible points dominate,
    and the improvement counts as far as it is likely to be feasible.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        mode: ``"min"`` or ``"max"``, or one per objective.
        reference_point: One value per objective, in its units: what is worse is worth nothing. Default: the upper
            quartile of what the models expect of random configurations.
        constraint_attr: Name of a reported value that must be zero or less, or several; every report must hold them.
        **kwargs: As for :class:`~syne_tune.optimizer.schedulers.searchers.bayesian.BayesianOptimizationSearcher`;
            ``acq_function`` and ``num_fantasy_samples`` are fixed.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        mode: str | Sequence[str] = "min",
        reference_point: Sequence[float] | None = None,
        constraint_attr: str | Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self._objectives = Objectives(metric, mode)
        self._reference_point = checked_reference(reference_point, self._objectives)
        super().__init__(
            config_space,
            self._objectives.names,
            points_to_evaluate,
            mode=self._objectives.modes,
            aspects=constraint_aspects(constraint_attr, self._objectives),
            **kwargs,
        )

    @staticmethod
    def _check_search_options(options: BayesianOptions) -> None:
        check_joint_options(options)

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metrics and modes.

        Raises:
            OptionError: If there are fewer than two metrics, or not as many as there are entries of a reference point.
        """
        super().configure_scheduler(scheduler)
        self._proposer = self._make_proposer()

    def _check_metric(self) -> None:
        self._objectives = Objectives(self._metric, self._mode)
        checked_reference(self._reference_point, self._objectives)

    def _make_proposer(self) -> Ranks:
        options, random_state = self._options, self._model_random_state
        surrogates = [
            GaussianProcessSurrogate(self._inputs.layout, options.surrogate(), random_state)
            for _ in self._objectives.names
        ]
        return _JointProposer(
            JointModels(
                self._inputs, options, surrogates, self._objectives, random_state, self._aspects, self._reference_point
            )
        )

    def _costs_of(self, trial_id: str, result: Result) -> FloatArray:
        return self._objectives.costs(trial_id, result)

    def _explain_proposal(self, proposal: Proposal) -> None:
        self._explain_as(
            expectation(self._objectives, proposal),
            source="model",
            acquisition=proposal.acquisition,
            observations=len(self._history),
            pending=len(self._history.pending()),
            **proposal.facts,
        )


def ehvi_searcher(scheduler: str = "fifo", **arguments: Any) -> BaseSearcher:
    """What the name ``"ehvi"`` stands for.

    Args:
        scheduler: Kind of scheduler that asks. If it compares trials before their end, the models are ones over
            configurations and resources.
        **arguments: Of :class:`ExpectedHypervolumeSearcher` or
            :class:`~.multi_fidelity_ehvi_searcher.MultiFidelityHypervolumeSearcher`.

    Raises:
        OptionError: If an argument is not allowed.
    """
    if scheduler != "fifo":
        return MultiFidelityHypervolumeSearcher(**arguments)
    if arguments.get("metric") is None:
        raise OptionError("metric: name the objectives, at least two")
    return ExpectedHypervolumeSearcher(**arguments)
