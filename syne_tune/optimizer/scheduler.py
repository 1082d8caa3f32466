"""The contract of every search method: :class:`TrialScheduler`.

A scheduler says what to run next and what to do with a trial that reported. It is *pure*: the same constructor
arguments and the same calls in the same order give the same answers. It reads no clock, opens no file and draws from
no global source of randomness; times arrive inside of results. On this a resumed experiment relies: the tuner replays
the logged calls into a fresh copy and obtains the very state in which the experiment was interrupted.

One trial, called in this order by the tuner::

    suggestion = scheduler.suggest(trial_id=7)       # a new configuration, or: resume paused trial 3, or: None
    scheduler.on_trial_add(trial)                    # only for new trials: it is being started
    scheduler.on_trial_result(trial, result)         # once per report, in order -> CONTINUE, PAUSE or STOP
    scheduler.on_trial_remove(trial)                 # after PAUSE and after STOP; no further reports follow, unless
                                                     # the scheduler resumes the paused trial by a later suggestion
    scheduler.on_trial_complete(trial, last_result)  # the script ended well; last_result was reported before
    scheduler.on_trial_error(trial)                  # or: it failed; nothing about this trial follows. If it was lost,
                                                     # or stopped by somebody, on_trial_remove is called in its place

A scheduler that knows beforehand what it will answer may say so with ``continuation(trial)``, which makes simulations
fast: it is then not asked for these reports.

While no worker is free and nothing has happened, the tuner calls ``scheduler.prepare()``, which changes no answer.

Calls for different trials interleave in any order. What is remembered after each call is up to the scheduler; what the
tuner guarantees is that a trial is never reported after STOP, is resumed only while paused, and that every trial that
was added ends in exactly one of ``on_trial_complete``, ``on_trial_error``, or ``on_trial_remove`` after STOP, unless
the experiment ends first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.config_space import Space
from syne_tune.errors import SchedulerError
from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval, PausedCheckpoint
from syne_tune.report_block import Continuation
from syne_tune.shorthand import Shorthand
from syne_tune.trial import Config, Result, Trial


class SchedulerDecision:
    """What shall become of a trial that just reported."""

    CONTINUE = "CONTINUE"
    PAUSE = "PAUSE"
    STOP = "STOP"


class Decision(str):
    """A decision that knows why it was taken. It is a plain string to whoever does not ask.

    Args:
        value: One of the strings of :class:`SchedulerDecision`.
        reason: One sentence for a person, such as ``"rank 5 of 6 at epoch 3, the best 2 go on"``.
        facts: The numbers behind the sentence, JSON-ready: rung, rank, cutoff, bracket, predicted value.
    """

    reason: str
    facts: Mapping[str, Any]

    def __new__(cls, value: str, reason: str = "", **facts: Any) -> Decision:
        """Makes the string and attaches its reason."""
        decision = super().__new__(cls, value)
        decision.reason = reason
        decision.facts = facts
        return decision

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild_decision, (str(self), self.reason, dict(self.facts)))


def _rebuild_decision(value: str, reason: str, facts: dict[str, Any]) -> Decision:
    return Decision(value, reason, **facts)


@dataclass(frozen=True)
class TrialSuggestion:
    """What a free worker shall do.

    Args:
        spawn_new_trial_id: Whether to start a new trial (else: resume the paused trial ``checkpoint_trial_id``).
        checkpoint_trial_id: For a new trial: the trial whose checkpoint it starts from, if any.
        config: The configuration. Mandatory for a new trial without checkpoint; for a resumed trial it replaces the
            configuration, if given.
        reason: One sentence for a person: initial configuration, random draw, promoted from rung 3, ...
        facts: The numbers behind the sentence, JSON-ready.

    Raises:
        SchedulerError: If neither configuration nor trial is named.
    """

    spawn_new_trial_id: bool = True
    checkpoint_trial_id: int | None = None
    config: dict[str, Any] | None = None
    reason: str = ""
    facts: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.spawn_new_trial_id and self.config is None and self.checkpoint_trial_id is None:
            raise SchedulerError("TrialSuggestion: a new trial needs a config or a checkpoint_trial_id")
        if not self.spawn_new_trial_id and self.checkpoint_trial_id is None:
            raise SchedulerError("TrialSuggestion: resuming needs the checkpoint_trial_id of the paused trial")

    def with_config(self, config: dict[str, Any]) -> TrialSuggestion:
        """The same suggestion with another configuration."""
        other = object.__new__(TrialSuggestion)
        other.__dict__.update(self.__dict__, config=config)
        return other

    @staticmethod
    def start_suggestion(
        config: Config, checkpoint_trial_id: int | None = None, reason: str = "", **facts: Any
    ) -> TrialSuggestion:
        """Start a new trial, optionally from the checkpoint of another one."""
        return TrialSuggestion(True, checkpoint_trial_id, dict(config), reason, facts)

    @staticmethod
    def resume_suggestion(
        trial_id: int, config: Config | None = None, reason: str = "", **facts: Any
    ) -> TrialSuggestion:
        """Resume a paused trial, optionally with another configuration."""
        return TrialSuggestion(False, trial_id, None if config is None else dict(config), reason, facts)


class TrialScheduler(ABC):
    """Base class of all schedulers. The contract is described at the top of this file.

    Subclasses implement :meth:`_suggest` and :meth:`metric_names`, and whichever callbacks they need.

    Args:
        config_space: Mapping from name to domain or constant, or a :class:`~syne_tune.config_space.Space`.

    Raises:
        ConfigSpaceError: If the space breaks a rule.
    """

    def __init__(self, config_space: Mapping[str, Any]) -> None:
        self.config_space: Mapping[str, Any] = config_space
        self.space = Space.of(config_space)

    def suggest(self, trial_id: int) -> TrialSuggestion | None:
        """What a free worker shall do next.

        Args:
            trial_id: Id the trial will have if a new one is started.

        Returns:
            A suggestion whose configuration is complete (constants included) and cast to the types of the space, or
            ``None`` if there is nothing left to try.
        """
        suggestion = self._suggest(trial_id)
        if suggestion is None or suggestion.config is None:
            return suggestion
        return suggestion.with_config(self.space.with_constants(suggestion.config))

    @abstractmethod
    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        """As :meth:`suggest`; the configuration may lack constants."""

    def prepare(self) -> None:
        """Time for thought: all events have been handled and no worker is free. By default does nothing.

        A scheduler may do here what it would have to do later, while somebody waits for it. It may be called any
        number of times, or never (replaying a log does not call it), and must not change any answer: what is prepared
        is either what would be computed later from the same calls, or is dropped.
        """

    def on_trial_add(self, trial: Trial) -> None:
        """A new trial is being started."""

    def on_trial_error(self, trial: Trial) -> None:
        """A trial failed. Its configuration should not be suggested again."""

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """A trial reported.

        Args:
            trial: The trial.
            result: What it reported; holds finite numbers for :meth:`metric_names`.

        Returns:
            One of the strings of :class:`SchedulerDecision`, preferably a :class:`Decision` with its reason.
        """
        return SchedulerDecision.CONTINUE

    def continuation(self, trial: Trial) -> Continuation | None:
        """Which of the next reports of a running trial need not be shown to this scheduler, if any.

        For those it must be certain that :meth:`on_trial_result` would return ``CONTINUE`` with the same reason and
        facts, and that showing them or not makes no difference to any later answer. The promise holds until the trial
        is decided the next time.

        Args:
            trial: A trial that was just started or resumed, or goes on after a report.

        Returns:
            The promise; by default none, so that every report is shown.
        """
        return None

    def shorthand(self) -> Shorthand | None:
        """Another way to ask the same questions, for simulations; by default there is none."""
        return None

    def trials_checkpoints_can_be_removed(self) -> list[int]:
        """Paused trials that will certainly not be resumed, and were not returned before; by default none.

        Asked for if checkpoints are to be deleted; must not change any answer.
        """
        return []

    def paused_checkpoints(self) -> list[PausedCheckpoint]:
        """All paused trials that may be resumed, and how they stand at their rung level; by default none."""
        return []

    @property
    def early_checkpoint_removal(self) -> EarlyCheckpointRemoval | None:
        """How many checkpoints of trials that may still be resumed are kept; ``None``, the default: all."""
        return None

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """A trial ended well; ``result`` is its last report.

        :meth:`on_trial_result` has seen it before, unless :meth:`continuation` said that this is not needed.
        """

    def on_trial_remove(self, trial: Trial) -> None:
        """A trial was paused or stopped, as this scheduler had decided."""

    @property
    def is_quick(self) -> bool:
        """Whether answers take microseconds; then simulations write down many at once. By default not."""
        return False

    @abstractmethod
    def metric_names(self) -> list[str]:
        """Names of the metrics that every report must contain."""

    def metric_mode(self) -> str | list[str]:
        """``"min"`` or ``"max"``, or one of these per metric."""
        return "min"

    def is_multiobjective_scheduler(self) -> bool:
        """Whether several metrics are optimised at once."""
        return False

    def metadata(self) -> dict[str, Any]:
        """What is written to ``metadata.json``: metric names and modes, name of the scheduler, space as JSON text."""
        return {
            "metric_names": self.metric_names(),
            "metric_mode": self.metric_mode(),
            "scheduler_name": type(self).__name__,
            "config_space": self.space.to_json(),
        }
