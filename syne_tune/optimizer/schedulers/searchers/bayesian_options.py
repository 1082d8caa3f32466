"""The ``search_options`` of Bayesian optimisation, translated once into the options of its parts."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement, LowerConfidenceBound, ScoreFunction
from syne_tune.optimizer.acquisition.optimize import SearchEffort
from syne_tune.optimizer.models.gp.surrogate import AUTO, SurrogateOptions
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.option_checks import (
    check_boolean,
    check_integer,
    check_name,
    check_number,
)

_SUBSET_SHARE = 0.6
"""Beyond the cap on observations, the model sees this share of the cap."""

_ACQ_FUNCTIONS: Mapping[str, Mapping[str, float]] = {
    "ei": {},
    "lcb": {"kappa": 1.0},
    "nei": {"num_samples": 16},
    "thompson": {},
}
"""Names, and the keys of ``acq_function_kwargs`` with their defaults."""

IMPROVEMENTS = ("ei", "nei")
"""Acquisition functions that are logarithms of an improvement: constraints and costs multiply them."""

_KERNELS = {"matern52-ard": True, "matern52-noard": False}

_WITHOUT_EFFECT = ("debug_log", "opt_verbose", "opt_debug_writer", "opt_skip_period", "resource_attr", "max_epochs")
"""Accepted for existing scripts. Each suggestion carries its reason in any case; fits are spaced by the growth of the
data, so there is no need to skip any; the resource plays no role where every trial runs to its end."""

_ALWAYS: Mapping[str, tuple[tuple[object, ...], str]] = {
    "normalize_targets": ((True,), "values are always normalised; leave it out"),
    "initial_scoring": (("acq_func",), "candidates are always ranked by the acquisition function; leave it out"),
    "map_reward": (("1_minus_x", "minus_x"), "a metric to be maximised is negated, and its units do not matter"),
}
"""Options that can have one effect only, which is the one there is: legal values, and what to do about others."""

_WARM_START = (
    "searcher='bayesopt_transfer' (WarmStartedBayesianOptimization) learns from other tasks, given as "
    "transfer_learning_evaluations={task: TransferLearningTaskEvaluations(...)}"
)

_REFUSED = {
    "init_state": "hand earlier results to the searcher by on_trial_result(trial_id, config, result, update=True); "
    f"if they are of other tasks, {_WARM_START}",
    "local_minimizer_class": "leave it out, or turn local search off by skip_local_optimization=True",
    "transfer_learning_task_attr": _WARM_START,
    "transfer_learning_active_task": _WARM_START,
    "transfer_learning_active_config_space": _WARM_START,
    "transfer_learning_model": _WARM_START,
}
"""Options of 0.13 that have no counterpart, and what to do in their place."""

_OF_THE_SEARCHER = ("allow_duplicates", "restrict_configurations")


@dataclass(frozen=True)
class BayesianOptions:
    """Choices a user can make; the defaults are meant to be good.

    Args:
        num_init_random: So many configurations, ``points_to_evaluate`` included, come before the first one that the
            model suggests. With workers side by side there may be more: a model needs one finished evaluation.
        num_init_candidates: Number of candidates that are ranked before the best ones are improved, half of them drawn
            at random, half near the best configurations so far. Default: 500, fewer if there are many observations;
            twice as many if the best ones are not improved.
        skip_local_optimization: Whether to suggest the best of these as it is.
        acq_function: ``"ei"``, expected improvement over the best posterior mean; ``"nei"``, the same for noisy
            metrics, averaged over what the best value may be; ``"lcb"``, the lower confidence bound; ``"thompson"``,
            the best candidate in a function drawn from the posterior.
        acq_function_kwargs: ``{"kappa": 1.0}`` for ``"lcb"``: standard deviations below the mean;
            ``{"num_samples": 16}`` for ``"nei"``: number of possible truths.
        ambition: Every second suggestion is to improve by this share of the distance from the best value to the upper
            quartile; smaller improvements do not count then. 0: any improvement counts, always. Ignored by ``"lcb"``
            and ``"thompson"``.
        model_failures: Whether failed evaluations feed a model of where evaluations succeed.
        no_fantasizing: Whether the model ignores evaluations that are under way.
        num_fantasy_samples: Evaluations that are under way are replaced by so many possible outcomes. Default: by one,
            the expected outcome.
        gp_base_kernel: ``"matern52-ard"``, one length scale per parameter, or ``"matern52-noard"``, one for all.
        input_warping: Whether numerical parameters are bent on their axes. Default: if that predicts better.
        boxcox_transform: Whether values get the Box-Cox transform. Default: the transform that predicts best.
        max_size_data_for_model: With more observations, the model sees only the best and some of the others. ``None``:
            it always sees all.
        max_size_top_fraction: Share of the best among them.
        opt_nstarts: Starting points of the first fits of the model.
        opt_maxiter: Iterations per starting point.
        opt_warmstart: Whether a fit starts from the result of the previous one.
        opt_skip_init_length: With fewer observations, the model is fitted for every suggestion; later each time the
            data have grown by a twentieth.

    Raises:
        OptionError: If a value is not allowed.
    """

    num_init_random: int = 3
    num_init_candidates: int | None = None
    skip_local_optimization: bool = False
    acq_function: str = "ei"
    acq_function_kwargs: Mapping[str, float] = field(default_factory=dict)
    ambition: float = 0.03
    model_failures: bool = True
    no_fantasizing: bool = False
    num_fantasy_samples: int | None = None
    gp_base_kernel: str = "matern52-ard"
    input_warping: bool | None = None
    boxcox_transform: bool = False
    max_size_data_for_model: int | None = 500
    max_size_top_fraction: float = 0.5
    opt_nstarts: int = 2
    opt_maxiter: int = 50
    opt_warmstart: bool = True
    opt_skip_init_length: int = 40

    @classmethod
    def of(cls, search_options: Mapping[str, Any], further: Collection[str] = ()) -> BayesianOptions:
        """The options that a user gave by name.

        Args:
            search_options: Name to value.
            further: Names that the searcher knows besides these, for messages.

        Raises:
            OptionError: If a name is unknown or has no counterpart, or a value is not allowed.
        """
        names = {option.name for option in fields(cls)}
        for name, value in search_options.items():
            if name not in names:
                _check_foreign(name, value, {*names, *further})
        return cls(**{name: value for name, value in search_options.items() if name in names})

    def __post_init__(self) -> None:
        smallest = {"num_init_random": 0, "opt_nstarts": 1, "opt_maxiter": 1, "opt_skip_init_length": 0}
        smallest_unless_none = {"num_init_candidates": 2, "num_fantasy_samples": 1, "max_size_data_for_model": 1}
        booleans = ["skip_local_optimization", "model_failures", "no_fantasizing", "boxcox_transform", "opt_warmstart"]
        for name, bound in {**smallest, **smallest_unless_none}.items():
            if getattr(self, name) is not None or name in smallest:
                check_integer(_called(name), getattr(self, name), bound)
        for name in booleans if self.input_warping is None else [*booleans, "input_warping"]:
            check_boolean(_called(name), getattr(self, name))
        for name in ("max_size_top_fraction", "ambition"):
            check_number(_called(name), getattr(self, name), 0, 1)
        check_name(_called("gp_base_kernel"), self.gp_base_kernel, _KERNELS)
        self._check_acquisition()

    def _check_acquisition(self) -> None:
        check_name(_called("acq_function"), self.acq_function, _ACQ_FUNCTIONS)
        legal = _ACQ_FUNCTIONS[self.acq_function]
        if not isinstance(self.acq_function_kwargs, Mapping):
            raise _wrong("acq_function_kwargs", self.acq_function_kwargs, 'must be a dictionary, as {"kappa": 1.0}')
        for name, value in self.acq_function_kwargs.items():
            if name not in legal:
                raise _wrong("acq_function_kwargs", {name: value}, nearest(name, legal))
            argument = f"{_called('acq_function_kwargs')}[{name!r}]"
            if name == "num_samples":
                check_integer(argument, value, 1)
            else:
                check_number(argument, value, 0)

    def ambition_after(self, num_evaluations: int) -> float:
        """The share of the next suggestion.

        Args:
            num_evaluations: Those known or under way.
        """
        return self.ambition if num_evaluations % 2 else 0.0

    def check_improvement(self, what: str) -> None:
        """Refuses acquisition functions that cannot be multiplied by the probability of a constraint, or by a cost.

        Args:
            what: What multiplies them, for the message.

        Raises:
            OptionError: If ``acq_function`` is none of :data:`IMPROVEMENTS`.
        """
        if self.acq_function not in IMPROVEMENTS:
            legal = " or ".join(map(repr, IMPROVEMENTS))
            raise _wrong("acq_function", self.acq_function, f"must be {legal} with {what}")

    def surrogate(self, transform: str | None = None) -> SurrogateOptions:
        """Options of a model.

        Args:
            transform: Of its targets. Default: that of the metric.
        """
        limit = self.max_size_data_for_model
        subset = {} if limit is None else {"subset_size": math.ceil(_SUBSET_SHARE * limit)}
        return SurrogateOptions(
            ard=_KERNELS[self.gp_base_kernel],
            transform=transform or ("box_cox" if self.boxcox_transform else AUTO),
            warping=self.input_warping,
            max_observations=limit,
            top_fraction=self.max_size_top_fraction,
            num_starts=self.opt_nstarts,
            max_iterations=self.opt_maxiter,
            warm_start=self.opt_warmstart,
            always_refit_below=self.opt_skip_init_length,
            **subset,
        )

    def effort(self, num_observations: int, num_candidates: int | None = None) -> SearchEffort:
        """How long to search for a good candidate.

        Args:
            num_observations: Size of the data that the model sees.
            num_candidates: Number of candidates. Default: ``num_init_candidates``.
        """
        screening_only = self.skip_local_optimization or self.acq_function == "thompson"
        usual = SearchEffort.for_observations(num_observations, screening_only=screening_only)
        num_random, num_neighbours = usual.num_random, usual.num_neighbours
        count = self.num_init_candidates if num_candidates is None else num_candidates
        if count is not None:
            num_neighbours = count // 2
            num_random = count - num_neighbours
        num_starts = 0 if self.skip_local_optimization else usual.num_starts
        return replace(usual, num_random=num_random, num_neighbours=num_neighbours, num_starts=num_starts)

    def score(self, incumbent: float | FloatArray) -> ScoreFunction:
        """What is maximised.

        Args:
            incumbent: The lowest mean at points that have been or are being evaluated.

        Raises:
            OptionError: If ``acq_function`` is no function of mean and deviation alone.
        """
        if self.acq_function == "lcb":
            return LowerConfidenceBound(**self.acq_function_kwargs)
        if self.acq_function == "ei":
            return LogExpectedImprovement(incumbent)
        raise _wrong("acq_function", self.acq_function, "only where every trial runs to its end; use 'ei' or 'lcb'")

    @property
    def num_truths(self) -> int:
        """Number of possible truths that noisy expected improvement averages over."""
        return int(self.acq_function_kwargs.get("num_samples", _ACQ_FUNCTIONS["nei"]["num_samples"]))


def _called(name: str) -> str:
    """What users call this option."""
    return f"search_options[{name!r}]"


def _wrong(name: str, value: object, rule: str) -> OptionError:
    return OptionError(f"{_called(name)} = {value!r}: {rule}")


def _check_foreign(name: str, value: object, names: set[str]) -> None:
    """Refuses an option which is neither in ``names`` nor free of effect."""
    if name in _WITHOUT_EFFECT:
        return
    if name in _REFUSED:
        raise _wrong(name, value, f"not available; {_REFUSED[name]}")
    if name not in _ALWAYS:
        hint = nearest(name, [*names, *_WITHOUT_EFFECT, *_ALWAYS, *_OF_THE_SEARCHER])
        raise _wrong(name, value, f"Bayesian optimisation has no such option; {hint}")
    legal, advice = _ALWAYS[name]
    if value not in legal:
        raise _wrong(name, value, f"can only be {' or '.join(map(repr, legal))}: {advice}")
