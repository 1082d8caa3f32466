"""A surrogate that begins with what earlier tasks say, and trusts them as far as data agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.gp.learned_mean import WEIGHTS, GroupOf, LearnedMean, one_group, source_predictions
from syne_tune.optimizer.models.gp.model import TrainedT
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.process import GaussianProcess, ProcessChange
from syne_tune.optimizer.models.gp.surrogate import AdaptiveSurrogate
from syne_tune.optimizer.models.gp.target_transforms import TargetTransform
from syne_tune.optimizer.models.gp.trust import agreement, trust_by_group
from syne_tune.optimizer.models.predictor import FloatArray

_FEWEST_TO_DOUBT = 4
_MARGIN = 0.85
"""The process with the learned mean must have at most this share of the loss of the one without."""


class InformedSurrogate(Generic[TrainedT]):
    """A surrogate around a :class:`~.learned_mean.LearnedMean`, as long as that predicts better than one without it.

    Each update says anew how far each task is trusted (:mod:`~.trust`), and compares the leave-one-out loss of the
    process with the learned mean with that of the process that knows nothing of earlier tasks. It can stand wherever an
    :class:`~.surrogate.AdaptiveSurrogate` is asked for predictions.

    Args:
        make: From a change of the process, ``None`` for none, to the surrogate of it.
        sources: One predictor per task, over configurations.
        num_columns: The first so many input columns describe the configuration.
        group_of: Within which groups values can be compared, and by which tasks are judged. Default: all can.
        num_groups: How many of them there are.

    Attributes:
        trusts: How far each task is trusted in each group ``(G, T)``.
        trusts_mean: Whether the latest posterior is that with the learned mean.
    """

    def __init__(
        self,
        make: Callable[[ProcessChange | None], AdaptiveSurrogate[TrainedT]],
        sources: Sequence[Posterior],
        num_columns: int,
        group_of: GroupOf = one_group,
        num_groups: int = 1,
    ) -> None:
        self._make, self._sources, self._num_columns, self._group_of = make, tuple(sources), num_columns, group_of
        self._plain = make(None)
        unknown = np.zeros(num_groups, dtype=np.intp)
        self.trusts = trust_by_group(np.zeros((num_groups, len(self._sources))), unknown)
        self._informed = make(self._with_mean)
        self.trusts_mean = True

    def _with_mean(self, process: GaussianProcess) -> GaussianProcess:
        mean = LearnedMean(self._sources, process.mean, self._num_columns, self.trusts, self._group_of)
        return GaussianProcess(process.kernel, mean, process.noise)

    @property
    def _chosen(self) -> AdaptiveSurrogate[TrainedT]:
        return self._informed if self.trusts_mean else self._plain

    @property
    def transform(self) -> TargetTransform:
        """From metric values to the targets of the last posterior."""
        return self._chosen.transform

    @property
    def indices(self) -> npt.NDArray[np.intp]:
        """Which observations the last posterior is based on, ``(k,)``, increasing."""
        return self._chosen.indices

    def update(self, x: FloatArray, y: FloatArray) -> TrainedT:
        """See :meth:`~.surrogate.AdaptiveSurrogate.update`."""
        plain = self._plain.update(x, y)
        self._judge_tasks(x[self._plain.indices], y[self._plain.indices])
        self.trusts_mean = bool(np.any(self.trusts > 0))
        if not self.trusts_mean:
            return plain
        informed = self._informed.update(x, y)
        concerned = np.any(self.trusts > 0, axis=1, keepdims=True)[self._group_of(x), 0]
        if min(concerned[one.indices].sum() for one in (self._plain, self._informed)) < _FEWEST_TO_DOUBT:
            return informed
        loss = self._informed.leave_one_out_loss(x, y, concerned)
        self.trusts_mean = bool(loss <= _MARGIN * self._plain.leave_one_out_loss(x, y, concerned))
        return informed if self.trusts_mean else plain

    def _judge_tasks(self, x: FloatArray, y: FloatArray) -> None:
        predicted, groups = source_predictions(self._sources, x[:, : self._num_columns]), self._group_of(x)
        rows_of = [np.flatnonzero(groups == group) for group in range(len(self.trusts))]
        agreements = np.stack([agreement(predicted[rows], y[rows]) for rows in rows_of])
        trusts = trust_by_group(agreements, np.array([len(rows) for rows in rows_of]))
        if np.array_equal(trusts, self.trusts):
            return
        self.trusts, state = trusts, self._informed.state
        self._informed = self._make(self._with_mean)
        self._informed.state = state

    def weights(self) -> list[float]:
        """How much each task counts in the last group; before the first fit, by the share that the prior gives it."""
        weights = self._informed.parameter(WEIGHTS)
        return [self.trusts_mean * weight for weight in (self.trusts[-1] * weights).tolist()]
