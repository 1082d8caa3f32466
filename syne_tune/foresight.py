"""What a place can say of reports before anybody has looked at them, if it is a simulation: :class:`Foresight`."""

from __future__ import annotations

from syne_tune.course import Course, Limits
from syne_tune.report_block import Continuation, ReportBlock
from syne_tune.shorthand import Shorthand
from syne_tune.stretch import Timetable


class Foresight:
    """Base class of backends: by default, nothing is known ahead.

    A simulation overrides this to save the tuner from looking at each report by itself; what happens is the same.
    """

    @property
    def settles_reports(self) -> bool:
        """Whether :meth:`settled_reports` may ever answer; by default not."""
        return False

    def settle(self, trial_id: int, promise: Continuation | None) -> None:
        """Notes which of the next reports of a trial need not be decided; called if ``settles_reports``."""

    def settled_reports(
        self, max_reports: int, max_elapsed: float, elapsed_before: float, since: float
    ) -> ReportBlock | None:
        """The next reports, up to the first event that has to be looked at; called if ``settles_reports``.

        Args:
            max_reports: Not more than so many.
            max_elapsed: Only reports before this running time of the tuner.
            elapsed_before: What the running time of the tuner was,
            since: at this time.

        Returns:
            At least one report, or ``None``: the next event is something else.
        """
        return None

    def timetable(self) -> Timetable | None:
        """Looks ahead, so that a simulation can go from decision to decision; called if ``settles_reports``.

        Returns:
            What comes next, until it is closed; by default ``None``.
        """
        return None

    def course(self, shorthand: Shorthand, limits: Limits, most_decisions: int) -> Course | None:
        """Goes through a stretch by itself, asking the scheduler in shorthand; called if ``settles_reports``.

        Args:
            shorthand: The scheduler.
            limits: How far it may go.
            most_decisions: It ends after about so many.

        Returns:
            What has happened; ``None``, the default, if nothing has.
        """
        return None
