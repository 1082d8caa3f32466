"""Models that are kept up to date while observations arrive, at bounded cost.

Work per update, from cheap to expensive, n observations in the model:

* *append*: the parameters stay, the Cholesky factor grows by the new rows, O(n^2);
* *refit*: parameters are optimised from the previous optimum, on at most ``fit_size`` observations; with many of them
  for a few steps only;
* *review*: target transform and input warping are chosen again by their leave-one-out loss.

Refits happen each time the data have grown by a twentieth, reviews each time by more than a half: total cost
stays a constant times that of the appends. Beyond ``max_observations`` the model sees a subset, so that cost per update
no longer grows at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.gp.fit import fit
from syne_tune.optimizer.models.gp.model import ExactModel, Model, TrainedT
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess, ProcessChange
from syne_tune.optimizer.models.gp.scoring import rank_pinball_loss
from syne_tune.optimizer.models.gp.target_transforms import TRANSFORMS, TargetTransform
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray, Prediction
from syne_tune.optimizer.models.subsample import select_observations

AUTO = "auto"
_AUTO_TRANSFORMS = ("standardize", "yeo_johnson", "rank_gaussian")
_FEWEST_FOR_REVIEW = 8
_FEWEST_FOR_WARPING = 20
_REFIT_GROWTH = 1.05
_REVIEW_GROWTH = 1.6
_BLOCK_SHARE = 20
"""Beyond the cap, a subset serves until data have grown by the share 1/20 of its size."""

_TRANSFORM_MARGIN = 0.98
_WARPING_MARGIN = 0.93
"""A more complex model must have less than this share of the loss of a simpler one. Leave-one-out losses at parameters
fitted to all data flatter models with many parameters, hence the larger margin for warping."""

_SMALLEST_GAIN = 5e-4
"""In terms of the loss, whose scale is that of ranks: differences below do not count."""

_MANY = 50
"""With so many observations, the posterior of the parameters has a dominant mode: one start is enough."""


class _FitEffort(NamedTuple):
    """Arguments of :func:`~.fit.fit`, and the number of starting points."""

    tolerance: float
    max_evaluations: int | None = None
    first_step: float = 1.0
    num_starts: int = 1


_REVIEW = _FitEffort(tolerance=1e-3)
_REFIT = _FitEffort(tolerance=1e-2)
_SHORT_REFIT = _FitEffort(tolerance=1e-2, max_evaluations=6, first_step=0.125)
"""With :data:`_MANY` observations: a refit begins near its optimum, and the next one goes on from where it stops."""

Selection: TypeAlias = Callable[[FloatArray, FloatArray, int], npt.NDArray[np.intp]]
"""From inputs ``(n, d)``, metric values ``(n,)`` and a size to the indices of that many observations, increasing."""

Loss: TypeAlias = Callable[[FloatArray, FloatArray, TargetTransform, Prediction], float]
"""How bad predictions ``(n,)`` of transformed values are, given inputs ``(n, d)`` and metric values ``(n,)``."""


@dataclass(frozen=True)
class SurrogateOptions:
    """How a surrogate spends its time.

    Args:
        ard: Whether each hyperparameter has a length scale of its own.
        transform: Name in :data:`~.target_transforms.TRANSFORMS`, or ``"auto"``: chosen by leave-one-out loss.
        warping: Whether inputs are warped; ``None``: chosen by leave-one-out loss.
        max_observations: More observations than this are replaced by a subset; ``None``: never.
        subset_size: Size of that subset; at most ``max_observations``.
        top_fraction: Share of the subset reserved for the best observations.
        fit_size: Number of observations that parameters are fitted to.
        num_starts: Starting points of a review while observations are few; afterwards, and for refits, one.
        max_iterations: Of the optimiser, per starting point.
        warm_start: Whether a refit starts from the previous optimum; otherwise each is like the first fit.
        always_refit_below: Every update refits while there are fewer observations.

    Raises:
        OptionError: If the transform has no such name, or sizes are not positive.
    """

    ard: bool = True
    transform: str = AUTO
    warping: bool | None = None
    max_observations: int | None = 500
    subset_size: int = 300
    top_fraction: float = 0.5
    fit_size: int = 200
    num_starts: int = 2
    max_iterations: int = 50
    warm_start: bool = True
    always_refit_below: int = 40

    def __post_init__(self) -> None:
        if self.transform not in (AUTO, *TRANSFORMS):
            hint = nearest(self.transform, [AUTO, *TRANSFORMS])
            raise OptionError(f"transform = {self.transform!r} is not known; {hint}")
        for name in ("max_observations", "subset_size", "fit_size", "num_starts", "max_iterations"):
            size = getattr(self, name)
            if size is not None and size < 1:
                raise OptionError(f"{name} = {size!r} must be at least 1")


class Choice(NamedTuple):
    """What a review decides on: name of the target transform, and whether inputs are warped."""

    transform: str
    warping: bool


class SurrogateState(NamedTuple):
    """All that a surrogate remembers besides data; a plain value that can be stored.

    Attributes:
        choice: Outcome of the last review.
        theta: Encoded parameters ``(p,)``; ``None`` before the first fit.
        fitted_at: Number of observations at the last fit.
        reviewed_at: Number of observations at the last review.
    """

    choice: Choice
    theta: FloatArray | None = None
    fitted_at: int = 0
    reviewed_at: int = 0


class AdaptiveSurrogate(Generic[TrainedT]):
    """Turns growing data into predictors; what is specific to a model is handed in.

    Call order: ``posterior = surrogate.update(x, y)`` with *all* observations so far, oldest first, whenever a
    prediction is needed; any number of them may be new. Predictions are those of targets, see :attr:`transform`.

    Args:
        models: The model without and with input warping, by whether inputs are warped.
        options: How time is spent.
        random_state: Draws the starting points of reviews.
        select: Chooses observations where there are more than can be afforded.
        loss: Judges leave-one-out predictions in reviews.

    Attributes:
        state: What is remembered. Assigning the state of another surrogate continues where that one was.
        transform: From metric values to the targets of the last posterior.
        indices: Which observations the last posterior is based on, ``(k,)``, increasing.
    """

    def __init__(
        self,
        models: Mapping[bool, Model[TrainedT]],
        options: SurrogateOptions,
        random_state: np.random.RandomState,
        select: Selection,
        loss: Loss,
    ) -> None:
        self._models = models
        self._options = options
        self._random_state = random_state
        self._select, self._loss = select, loss
        first = _AUTO_TRANSFORMS[0] if options.transform == AUTO else options.transform
        self.state = SurrogateState(Choice(first, bool(options.warping)))
        self.transform: TargetTransform = TRANSFORMS[first](np.zeros(1))
        self.indices: npt.NDArray[np.intp] = np.arange(0)
        self._posterior: TrainedT | None = None

    @single_blas_thread()
    def update(self, x: FloatArray, y: FloatArray) -> TrainedT:
        """The posterior given all observations.

        Args:
            x: Encoded inputs ``(n, d)``, n at least 1.
            y: Metric values ``(n,)``, to be minimised, finite.

        Returns:
            Predictor of transformed targets, based on observations :attr:`indices`.

        Raises:
            OptionError: If there are no observations, or a value is not finite.
        """
        if len(y) == 0 or len(x) != len(y) or not np.all(np.isfinite(y)):
            raise OptionError(
                f"A model needs one finite value per input, at least one; got {len(x)} inputs and values {y!r}. "
                "Leave failed evaluations out."
            )
        self.indices = self._subset(x, y)
        self._fit_if_due(x, y)
        return self._condition(x[self.indices], y[self.indices])

    def leave_one_out_loss(self, x: FloatArray, y: FloatArray, concerned: npt.NDArray[np.bool_]) -> float:
        """How badly the last posterior predicts some of its observations, each from all others.

        Args:
            x: As in the last :meth:`update`.
            y: Likewise.
            concerned: Which observations count ``(n,)``; at least one that the posterior is based on.
        """
        assert self._posterior is not None, "the last update made it"
        predicted, counts = self._posterior.leave_one_out(), concerned[self.indices]
        rows = self.indices[counts]
        return self._loss(x[rows], y[rows], self.transform, Prediction(predicted.mean[counts], predicted.std[counts]))

    def parameter(self, name: str) -> FloatArray:
        """Values of a parameter; before the first fit, where it starts from."""
        parameters, theta = self._models[self.state.choice.warping].parameters, self.state.theta
        return parameters.decode(parameters.initial if theta is None else theta)[name]

    def _subset(self, x: FloatArray, y: FloatArray) -> npt.NDArray[np.intp]:
        """All observations, or a selection plus the newest."""
        n, limit = len(y), self._options.max_observations
        if limit is None or n <= limit:
            return np.arange(n)
        size = min(self._options.subset_size, limit)
        block = max(1, size // _BLOCK_SHARE)
        considered = n - 1 - (n - 1 - limit) % block
        chosen = self._select(x[:considered], y[:considered], max(1, size - block))
        return np.concatenate([chosen, np.arange(considered, n)])

    def _fit_if_due(self, x: FloatArray, y: FloatArray) -> None:
        n, state = len(y), self.state
        if n >= _FEWEST_FOR_REVIEW and n >= _REVIEW_GROWTH * state.reviewed_at:
            self._review(x, y)
        elif self._refit_is_due(n):
            goes_on = n >= _MANY and self._options.warm_start
            theta = self._fit(x, y, state.choice, _SHORT_REFIT if goes_on else _REFIT)
            self.state = state._replace(theta=theta, fitted_at=n)

    def _refit_is_due(self, n: int) -> bool:
        fitted_at = self.state.fitted_at
        if n < self._options.always_refit_below:
            return n > fitted_at
        return n >= _REFIT_GROWTH * fitted_at

    def _review(self, x: FloatArray, y: FloatArray) -> None:
        """Chooses target transform, then input warping; the simpler one wins unless it loses clearly."""
        n, options = len(y), self._options
        names = _AUTO_TRANSFORMS if options.transform == AUTO else (options.transform,)
        trials = [self._assess(x, y, Choice(name, bool(options.warping))) for name in names]
        best = trials[0]
        for trial in trials[1:]:
            best = trial if _is_better(trial, best, _TRANSFORM_MARGIN) else best
        if options.warping is None and n >= _FEWEST_FOR_WARPING:
            warped = self._assess(x, y, best.choice._replace(warping=True))
            best = warped if _is_better(warped, best, _WARPING_MARGIN) else best
        self.state = SurrogateState(best.choice, best.theta, fitted_at=n, reviewed_at=n)

    def _assess(self, x: FloatArray, y: FloatArray, choice: Choice) -> _Trial:
        num_starts = self._options.num_starts if len(y) < _MANY else 1
        theta = self._fit(x, y, choice, _REVIEW._replace(num_starts=num_starts))
        rows = self._fit_rows(x, y)
        transform = TRANSFORMS[choice.transform](y[rows])
        posterior = self._models[choice.warping].condition(theta, x[rows], transform.forward(y[rows]))
        return _Trial(choice, theta, self._loss(x[rows], y[rows], transform, posterior.leave_one_out()))

    def _fit(self, x: FloatArray, y: FloatArray, choice: Choice, effort: _FitEffort) -> FloatArray:
        rows = self._fit_rows(x, y)
        targets = TRANSFORMS[choice.transform](y[rows]).forward(y[rows])
        return fit(
            self._models[choice.warping],
            x[rows],
            targets,
            self._starts(choice, effort.num_starts),
            max_iterations=self._options.max_iterations,
            max_evaluations=effort.max_evaluations,
            tolerance=effort.tolerance,
            first_step=effort.first_step,
        ).theta

    def _fit_rows(self, x: FloatArray, y: FloatArray) -> npt.NDArray[np.intp]:
        """Observations that parameters are fitted to: those of the model, or a selection of them."""
        chosen = self._select(x[self.indices], y[self.indices], self._options.fit_size)
        return self.indices[chosen]

    def _starts(self, choice: Choice, count: int) -> list[FloatArray]:
        """The previous optimum, if there is one for this choice of warping; the prior's mode; random ones."""
        parameters = self._models[choice.warping].parameters
        is_same_model = self.state.choice.warping == choice.warping
        previous = self.state.theta if self._options.warm_start and is_same_model else None
        starts = [parameters.initial] if previous is None else [previous, parameters.initial]
        while len(starts) < count:
            starts.append(parameters.perturb(parameters.initial, self._random_state))
        return starts[:count]

    def _condition(self, x: FloatArray, y: FloatArray) -> TrainedT:
        choice, theta = self.state.choice, self.state.theta
        assert theta is not None, "the first update fits"
        self.transform = TRANSFORMS[choice.transform](y)
        targets = self.transform.forward(y)
        known = self._posterior
        if known is None or known.theta is not theta or not _starts_with(x, known.x):
            self._posterior = self._models[choice.warping].condition(theta, x, targets)
        else:
            count = len(known.x)
            grown = known.append(x[count:], targets[count:]) if len(x) > count else known
            self._posterior = grown.with_targets(targets)
        return self._posterior


class GaussianProcessSurrogate(AdaptiveSurrogate[Posterior]):
    """Matérn-5/2 Gaussian process over all inputs alike: the model of methods that look at one fidelity.

    Args:
        layout: Meaning of the input columns.
        options: How time is spent.
        random_state: Draws the starting points of reviews.
        change: Makes another process of this one. Default: none.
    """

    def __init__(
        self,
        layout: InputLayout,
        options: SurrogateOptions,
        random_state: np.random.RandomState,
        change: ProcessChange | None = None,
    ) -> None:
        processes = {
            warping: GaussianProcess.matern52(layout, ard=options.ard, warping=warping) for warping in (False, True)
        }
        models = {
            warping: ExactModel(process if change is None else change(process), Posterior)
            for warping, process in processes.items()
        }
        super().__init__(models, options, random_state, self._best_and_some_others, _loss_over_all)

    def _best_and_some_others(self, x: FloatArray, y: FloatArray, size: int) -> npt.NDArray[np.intp]:
        return select_observations(y, size, self._options.top_fraction)


def _loss_over_all(_: FloatArray, y: FloatArray, transform: TargetTransform, prediction: Prediction) -> float:
    return rank_pinball_loss(y, transform, prediction)


class _Trial(NamedTuple):
    choice: Choice
    theta: FloatArray
    loss: float


def _is_better(trial: _Trial, simpler: _Trial, margin: float) -> bool:
    return trial.loss < margin * simpler.loss - _SMALLEST_GAIN


def _starts_with(x: FloatArray, beginning: FloatArray) -> bool:
    return len(x) >= len(beginning) and np.array_equal(x[: len(beginning)], beginning, equal_nan=True)
