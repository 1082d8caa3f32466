"""Bayesian optimisation from values at several resources: :class:`MultiFidelitySearcher`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.multi_fidelity.surrogates import (
    CURVE_MODELS,
    MultiFidelityModelOptions,
    MultiFidelitySurrogate,
    multi_fidelity_surrogate,
)
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import Surrogate
from syne_tune.optimizer.schedulers.searchers.aspect import AspectFactory
from syne_tune.optimizer.schedulers.searchers.gaussian_process_searcher import GaussianProcessSearcher
from syne_tune.optimizer.schedulers.searchers.level_history import LevelHistory
from syne_tune.optimizer.schedulers.searchers.level_view import LevelView, OneLevel, WeighedLevels
from syne_tune.optimizer.schedulers.searchers.metric_values import number_reported
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_options import MultiFidelityOptions
from syne_tune.optimizer.schedulers.searchers.multi_fidelity_proposals import MultiFidelityProposer
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal
from syne_tune.optimizer.schedulers.searchers.resume_or_start import Advice, PausedAt
from syne_tune.optimizer.schedulers.searchers.target_level import target_level
from syne_tune.trial import Config, Result

_FACTOR = 3
"""Ratio of the levels assumed where no scheduler names any."""


class MultiFidelitySearcher(GaussianProcessSearcher):
    """Suggests what a model of configurations *and* resources, fitted to values at all, expects to improve most.

    Klein, Tiao, Lienart, Archambeau, Seeger, *Model-based Asynchronous Hyperparameter and Neural Architecture Search*,
    2020 (MOBSTER). Which trials are compared where, stopped, paused or promoted, is up to the scheduler; a pending
    evaluation is one of a trial at a resource, and ends with the value there.

    First come ``points_to_evaluate`` and random configurations, the same as those of random search with the same seed;
    then the model decides. What a trial reported before it failed remains known, its configuration is not suggested
    again, and a model of its own learns where trials fail. What is suggested does not depend on units of the metric.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.
        resource_attr: Name of the reported resource, an integer counted from 1.
        max_epochs: The largest resource. Default: that of the scheduler.
        weigh_levels: If given, predictions are mixtures over levels (see :class:`~.level_view.WeighedLevels`), and the
            scheduler draws brackets by the distribution that this makes of a source of weights and its own one.
        thin_curves: Whether long curves are thinned out if there are more values than the model takes.
        aspects: What counts besides the metric and success, see :mod:`~.aspect`.
        **search_options: Fields of :class:`~.multi_fidelity_options.MultiFidelityOptions` and
            :class:`~.bayesian_options.BayesianOptions`.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If there are several metrics, or an option is unknown or has a value that is not allowed.
    """

    _history: LevelHistory
    _nothing_known = "no evaluation has reported yet"

    def __init__(  # noqa: PLR0913  # those of the base class, and what schedulers tell
        self,
        config_space: Mapping[str, Any],
        metric: str | list[str],
        points_to_evaluate: list[dict[str, Any]] | None = None,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        mode: str | list[str] = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
        resource_attr: str = "epoch",
        max_epochs: int | None = None,
        weigh_levels: Callable[[Callable[[], FloatArray | None], Any], Any] | None = None,
        thin_curves: bool = False,
        aspects: Sequence[AspectFactory] = (),
        **search_options: Any,
    ) -> None:
        self._options = MultiFidelityOptions.of(search_options)
        super().__init__(
            config_space,
            metric,
            self._options.base,
            aspects,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        self._resource_attr = resource_attr
        self._levels = () if max_epochs is None else _default_levels(max_epochs)
        self._history = LevelHistory(self._inputs.layout.num_columns, keeps_failed=True)
        self._weigh_levels = weigh_levels
        self._thin_curves = thin_curves
        self._weighed: WeighedLevels | None = None
        self._proposer: MultiFidelityProposer | None = None
        self._decided: Proposal | None = None

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metric, mode and rung levels.

        Args:
            scheduler: Has ``metric_names()``, ``metric_mode()``, ``resource_attr``, ``searcher_data``, ``rung_levels``
                and ``max_resource_level``.

        Raises:
            OptionError: If there are several metrics.
        """
        super().configure_scheduler(scheduler)
        self._resource_attr = scheduler.resource_attr
        self._levels = self._levels_of(scheduler)
        self._proposer = None
        if self._weigh_levels is not None:
            scheduler.bracket_distribution = self._weigh_levels(self.level_weights, scheduler.bracket_distribution)

    def _levels_of(self, scheduler: Any) -> tuple[int, ...]:
        """Rung levels; models of whole curves tell apart all resources at which values are learned."""
        if self._options.model in CURVE_MODELS and scheduler.searcher_data != "rungs":
            return tuple(range(1, scheduler.max_resource_level + 1))
        return tuple(sorted({*scheduler.rung_levels, scheduler.max_resource_level}))

    @property
    def _max_resource(self) -> int:
        if not self._levels:
            raise OptionError(
                "max_epochs: the largest resource is not known; pass it, or use a scheduler that knows it"
            )
        return self._levels[-1]

    # -- the model -----------------------------------------------------------------------------------------------

    def _model(self) -> MultiFidelityProposer:
        if self._proposer is None:
            self._proposer = self._make_proposer()
        return self._proposer

    def _make_proposer(self) -> MultiFidelityProposer:
        options, random_state, max_resource = self._options, self._model_random_state, self._max_resource
        layout = InputLayout.of([*self._inputs.layout.blocks, Scalar()])
        model = options.of_model(self._levels, thin_curves=self._thin_curves)
        surrogate = self._make_surrogate(layout, model)
        view: LevelView = OneLevel(max_resource)
        if self._weigh_levels is not None:
            assert isinstance(surrogate, MultiFidelitySurrogate), "whoever makes another one weighs no levels"
            number = options.hypertune_distribution_num_samples
            view = self._weighed = WeighedLevels(surrogate, number, random_state)
        return MultiFidelityProposer(
            self._inputs, options.base, surrogate, view, max_resource, random_state, self._aspects
        )

    def _make_surrogate(self, layout: InputLayout, model: MultiFidelityModelOptions) -> Surrogate:
        """The model over configurations and resources; subclasses may make another one."""
        return multi_fidelity_surrogate(self._options.model, layout, model, self._model_random_state)

    def level_weights(self) -> FloatArray | None:
        """How far each level is to be trusted ``(k,)``, sum 1; ``None`` before the model decides, or without levels."""
        if self._why_no_model() is not None:
            return None
        self._model().update(self._history)
        return None if self._weighed is None else self._weighed.theta

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _from_model(self, milestone: int | None = None, **kwargs: Any) -> dict[str, Any] | None:
        decided, self._decided = self._decided, None
        first = milestone or self._max_resource
        level = self._goal_of_new(first) if decided else self._target_level(first)
        proposal = decided or self._first_new(self._proposals(level))
        if proposal is None:
            return None
        self._explain_proposal(proposal, level)
        return proposal.config

    @property
    def _compares_at_the_end(self) -> bool:
        """Whether paused trials and new ones compete at the largest resource."""
        return self._options.resource_acq == "final"

    def _goal_of_new(self, first: int) -> int:
        return self._max_resource if self._compares_at_the_end else first

    def _target_level(self, first: int) -> int:
        options, numbers = self._options, self._history.num_values_at()
        return target_level(
            options.resource_acq, numbers, first, self._max_resource, options.resource_acq_bohb_threshold
        )

    def _proposals(self, level: int) -> Iterator[Proposal]:
        configs = self._not_yet_suggested()
        if configs is None:
            return self._model().search(self._history, level)
        return self._model().rank(self._history, level, configs)

    def _explain_proposal(self, proposal: Proposal, level: int) -> None:
        self._explain_prediction(proposal, f"at {self._resource_attr} {level}", level=level)

    # -- paused trials against new ones --------------------------------------------------------------------------

    def resume_or_start(self, paused: Sequence[PausedAt], first_milestone: int) -> Advice:
        """Whether to go on with a paused trial or to start a new one, by expected improvement.

        With ``resource_acq="final"`` all compete at the largest resource, per resource still to be spent until there,
        otherwise each at the resource that it would go to next.

        Args:
            paused: All trials that wait.
            first_milestone: How far a new trial would go at first.
        """
        self._decided = None
        if self._points_to_evaluate or not paused or self._why_no_model() is not None:
            return Advice(None, "a new trial: there is nothing to compare it with")
        values, proposals = self._model().compete(
            self._history,
            paused,
            first_milestone,
            self._not_yet_suggested(),
            at_the_end=self._compares_at_the_end,
        )
        place, proposal = int(np.argmax(values)), self._first_new(proposals)
        chosen = paused[place]
        facts = {"acquisition": values[place], "acquisition_new": None if proposal is None else proposal.acquisition}
        if proposal is not None and proposal.acquisition > values[place]:
            self._decided = proposal
            return Advice(None, f"a new trial is worth more than any of {len(paused)} paused ones", facts)
        reason = (
            f"going on to {self._resource_attr} {chosen.milestone} is worth more than any new trial, and most among "
            f"{len(paused)} paused ones"
        )
        return Advice(chosen.trial_id, reason, facts)

    # -- what is known -------------------------------------------------------------------------------------------

    def _observe(self, trial_id: str, x: FloatArray, cost: float | FloatArray, result: Result) -> None:
        resource = int(number_reported(trial_id, result, self._resource_attr))
        self._history.observe(trial_id, x, cost, resource)

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation up to ``milestone`` (default: the end) is under way; without ``config``, of a known trial."""
        super().register_pending(trial_id, config, milestone)
        x = self._history.code(trial_id) if config is None else self._encode(config)
        if x is not None:
            self._history.begin(trial_id, x, milestone or self._max_resource)

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """Forgets the value of a trial at a resource, as in ``remove_case("7", epoch=2)``."""
        self._history.forget(trial_id, int(kwargs[self._resource_attr]))


def _default_levels(max_resource: int) -> tuple[int, ...]:
    """1, 3, 9, ... below the largest resource, and that."""
    levels, level = [], 1
    while level < max_resource:
        levels.append(level)
        level *= _FACTOR
    return (*levels, max_resource)
