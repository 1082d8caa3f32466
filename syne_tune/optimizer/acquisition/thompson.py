"""Thompson sampling: points are chosen with the probability that they are the best.

Thompson 1933; for batches of any size, each draw gives a point, and pending points need no treatment of their own
(Kandasamy et al. 2018, "Parallelised Bayesian optimisation via Thompson sampling", AISTATS).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.predictor import FloatArray, JointPredictor, Prediction, as_columns


@single_blas_thread()
def thompson_batch(
    predictor: JointPredictor, candidates: FloatArray, batch_size: int, random_state: np.random.RandomState
) -> npt.NDArray[np.intp]:
    """Different candidates, each the best one in a function drawn from the posterior.

    Functions are drawn jointly over all candidates. Independent draws per candidate would favour whichever got lucky,
    the more so the more candidates there are.

    Args:
        predictor: Model.
        candidates: Encoded inputs ``(m, d)``; the cost of drawing grows like m^3, so a thousand is many.
        batch_size: Number of candidates to choose; all of them if there are fewer.
        random_state: Source of randomness.

    Returns:
        Indices ``(min(batch_size, m),)``, without repetition.
    """
    samples = predictor.sample_joint(candidates, batch_size, random_state)
    chosen: list[int] = []
    for sample in samples.T[: len(candidates)]:
        order = np.argsort(sample, kind="stable")
        chosen.append(next(int(index) for index in order if index not in chosen))
    return np.array(chosen, dtype=np.intp)


def sampled_order(
    predictor: JointPredictor, candidates: FloatArray, penalty: FloatArray, random_state: np.random.RandomState
) -> Iterator[tuple[int, float]]:
    """Candidates in the order of their values in one function drawn from the posterior.

    Args:
        predictor: Model.
        candidates: Encoded inputs ``(m, d)``; the cost of drawing grows like m^3, so a thousand is many.
        penalty: Added to minus the drawn values, ``(m,)``, in units of the targets.
        random_state: Source of randomness.

    Yields:
        Index of a candidate and its value, best first.
    """
    if not len(candidates):
        return
    values = penalty - _one_draw(predictor, candidates, random_state)
    for index in np.argsort(-values, kind="stable"):
        yield int(index), float(values[index])


@single_blas_thread()
def _one_draw(predictor: JointPredictor, candidates: FloatArray, random_state: np.random.RandomState) -> FloatArray:
    return predictor.sample_joint(candidates, 1, random_state)[:, 0]


def independent_draws(prediction: Prediction, random_state: np.random.RandomState) -> FloatArray:
    """One draw per candidate from its own marginal, ``(m,)``: a random order which favours good candidates.

    Args:
        prediction: Means ``(m,)`` or ``(m, f)``, of which one column is drawn per candidate, and deviations ``(m,)``.
        random_state: Source of randomness.
    """
    mean, std = prediction
    columns = as_columns(mean)
    column = random_state.randint(columns.shape[1], size=len(std))
    return np.asarray(columns[np.arange(len(std)), column] + std * random_state.standard_normal(len(std)))
