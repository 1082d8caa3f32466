"""However reports come in, what is known afterwards is the same as if each had been added up at once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.metric_statistics import MetricsStatistics
from syne_tune.report_block import ReportBlock
from syne_tune.reported_values import ReportedValues

NUMBERS = st.integers(-8, 8).map(lambda number: number / 4)
REPORTS = st.lists(st.tuples(st.integers(0, 4), NUMBERS, st.integers(1, 9)), min_size=1, max_size=30)
PARTS = st.lists(st.tuples(st.sampled_from(["block", "single", "look"]), REPORTS), max_size=8)


def noted(parts: list[tuple[str, list[tuple[int, float, int]]]]) -> tuple[ReportedValues, dict[int, MetricsStatistics]]:
    values, expected = ReportedValues(), dict[int, MetricsStatistics]()
    for how, reports in parts:
        if how == "look":
            assert set(values.per_trial) == set(expected)
            continue
        for trial_id, loss, epoch in reports:
            expected.setdefault(trial_id, MetricsStatistics()).add({"loss": loss, "epoch": epoch})
            if how == "single":
                values.add(trial_id, {"loss": loss, "epoch": epoch})
        if how == "block":
            rows: list[Any] = [(loss, epoch) for _, loss, epoch in reports]
            values.add_block(ReportBlock(("loss", "epoch"), [i for i, _, _ in reports], [0.0] * len(rows), rows))
    return values, expected


@given(PARTS, st.sampled_from(["min", "max"]))
def test_best_and_last_values_are_found_without_adding_up(parts: Any, mode: str) -> None:
    values, expected = noted(parts)
    best = None
    for trial_id, statistics in expected.items():
        value = (statistics.min_metrics if mode == "min" else statistics.max_metrics)["loss"]
        if best is None or (value < best[1] if mode == "min" else value > best[1]):
            best = trial_id, value
    assert values.best("loss", mode) == best
    assert values.best("other", mode) is None
    last = values.last_values([0, 3])
    assert last == {i: (expected[i].count, expected[i].last_metrics) for i in (0, 3) if i in expected}
    assert all(type(found["epoch"]) is int for _, found in last.values())


@given(PARTS)
def test_statistics_are_those_of_single_reports(parts: Any) -> None:
    values, expected = noted(parts)
    assert {i: vars(one) for i, one in values.per_trial.items()} == {i: vars(one) for i, one in expected.items()}
    assert list(values.per_trial) == list(expected)
    assert values.overall.count == sum(one.count for one in expected.values())


def test_what_grows_begins_anew_with_each_run() -> None:
    values = ReportedValues()
    for seconds in (1.0, 4.0):
        values.add(0, {"loss": 1.0, "st_worker_time": seconds})
    values.begin_run(0)
    values.begin_run(1)
    for seconds in (2.0, 3.0):
        values.add(0, {"loss": 1.0, "st_worker_time": seconds})
    values.add(1, {"loss": 1.0, "st_worker_time": 5.0})
    assert values.last_values([0])[0] == (4, {"loss": 1.0, "worker-time": 7.0})
    assert values.total("st_worker_time") == 12.0


def test_what_grows_counts_once_per_trial() -> None:
    values = ReportedValues()
    values.add_block(
        ReportBlock(("loss", "st_worker_time"), [0, 1, 0], [1.0, 2.0, 3.0], [(0.5, 1.0), (0.4, 4.0), (0.3, 3.0)])
    )
    assert values.total("st_worker_time") == 7.0
    assert values.last_values([0]) == {0: (2, {"loss": 0.3, "worker-time": 3.0})}
