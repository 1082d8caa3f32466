"""Which reports of a run have been made before."""

from __future__ import annotations

from syne_tune.backend.repeated_reports import RepeatedReports
from syne_tune.trial import Result


def kept(made: list[Result], run: list[Result], resource_attr: str | None = None, **facts: bool) -> list[Result]:
    repeated = RepeatedReports()
    repeated.begin([], resource_attr=resource_attr, retry=False, from_scratch=True)
    repeated.begin(made, resource_attr=resource_attr, **facts)
    return [report for report in run if not repeated.is_repeated(report, resource_attr)]


def reports(*epochs: int) -> list[Result]:
    return [{"epoch": epoch} for epoch in epochs]


def test_with_a_resource_what_is_not_above_the_last_is_repeated() -> None:
    assert kept(reports(1, 2, 3), reports(2, 3, 4, 5), "epoch", retry=False, from_scratch=False) == reports(4, 5)


def test_without_resource_a_replacement_from_scratch_repeats_all() -> None:
    assert kept(reports(1, 2), reports(1, 2, 3), retry=True, from_scratch=True) == reports(3)


def test_without_resource_other_runs_repeat_nothing() -> None:
    assert kept(reports(1, 2), reports(1, 2), retry=False, from_scratch=True) == reports(1, 2)
    assert kept(reports(1, 2), reports(3, 4), retry=True, from_scratch=False) == reports(3, 4)


def test_without_resource_a_replacement_from_a_checkpoint_may_repeat_the_last() -> None:
    """As the documentation asks scripts to do: the process may have died between checkpoint and report."""
    made: list[Result] = [{"loss": 0.5, "st_worker_time": 3.0}, {"loss": 0.4, "st_worker_time": 4.0}]
    again: list[Result] = [{"loss": 0.4, "st_worker_time": 0.1}, {"loss": 0.4, "st_worker_time": 1.1}]
    assert kept(made, again, retry=True, from_scratch=False) == again[1:]
    assert kept(made, again, retry=False, from_scratch=False) == again
    assert kept([], again, retry=True, from_scratch=False) == again


def test_only_what_the_replaced_runs_have_made_is_repeated() -> None:
    repeated = RepeatedReports()
    repeated.begin(reports(1, 2), resource_attr=None, retry=False, from_scratch=True)
    repeated.begin(reports(1, 2, 1), resource_attr=None, retry=True, from_scratch=True)
    assert [repeated.is_repeated(report, None) for report in reports(1, 2)] == [True, False]
