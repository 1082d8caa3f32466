"""A mean function that was learned elsewhere, and the surrogate that trusts it as far as data agree.

Notation::

    t        earlier tasks, T of them
    m_t(x)   what the model of task t predicts, in units of normal quantiles
    c, b_t   constant and weights, parameters of the process: b_t >= 0

    m(x) = c + sum_t b_t m_t(x)

The kernel models what is left. A task that is of no use here gets the weight 0 as soon as the likelihood of the targets
says so; before, weights are those of the prior, which share one unit equally.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.gp.kernels import Matern52
from syne_tune.optimizer.models.gp.means import MEAN
from syne_tune.optimizer.models.gp.model import ExactModel
from syne_tune.optimizer.models.gp.parameters import Parameter, Values
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.gp.scoring import rank_pinball_loss
from syne_tune.optimizer.models.gp.surrogate import AdaptiveSurrogate, GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.gp.target_transforms import TargetTransform
from syne_tune.optimizer.models.gp.warping import KumaraswamyWarping
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray, Prediction
from syne_tune.optimizer.models.subsample import select_observations

WEIGHTS = "task_weights"
"""Name of the parameter b."""

_LARGEST_WEIGHT = 3.0
_SPREAD = 0.5
"""Standard deviation of the prior of each weight, times the share of its task."""

_FEWEST_TO_DOUBT = 4
_MARGIN = 0.85
"""The process with the learned mean must have at most this share of the loss of the one without."""


class LearnedMean:
    """See the top of this file.

    Args:
        sources: One predictor per task, T at least 1; their deviations are not used.
    """

    def __init__(self, sources: Sequence[Posterior]) -> None:
        self._sources = tuple(sources)
        count = len(self._sources)
        weights = Parameter(
            WEIGHTS,
            initial=1 / count,
            lower=0.0,
            upper=_LARGEST_WEIGHT,
            location=1 / count,
            spread=_SPREAD / np.sqrt(count),
            size=count,
            log=False,
        )
        self.parameters: tuple[Parameter, ...] = (MEAN, weights)
        self._latest: tuple[FloatArray, FloatArray] | None = None

    def predictions(self, x: FloatArray) -> FloatArray:
        """m_t ``(n, T)`` at inputs ``(n, d)``; those of the latest inputs are remembered, since fits ask many times."""
        if self._latest is None or not np.array_equal(self._latest[0], x, equal_nan=True):
            self._latest = (x.copy(), np.stack([source.predict_mean(x) for source in self._sources], axis=1))
        return self._latest[1]

    def evaluate(self, values: Values, x: FloatArray) -> FloatArray:
        """Means ``(n,)`` at inputs ``(n, d)``."""
        return np.asarray(values["mean"][0] + self.predictions(x) @ values[WEIGHTS])

    def parameter_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> dict[str, FloatArray]:
        """Derivatives with respect to c and b."""
        return {"mean": np.array([by_mean.sum()]), WEIGHTS: np.asarray(self.predictions(x).T @ by_mean)}

    def input_pullback(self, values: Values, x: FloatArray, by_mean: FloatArray) -> FloatArray:
        """From derivatives with respect to means ``(n,)`` to those with respect to inputs ``(n, d)``."""
        total, nothing = np.zeros_like(x), np.zeros_like(by_mean)
        for source, weight in zip(self._sources, values[WEIGHTS], strict=True):
            if weight > 0:
                _, pullback = source.predict_with_pullback(x)
                total += pullback(weight * by_mean, nothing)
        return np.where(np.isnan(x), 0.0, total)


class InformedSurrogate(AdaptiveSurrogate[Posterior]):
    """A Matérn-5/2 Gaussian process around a :class:`LearnedMean`, as long as that predicts better than without it.

    Each update compares the leave-one-out loss of this process with that of one that knows nothing of earlier tasks.

    Args:
        layout: Meaning of the input columns.
        options: How time is spent.
        random_state: Draws the starting points of reviews.
        mean: Shared by all of its models.

    Attributes:
        trusts_mean: Whether the latest posterior is that with the learned mean.
    """

    def __init__(
        self, layout: InputLayout, options: SurrogateOptions, random_state: np.random.RandomState, mean: LearnedMean
    ) -> None:
        bends = {False: None, True: KumaraswamyWarping.for_layout(layout)}
        models = {
            warping: ExactModel(GaussianProcess(Matern52(layout, ard=options.ard, warping=bend), mean))
            for warping, bend in bends.items()
        }
        super().__init__(models, options, random_state, self._best_and_some_others, _loss)
        self._plain = GaussianProcessSurrogate(layout, options, random_state)
        self.trusts_mean = True

    def update(self, x: FloatArray, y: FloatArray) -> Posterior:
        """See :class:`~syne_tune.optimizer.models.gp.surrogate.AdaptiveSurrogate`."""
        informed = super().update(x, y)
        if len(y) < _FEWEST_TO_DOUBT:
            return informed
        plain = self._plain.update(x, y)
        rows = self.indices
        loss = _loss(x[rows], y[rows], self.transform, informed.leave_one_out())
        rows = self._plain.indices
        loss_without = _loss(x[rows], y[rows], self._plain.transform, plain.leave_one_out())
        self.trusts_mean = loss <= _MARGIN * loss_without
        if self.trusts_mean:
            return informed
        self.transform, self.indices = self._plain.transform, rows
        return plain

    def weights(self) -> list[float]:
        """How much each task counts at present; the share that the prior gives it before the first fit."""
        model, theta = self._models[self.state.choice.warping], self.state.theta
        values = model.parameters.decode(model.parameters.initial if theta is None else theta)
        return [float(weight) * self.trusts_mean for weight in values[WEIGHTS]]

    def _best_and_some_others(self, x: FloatArray, y: FloatArray, size: int) -> npt.NDArray[np.intp]:
        return select_observations(y, size, self._options.top_fraction)


def _loss(_: FloatArray, y: FloatArray, transform: TargetTransform, prediction: Prediction) -> float:
    return rank_pinball_loss(y, transform, prediction)
