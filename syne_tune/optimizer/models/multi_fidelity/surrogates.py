"""Surrogates over (configuration, resource): their options, and the one function that makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.gp.model import ExactModel, Model, TrainedT
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess, ProcessChange
from syne_tune.optimizer.models.gp.scoring import rank_pinball_loss
from syne_tune.optimizer.models.gp.surrogate import AdaptiveSurrogate, SurrogateOptions
from syne_tune.optimizer.models.gp.target_transforms import TargetTransform
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.multi_fidelity.curve_posterior import CurvePosterior
from syne_tune.optimizer.models.multi_fidelity.curve_priors import CurvePrior, DecayingCurves, InnovationCurves
from syne_tune.optimizer.models.multi_fidelity.curve_process import CurveProcess
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.processes import RESOURCE_KERNELS, Inputs, independent
from syne_tune.optimizer.models.multi_fidelity.selection import select_by_bucket, select_by_level, select_curves
from syne_tune.optimizer.models.predictor import FloatArray, Prediction

CURVE_MODELS = ("gp_expdecay", "gp_issm")
"""Names of models of whole learning curves: they are at their best with values at all resources from 1 on."""

LevelSelection: TypeAlias = Callable[[FloatArray, ResourceLevels, int], npt.NDArray[np.intp]]
"""From inputs ``(n, d)``, levels and a number of observations or curves to the indices of those to keep."""

MODELS = ("gp_multitask", "gp_independent", *CURVE_MODELS)
"""Names of models over (configuration, resource)."""


@dataclass(frozen=True)
class MultiFidelityModelOptions:
    """What a model over (configuration, resource) is told besides its name.

    Args:
        levels: Resources at which values are compared (rung levels), increasing; the last one is r_max. Values at other
            resources count to the nearest level.
        resource_kernel: Of ``gp_multitask``, a name in :data:`~.processes.RESOURCE_KERNELS`.
        separate_noise_variances: Of ``gp_independent``: whether each level has a noise variance of its own.
        issm_gamma_one: Of ``gp_issm``: whether gamma is fixed to 1.
        expdecay_normalize_inputs: Of ``gp_expdecay``: whether rates refer to ``r / r_max`` instead of r.
        thin_curves: Whether, beyond the data cap, curves are thinned out to one value per bucket of resources first.
        surrogate: How time is spent, and what is done to targets and inputs. Models of whole curves count curves where
            others count observations.

    Raises:
        OptionError: If the kernel has no such name, or levels are not positive and increasing.
    """

    levels: tuple[int, ...]
    resource_kernel: str = "matern52-res-warp"
    separate_noise_variances: bool = False
    issm_gamma_one: bool = False
    expdecay_normalize_inputs: bool = False
    thin_curves: bool = False
    surrogate: SurrogateOptions = field(default_factory=SurrogateOptions)

    def __post_init__(self) -> None:
        ResourceLevels(self.levels)
        if self.resource_kernel not in RESOURCE_KERNELS:
            hint = nearest(self.resource_kernel, RESOURCE_KERNELS)
            raise OptionError(f"resource_kernel = {self.resource_kernel!r} is not known; {hint}")


class MultiFidelitySurrogate(AdaptiveSurrogate[TrainedT]):
    """Keeps a model over (configuration, resource) up to date.

    Args:
        make_model: From inputs, warped or not, to the model.
        layout: Meaning of the input columns; the last one is the resource.
        options: See there.
        random_state: Draws the starting points of reviews.
        select: Chooses observations where there are more than can be afforded, given inputs, levels and their number.

    Attributes:
        levels: Resource levels.
    """

    def __init__(
        self,
        make_model: Callable[[Inputs], Model[TrainedT]],
        layout: InputLayout,
        options: MultiFidelityModelOptions,
        random_state: np.random.RandomState,
        select: LevelSelection,
    ) -> None:
        self.levels = ResourceLevels(options.levels)
        self._select_by_level = select
        ard = options.surrogate.ard
        models = {warped: make_model(Inputs(layout, self.levels, ard, warped)) for warped in (False, True)}
        super().__init__(models, options.surrogate, random_state, self._furthest, self._loss_by_level)

    @property
    def last(self) -> TrainedT:
        """The predictor of the last update.

        Raises:
            OptionError: If there has been none.
        """
        if self._posterior is None:
            raise OptionError("This model has seen no data: call update(x, y) first")
        return self._posterior

    def given(self, rows: npt.NDArray[np.intp]) -> TrainedT:
        """The last predictor, with the same parameters, given only some of its observations ``(q,)``, q at least 1."""
        last = self.last
        return self._models[self.state.choice.warping].condition(last.theta, last.x[rows], last.targets[rows])

    def _furthest(self, x: FloatArray, _: FloatArray, size: int) -> npt.NDArray[np.intp]:
        return self._select_by_level(x, self.levels, size)

    def _loss_by_level(self, x: FloatArray, y: FloatArray, transform: TargetTransform, prediction: Prediction) -> float:
        """Losses of the levels, weighted by their numbers of values: ranks across levels tell nothing."""
        level = self.levels.index(x[:, -1])
        total = 0.0
        for one in np.unique(level):
            rows = level == one
            own = Prediction(prediction.mean[rows], prediction.std[rows])
            total += rows.sum() * rank_pinball_loss(y[rows], transform, own)
        return total / len(y)


def multi_fidelity_surrogate(
    name: str, layout: InputLayout, options: MultiFidelityModelOptions, random_state: np.random.RandomState
) -> MultiFidelitySurrogate[Posterior] | MultiFidelitySurrogate[CurvePosterior]:
    """The surrogate of a given name.

    Args:
        name: One of :data:`MODELS`.
        layout: Meaning of the input columns; the last block is ``Scalar()``, the resource.
        options: Levels, kernel and the like.
        random_state: Draws the starting points of reviews.

    Raises:
        OptionError: If there is no such model.
    """
    if name not in MODELS:
        raise OptionError(f"model = {name!r} is not known; {nearest(name, MODELS)}")
    if name in CURVE_MODELS:
        return MultiFidelitySurrogate(
            lambda inputs: ExactModel(_curve_process(name, inputs, options), CurvePosterior),
            layout,
            options,
            random_state,
            select_curves,
        )
    return gaussian_process_over_resources(name, layout, options, random_state)


def gaussian_process_over_resources(
    name: str,
    layout: InputLayout,
    options: MultiFidelityModelOptions,
    random_state: np.random.RandomState,
    change: ProcessChange | None = None,
) -> MultiFidelitySurrogate[Posterior]:
    """The surrogate of a given name, if it is no model of whole curves.

    Args:
        name: ``"gp_multitask"`` or ``"gp_independent"``.
        layout: Meaning of the input columns; the last block is ``Scalar()``, the resource.
        options: Levels, kernel and the like.
        random_state: Draws the starting points of reviews.
        change: Makes another process of this one. Default: none.
    """

    def model(inputs: Inputs) -> ExactModel[GaussianProcess, Posterior]:
        process = _process(name, inputs, options)
        return ExactModel(process if change is None else change(process), Posterior)

    select = select_by_bucket if options.thin_curves else select_by_level
    return MultiFidelitySurrogate(model, layout, options, random_state, select)


def _process(name: str, inputs: Inputs, options: MultiFidelityModelOptions) -> GaussianProcess:
    if name == "gp_multitask":
        return RESOURCE_KERNELS[options.resource_kernel](inputs)
    return independent(inputs, separate_noise_variances=options.separate_noise_variances)


def _curve_process(name: str, inputs: Inputs, options: MultiFidelityModelOptions) -> CurveProcess:
    curves: CurvePrior
    if name == "gp_issm":
        curves = InnovationCurves(inputs.levels, gamma_one=options.issm_gamma_one)
    else:
        curves = DecayingCurves(inputs.levels, normalize=options.expdecay_normalize_inputs)
    return CurveProcess(GaussianProcess(inputs.over_configurations()), curves, inputs.levels)
