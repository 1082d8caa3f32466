from __future__ import annotations

import io
from typing import Any

import pandas as pd

from syne_tune.callbacks.result_rows import ResultRows, config_columns
from syne_tune.report_block import ReportBlock

CONFIGS: dict[int, dict[str, Any]] = {
    0: {"x": 1, "name": "a,b"},
    1: {"x": 2, "name": 'say "c"'},
}
ROWS = [
    {
        "loss": 0.1,
        "epoch": 1,
        "st_decision": "CONTINUE",
        "st_status": "InProgress",
        "trial_id": 0,
        **config_columns(CONFIGS[0]),
    },
    {
        "loss": 0.25,
        "epoch": 1,
        "st_decision": "CONTINUE",
        "st_status": "InProgress",
        "trial_id": 1,
        **config_columns(CONFIGS[1]),
    },
]


def block() -> ReportBlock:
    return ReportBlock(("loss", "epoch"), [0, 1], [1.5, 2.5], [[0.1, 1], [0.25, 1]])


def with_time() -> list[dict[str, Any]]:
    return [{**row, "st_tuner_time": time} for row, time in zip(ROWS, (1.5, 2.5), strict=True)]


def test_block_gives_the_rows_and_the_text_of_its_reports() -> None:
    together, singly = ResultRows(), ResultRows()
    assert not together
    together.add_block(block(), CONFIGS, has_time=True)
    for row in with_time():
        singly.add(row)
    assert together
    assert list(together) == list(singly) == with_time()
    assert together.to_csv() == singly.to_csv()


def test_time_may_be_left_out() -> None:
    rows = ResultRows()
    rows.add_block(block(), CONFIGS, has_time=False)
    assert list(rows) == ROWS


def test_columns_that_come_later_are_empty_before() -> None:
    rows = ResultRows()
    rows.add_block(block(), {**CONFIGS, 1: {"y": 0.5}}, has_time=True)
    rows.add({"loss": None, "accuracy": float("nan"), "trial_id": 2, "config_z": True})
    assert rows.columns()[5:9] == ["config_x", "config_name", "config_y", "config_z"]
    frame = pd.read_csv(io.StringIO(rows.to_csv()))
    assert frame["config_x"].tolist()[0] == 1
    assert frame["config_y"].isna().tolist() == [True, False, True]
    assert frame["accuracy"].isna().all()
    assert frame["st_tuner_time"].tolist()[:2] == [1.5, 2.5]


def test_text_is_that_of_a_data_frame() -> None:
    rows = ResultRows()
    for row in with_time():
        rows.add(row)
    assert rows.to_csv() == pd.DataFrame(with_time()).to_csv(index=False)
