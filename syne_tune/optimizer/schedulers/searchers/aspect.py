"""The contract of what counts besides the metric: :class:`Aspect`.

Success, a constraint, a cost: each has a model and data of its own, and joins the acquisition function as a term.
A searcher calls, for one trial::

    aspect.read("7", result)            # at every report: refuses what cannot be used; not finite: a failed evaluation
    aspect.observe("7", x, result)      # the evaluation ended well (if every_report: at every report)
    aspect.fail("7", x)                 # or it failed
    aspect.forget("7")                  # what was learned from it does not count any more
    opinion = aspect.opinion(pending)   # before each suggestion
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from syne_tune.errors import SchedulerError, nearest
from syne_tune.optimizer.acquisition.acquisition import Term
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.trial import Result


def admit_all(x: FloatArray) -> npt.NDArray[np.bool_]:
    """Every row of ``x`` ``(m, d)`` may be the incumbent."""
    return np.ones(len(x), dtype=np.bool_)


@dataclass(frozen=True)
class Opinion:
    """What an aspect says before a suggestion.

    Args:
        term: Added to the acquisition function.
        facts: From one encoded configuration ``(1, d)`` to numbers that explain a suggestion, by name.
        admits: Which of the configurations ``(n, d)`` that have been or are being evaluated may be the incumbent.
    """

    term: Term
    facts: Callable[[FloatArray], Mapping[str, float]]
    admits: Callable[[FloatArray], npt.NDArray[np.bool_]] = admit_all


def eligible(x: FloatArray, opinions: Sequence[Opinion]) -> npt.NDArray[np.bool_]:
    """Which of the configurations ``(n, d)`` may be the incumbent, as far as all aspects are concerned."""
    admitted = admit_all(x)
    for opinion in opinions:
        admitted &= opinion.admits(x)
    return admitted


class Aspect:
    """Base class: an aspect that knows nothing and says nothing.

    Attributes:
        every_report: Whether :meth:`observe` wants to hear of intermediate reports, too.
    """

    every_report: bool = False

    def read(self, trial_id: str, result: Result) -> float:
        """The value of this aspect in a report; not finite if the evaluation failed.

        Raises:
            SchedulerError: If the report cannot be used.
        """
        return 0.0

    def observe(self, trial_id: str, x: FloatArray, result: Result) -> None:
        """Learns from a report of a trial whose encoded configuration is ``x`` ``(d,)``."""

    def fail(self, trial_id: str, x: FloatArray) -> None:
        """The evaluation of the encoded configuration ``x`` ``(d,)`` failed."""
        self.forget(trial_id)

    def forget(self, trial_id: str) -> None:
        """What was learned from this trial does not count any more."""

    def opinion(self, pending: FloatArray) -> Opinion | None:
        """What it has to say, if anything.

        Args:
            pending: Encoded configurations ``(q, d)`` under evaluation.
        """
        return None


AspectFactory: TypeAlias = Callable[[ModelInputs, BayesianOptions, np.random.RandomState], Aspect]
"""Makes an aspect for an encoding, the user's options, and the searcher's source of randomness."""


def reported_number(trial_id: str, result: Result, name: str) -> float:
    """The number that a report holds under ``name``.

    Raises:
        SchedulerError: If there is none; the message names the trial, what it reported, and the nearest name.
    """
    value = result.get(name)
    if not isinstance(value, Real):
        reported = nearest(name, [key for key in result if key != name])
        raise SchedulerError(
            f"Trial {trial_id} reported {name} = {value!r}: must be a number in every report; {reported}"
        )
    return float(value)
