from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.metric_statistics import MetricsStatistics, add_rows

NUMBERS = st.one_of(st.integers(-100, 100), st.floats(-1e6, 1e6).map(lambda x: x + 0.0))
REPORTS = st.lists(st.tuples(st.integers(0, 3), NUMBERS, st.integers(0, 9)), min_size=1, max_size=30)


@given(REPORTS, REPORTS)
def test_many_rows_count_like_one_after_the_other(
    first: list[tuple[int, float, int]], then: list[tuple[int, float, int]]
) -> None:
    one_by_one = {i: MetricsStatistics() for i in range(4)}
    at_once = {i: MetricsStatistics() for i in range(4)}
    for reports in (first, then):
        for trial_id, loss, epoch in reports:
            one_by_one[trial_id].add({"loss": loss, "epoch": epoch})
        add_rows(at_once, ["loss", "epoch"], [r[0] for r in reports], list(zip(*reports, strict=True))[1:])
    assert list(map(vars, at_once.values())) == list(map(vars, one_by_one.values()))


def test_metric_that_is_no_number_stays_none() -> None:
    statistics = MetricsStatistics()
    statistics.add({"name": "a"})
    add_rows({0: statistics}, ["name"], [0], [[1.0]])
    assert statistics.max_metrics == {}
    assert statistics.count == 2
    assert statistics.last_metrics == {"name": 1.0}
