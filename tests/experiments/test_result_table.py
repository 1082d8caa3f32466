import logging
import math
import zipfile

import numpy as np
import pandas as pd
import pytest

from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.event_log import read_events
from syne_tune.experiments.result_table import count_reports, finite_values, read_results, results_from_events


def _store(folder, table):
    with zipfile.ZipFile(folder / "results.csv.zip", "w") as archive:
        archive.writestr("results.csv", table.to_csv(index=False))


def _table(writer):
    return results_from_events(read_events(writer.folder / "events.jsonl"))


def test_results_derived_from_the_log_have_the_documented_columns(two_trials):
    table = read_results(two_trials.folder)
    expected = ["loss", "epoch", "st_decision", "st_status", "trial_id", "config_lr", "st_tuner_time"]
    assert list(table.columns) == expected
    assert table.loss.tolist() == [3.0, 2.0, 1.0, 4.0]
    assert table.trial_id.tolist() == [0, 1, 0, 1]
    assert table.config_lr.tolist() == [0.1, 0.2, 0.1, 0.2]
    assert table.st_decision.tolist() == ["CONTINUE"] * 3 + ["STOP"]
    assert table.st_tuner_time.is_monotonic_increasing


def test_complete_file_of_results_is_preferred(two_trials):
    _store(two_trials.folder, _table(two_trials).assign(extra=1))
    assert "extra" in read_results(two_trials.folder)


def test_w43_lagging_file_of_results_gives_way_to_the_log(two_trials, caplog):
    """W-43: after kill -9 the file of results lacks the last reports; nothing is lost."""
    _store(two_trials.folder, _table(two_trials).iloc[:2])
    with caplog.at_level(logging.INFO):
        assert len(read_results(two_trials.folder)) == 4
    assert "derived from the event log" in caplog.text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"not a zip at all"])
def test_w43_damaged_file_of_results_gives_way_to_the_log(two_trials, content, caplog):
    """W-43: a damaged archive is reported, and the results come from the log."""
    (two_trials.folder / "results.csv.zip").write_bytes(content)
    assert len(read_results(two_trials.folder)) == 4
    assert "results.csv.zip" in caplog.text


def test_w21_damaged_file_without_log_is_an_error_naming_the_file(two_trials):
    """W-21: results loading must not swallow exceptions."""
    (two_trials.folder / "results.csv.zip").write_bytes(b"not a zip at all")
    (two_trials.folder / "events.jsonl").unlink()
    with pytest.raises(ExperimentNotFoundError, match=r"results\.csv\.zip"):
        read_results(two_trials.folder)


def test_archive_damaged_in_the_middle_is_an_error(tmp_path):
    _store(tmp_path, pd.DataFrame({"loss": np.random.default_rng(0).random(20_000)}))
    data = bytearray((tmp_path / "results.csv.zip").read_bytes())
    data[5000:5100] = bytes(100)
    (tmp_path / "results.csv.zip").write_bytes(data)
    with pytest.raises(ExperimentNotFoundError, match=r"results\.csv\.zip"):
        read_results(tmp_path)


def test_folder_with_neither_file_has_no_results(tmp_path):
    assert read_results(tmp_path) is None


def test_uncompressed_results_of_older_writers_are_read(tmp_path):
    (tmp_path / "results.csv").write_text("loss,trial_id\n1.5,0\n")
    assert read_results(tmp_path).loss.tolist() == [1.5]


def test_floats_and_types_survive_the_file_exactly(tmp_path):
    values = [1e-308, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, 1 / 3, math.inf, -math.inf]
    table = pd.DataFrame({"loss": values, "config_act": ["relu"] * 7, "n": range(7), "flag": [True] * 7})
    _store(tmp_path, table)
    loaded = read_results(tmp_path)
    assert loaded.loss.tolist() == values
    assert loaded.n.tolist() == list(range(7))
    assert loaded.config_act.tolist() == ["relu"] * 7
    assert loaded.flag.tolist() == [True] * 7


def test_column_that_changes_type_far_down_is_read_consistently(tmp_path):
    column = [1] * 300_000 + ["auto"] * 300_000
    _store(tmp_path, pd.DataFrame({"config_x": column}))
    assert set(read_results(tmp_path).config_x) == {"1", "auto"}


def test_non_finite_reports_come_back_from_the_log(two_trials):
    two_trials.report(0, loss=math.nan, epoch=3).report(0, loss=-math.inf, epoch=4)
    table = read_results(two_trials.folder)
    assert math.isnan(table.loss.iloc[4])
    assert table.loss.iloc[5] == -math.inf
    assert finite_values(table, "loss").tolist() == [3.0, 2.0, 1.0, 4.0]


def test_experiment_without_reports_gives_an_empty_table(two_trials, tmp_path):
    table = results_from_events([])
    assert len(table) == 0
    assert "trial_id" in table


def test_reports_are_counted_across_chunks(two_trials, monkeypatch):
    monkeypatch.setattr("syne_tune.experiments.result_table._CHUNK_BYTES", 20)
    assert count_reports(two_trials.folder / "events.jsonl") == 4


def test_configuration_replaced_on_resumption_shows_from_then_on(two_trials):
    two_trials.append(
        "suggest",
        action="resume",
        trial_id=0,
        config={"lr": 0.9},
        checkpoint_trial_id=None,
        reason="",
        facts={},
    ).report(0, loss=0.5, epoch=3)
    assert read_results(two_trials.folder).config_lr.tolist() == [0.1, 0.2, 0.1, 0.2, 0.9]


def test_unknown_and_textual_metrics_are_refused_by_name(two_trials):
    table = read_results(two_trials.folder).assign(word="x")
    with pytest.raises(OptionError, match="'loss'"):
        finite_values(table, "los")
    with pytest.raises(OptionError, match="word"):
        finite_values(table, "word")
