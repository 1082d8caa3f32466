"""Which reports a run of a trial makes once more, because it begins before the place where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence

from syne_tune.constants import ST_RESERVED_PREFIX
from syne_tune.trial import Result


class RepeatedReports:
    """Tells the reports of one trial that have been made before from those that have not.

    With a resource, those are repeated whose resource is not above that of the last report. Without one, a run that
    begins from scratch, in place of one that was lost, repeats as many as there are since the last run that was no such
    replacement; one that begins from a checkpoint repeats the last report if its first one says the same.
    """

    def __init__(self) -> None:
        self._first_of_chain = 0
        self._to_skip = 0
        self._held: float | None = None
        self._last: Result | None = None

    def begin(self, made: Sequence[Result], *, resource_attr: str | None, retry: bool, from_scratch: bool) -> None:
        """A run begins.

        Args:
            made: What the trial has reported so far, repeated ones left out.
            resource_attr: Name of the resource, if there is one.
            retry: Whether the run takes the place of the one before.
            from_scratch: Whether there was no checkpoint to go on from.
        """
        self._held, self._to_skip, self._last = None, 0, None
        if resource_attr is not None:
            self._held = _number(made[-1].get(resource_attr)) if made else None
        elif not retry:
            self._first_of_chain = len(made)
        elif from_scratch:
            self._to_skip = len(made) - self._first_of_chain
        elif made:
            self._last = _said_by_script(made[-1])

    def is_repeated(self, report: Result, resource_attr: str | None) -> bool:
        """Whether the next report of the run has been made before.

        Args:
            report: The report.
            resource_attr: As for :meth:`begin`.
        """
        if self._to_skip > 0:
            self._to_skip -= 1
            return True
        if self._last is not None:
            last, self._last = self._last, None
            return _said_by_script(report) == last
        resource = _number(report.get(resource_attr)) if resource_attr is not None else None
        return self._held is not None and resource is not None and resource <= self._held


def _said_by_script(report: Result) -> Result:
    return {name: value for name, value in report.items() if not name.startswith(ST_RESERVED_PREFIX)}


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) else None
