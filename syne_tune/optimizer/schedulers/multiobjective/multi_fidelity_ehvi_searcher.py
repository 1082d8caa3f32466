"""Bayesian optimisation of several objectives, from values at several resources.

The class is :class:`MultiFidelityHypervolumeSearcher`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.multi_fidelity.surrogates import multi_fidelity_surrogate
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import with_resource
from syne_tune.optimizer.schedulers.multiobjective.joint_models import Evidence, JointModels, Outlook
from syne_tune.optimizer.schedulers.multiobjective.joint_options import (
    check_joint_options,
    checked_reference,
    constraint_aspects,
    expectation,
)
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives
from syne_tune.optimizer.schedulers.searchers.level_view import OneLevel
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_proposals import MOST_BELIEVED
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher import MultiFidelitySearcher
from syne_tune.optimizer.schedulers.searchers.option_checks import check_number
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal
from syne_tune.trial import Result


class MultiFidelityHypervolumeSearcher(MultiFidelitySearcher):
    """Suggests what models of configurations *and* resources, one per objective, expect to widen the front most.

    What :class:`~syne_tune.optimizer.schedulers.searchers.multi_fidelity_searcher.MultiFidelitySearcher` does for one
    metric (Klein et al., MOBSTER, 2020), with the expected improvement of the hypervolume (Emmerich, Deutz, Klinkenberg
    2011) at the resource at which candidates are compared. Which trials are stopped, paused or promoted is up to the
    scheduler.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        mode: ``"min"`` or ``"max"``, or one per objective.
        reference_point: One value per objective, in its units: what is worse is worth nothing. Default: the upper
            quartile of what the models expect of random configurations.
        constraint_attr: Name of a reported value that must be zero or less, or several; every report must hold them.
        random_fraction: Share of configurations, in [0, 1], that are random although models could decide. They keep
            models from looking at a part of the front only; a bad one is stopped early and costs little.
        **kwargs: As for the searcher named above; ``acq_function`` and ``num_fantasy_samples`` are fixed.

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
        random_fraction: float = 1 / 3,
        **kwargs: Any,
    ) -> None:
        check_number("random_fraction", random_fraction, 0, 1)
        self._random_fraction, self._num_after_start = random_fraction, 0
        self._objectives = Objectives(metric, mode)
        self._reference_point = checked_reference(reference_point, self._objectives)
        self._joint: JointModels | None = None
        super().__init__(
            config_space,
            self._objectives.names,
            points_to_evaluate,
            mode=self._objectives.modes,
            aspects=constraint_aspects(constraint_attr, self._objectives),
            **kwargs,
        )
        check_joint_options(self._options.base)

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metrics, modes and rung levels.

        Raises:
            OptionError: If there are fewer than two metrics, or not as many as there are entries of a reference point.
        """
        super().configure_scheduler(scheduler)
        self._joint = None

    def _check_metric(self) -> None:
        self._objectives = Objectives(self._metric, self._mode)
        checked_reference(self._reference_point, self._objectives)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _from_model(self, milestone: int | None = None, **kwargs: Any) -> dict[str, Any] | None:
        number, share = self._num_after_start, self._random_fraction
        self._num_after_start += 1
        if int(share * (number + 1)) > int(share * number):
            return self._at_random(f"as is a share of {share:.3g} of all, whatever models expect")
        return super()._from_model(milestone, **kwargs)

    def _models(self) -> JointModels:
        if self._joint is None:
            options, random_state = self._options, self._model_random_state
            layout = InputLayout.of([*self._inputs.layout.blocks, Scalar()])
            model = options.of_model(self._levels, thin_curves=self._thin_curves)
            surrogates = [
                multi_fidelity_surrogate(options.model, layout, model, random_state) for _ in self._objectives.names
            ]
            self._joint = JointModels(
                self._inputs,
                options.base,
                surrogates,
                self._objectives,
                random_state,
                self._aspects,
                self._reference_point,
            )
        return self._joint

    def _proposals(self, level: int) -> Iterator[Proposal]:
        models, outlook, configs = self._models(), self._outlook(level), self._not_yet_suggested()
        return models.search(outlook) if configs is None else models.rank(outlook, configs)

    def _outlook(self, level: int) -> Outlook:
        """What the models say of configurations at one resource."""
        history, max_resource = self._history, self._max_resource
        codes, resources, costs = history.observations()
        pending, levels = history.pending()
        evidence = Evidence(
            x=with_resource(codes, resources, max_resource),
            costs=costs,
            pending=with_resource(pending, levels, max_resource),
            tried=with_resource(history.tried_without(level, MOST_BELIEVED), level, max_resource),
            pending_codes=pending,
            rivals=history.configurations(),
        )
        return self._models().outlook(evidence, lambda model: OneLevel(max_resource).at(model, level))

    def _explain_proposal(self, proposal: Proposal, level: int) -> None:
        self._explain_as(
            expectation(self._objectives, proposal, where=f"at {self._resource_attr} {level}"),
            source="model",
            level=level,
            acquisition=proposal.acquisition,
            observations=len(self._history),
            pending=len(self._history.pending()[0]),
            **proposal.facts,
        )

    # -- what is known -------------------------------------------------------------------------------------------

    def _costs_of(self, trial_id: str, result: Result) -> FloatArray:
        return self._objectives.costs(trial_id, result)
