"""Which checkpoints go first, if there are too many: :class:`EarlyCheckpointRemoval`.

A checkpoint is worth what it would cost to do without it: the resource that a trial must spend again if it is resumed
from scratch, times the probability that it is resumed at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.checkpoints.resume_probability import BetaBinomialEstimator, probability_of_resuming

BASELINES = ("random", "by_level")
_LONGEST_RATIO = 1e6


class PausedCheckpoint(NamedTuple):
    """A paused trial that may be resumed.

    Attributes:
        trial_id: The trial.
        level: The rung level at which it was paused.
        rank: Its rank among all trials that arrived there, 1 for the best.
        size: Number of these trials.
        quantile: Share of them that goes on.
    """

    trial_id: int
    level: int
    rank: int
    size: int
    quantile: float


@dataclass(frozen=True)
class EarlyCheckpointRemoval:
    """How many checkpoints may be there at a time, and which go first.

    Args:
        max_num_checkpoints: Trials that run, and paused ones that have a checkpoint, are together at most so many.
        approx_steps: Exactness of the probability of being resumed, see
            :func:`~syne_tune.optimizer.checkpoints.resume_probability.probability_of_resuming`.
        max_wallclock_time: Running time, in seconds, at which the experiment ends. Default: what the stopping criterion
            says; if that has other limits, they count likewise.
        prior_beta_mean: How probable it is, before anything is known, that a trial that arrives at a rung ranks before
            one that is there.
        prior_beta_size: Weight of this, in terms of trials.
        min_data_at_rung: With fewer trials at a rung, their ranks are not taken as evidence for that.
        baseline: ``"random"``: which checkpoints go is drawn by chance. ``"by_level"``: those at the lowest level go
            first, among them the worst. Default: those least worth keeping, see the top of this file.

    Raises:
        OptionError: If a value is not allowed.
    """

    max_num_checkpoints: int
    approx_steps: int = 25
    max_wallclock_time: float | None = None
    prior_beta_mean: float = 0.33
    prior_beta_size: float = 2
    min_data_at_rung: int = 5
    baseline: str | None = None

    def __post_init__(self) -> None:
        for name in ("max_num_checkpoints", "approx_steps", "min_data_at_rung"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise OptionError(f"early checkpoint removal: {name} = {value!r} must be a positive integer")
        if self.max_wallclock_time is not None and not self.max_wallclock_time > 0:
            raise OptionError(f"early checkpoint removal: max_wallclock_time = {self.max_wallclock_time!r} <= 0")
        if self.baseline not in (None, *BASELINES):
            raise OptionError(f"baseline = {self.baseline!r}: {nearest(str(self.baseline), BASELINES)}")
        BetaBinomialEstimator(self.prior_beta_mean, self.prior_beta_size)

    @classmethod
    def of(cls, options: EarlyCheckpointRemoval | Mapping[str, Any]) -> EarlyCheckpointRemoval:
        """The same, also from a dictionary of the arguments.

        Raises:
            OptionError: If an argument is unknown, or ``max_num_checkpoints`` is missing.
        """
        if isinstance(options, EarlyCheckpointRemoval):
            return options
        legal = [field.name for field in fields(cls)]
        for name in options:
            if name not in legal:
                raise OptionError(f"early_checkpoint_removal_kwargs: no option {name!r}; {nearest(name, legal)}")
        if "max_num_checkpoints" not in options:
            raise OptionError(
                "early_checkpoint_removal_kwargs: max_num_checkpoints is missing, the number of checkpoints to keep"
            )
        return cls(**options)

    def worth(self, paused: PausedCheckpoint, remaining_ratio: float) -> float:
        """What a checkpoint is worth: see the top of this file.

        Args:
            paused: The trial.
            remaining_ratio: Time that remains until the end, in units of the time that has passed.
        """
        better = BetaBinomialEstimator(self.prior_beta_mean, self.prior_beta_size)
        if paused.size >= self.min_data_at_rung:
            better.update(paused.rank - 1, paused.size - 1)
        arrivals = round(paused.size * min(remaining_ratio, _LONGEST_RATIO))
        rank, size, quantile, p_better = paused.rank, paused.size, paused.quantile, better.posterior_mean()
        return paused.level * probability_of_resuming(rank, size, quantile, p_better, arrivals, self.approx_steps)

    def first_to_go(
        self,
        paused: Sequence[PausedCheckpoint],
        number: int,
        remaining_ratio: float,
        random_state: np.random.RandomState,
    ) -> list[PausedCheckpoint]:
        """The checkpoints to be removed.

        Args:
            paused: Those that may be.
            number: How many; all, if there are fewer.
            remaining_ratio: As for :meth:`worth`.
            random_state: Used for ``baseline="random"`` only.
        """
        number = min(number, len(paused))
        if number <= 0:
            return []
        if self.baseline == "random":
            return [paused[place] for place in random_state.choice(len(paused), size=number, replace=False)]
        worth = {p: 0.0 if self.baseline == "by_level" else self.worth(p, remaining_ratio) for p in paused}
        return sorted(paused, key=lambda p: (worth[p], p.level, -p.rank / p.size, -p.trial_id))[:number]
