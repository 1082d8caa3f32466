"""How far an earlier task is to be trusted: by how well its model orders what is measured at present.

Notation::

    t    earlier tasks, T of them
    g    groups of present values that can be compared with each other, G of them
    a    agreement: how often the model of a task orders two present configurations as their values do, in [0, 1]
    w    trust, in [0, 1]

No model of an earlier task has seen a present value, so that agreement needs no correction for what was fitted. Tasks
are weighed by orders of pairs in Feurer, Letham, Hutter, Bakshy, *Practical Transfer Learning for Bayesian
Optimization*, 2018, too, though there they are members of an ensemble.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray

_PRIOR_AGREEMENT, _PRIOR_COUNT = 0.6, 3
"""What is assumed of a task before there are values, and how many values this is worth."""

_NO_TRUST, _FULL_TRUST = 0.55, 0.7
"""Agreement up to which a task is ignored, and from which on it is trusted without reserve; 0.5 is that of chance."""

_STEPS, _ROUNDING = 10, 1e-9
"""Trust changes in so many steps, so that models are not made anew for nothing."""


def trust_by_group(agreements: FloatArray, counts: npt.NDArray[np.intp]) -> FloatArray:
    """How far tasks are to be trusted, in groups that follow each other, such as resource levels.

    Agreement in a group is shrunk to what is assumed beforehand: the mean of that of the group before and of what is
    assumed of any task.

    Args:
        agreements: a ``(G, T)``.
        counts: Numbers of values they are based on ``(G,)``.

    Returns:
        w ``(G, T)``, multiples of 0.1: 0 up to an agreement of 0.55, 1 from 0.7 on.
    """
    prior, shrunk = np.full(agreements.shape[1], _PRIOR_AGREEMENT), np.empty_like(agreements)
    for group, count in enumerate(counts):
        shrunk[group] = (count * agreements[group] + _PRIOR_COUNT * prior) / (count + _PRIOR_COUNT)
        prior = (shrunk[group] + _PRIOR_AGREEMENT) / 2
    share = np.clip((shrunk - _NO_TRUST) / (_FULL_TRUST - _NO_TRUST), 0.0, 1.0)
    return np.asarray(np.floor(_STEPS * share + _ROUNDING) / _STEPS)


def agreement(predicted: FloatArray, y: FloatArray) -> FloatArray:
    """Share of pairs of observations with different values that predictions order alike; equal predictions count half.

    Args:
        predicted: ``(n, T)``.
        y: ``(n,)``.

    Returns:
        a ``(T,)``; 0.5 without pairs.
    """
    one, other = np.triu_indices(len(y), 1)
    sign = np.sign(y[one] - y[other])
    differ = sign != 0
    if not differ.any():
        return np.full(predicted.shape[1], 0.5)
    same = np.sign(predicted[one[differ]] - predicted[other[differ]]) * sign[differ, None]
    return np.asarray(0.5 + 0.5 * same.mean(axis=0))
