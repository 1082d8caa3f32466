import io
import json

import pandas as pd
import pytest


def test_csv_is_the_default(cli, grid):
    table = pd.read_csv(io.StringIO(cli("export", "grid").out))
    assert len(table) == 6
    assert {"loss", "epoch", "config_x", "trial_id", "st_decision"} <= set(table.columns)


def test_json_holds_overview_and_rows(cli, grid):
    data = json.loads(cli("export", "grid", "--format", "json").out)
    assert data["experiment"]["name"] == "grid"
    assert len(data["results"]) == 6


def test_markdown_summary(cli, grid):
    shown = cli("export", "grid", "--format", "markdown").out
    assert shown.startswith("# grid\n")
    assert "| x | 1 |" in shown
    assert "nine is unlucky" in shown


@pytest.mark.parametrize("suffix", ["csv", "json", "md"])
def test_suffix_of_the_file_chooses_the_format(cli_json, grid, tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    data = cli_json("export", "grid", "--output", path)
    assert data["path"] == str(path)
    assert data["rows"] == 6
    assert {"csv": "loss", "json": "{", "md": "# grid"}[suffix] in path.read_text()


def test_parquet_is_written_or_its_package_named(cli, grid, tmp_path):
    path = tmp_path / "out.parquet"
    ended = cli("export", "grid", "--output", path)
    if ended.code == 0:
        assert len(pd.read_parquet(path)) == 6
    else:
        assert ended.code == 2
        assert "pyarrow" in ended.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--format", "parquet"), "--output"),
        (("--json",), "--output"),
        (("--output", "/nowhere/out.csv"), "/nowhere/out.csv"),
        (("--output", "out.jsn"), "did you mean '.json'"),
    ],
)
def test_impossible_requests_are_refused(cli, grid, arguments, hint):
    refused = cli("export", "grid", *arguments)
    assert refused.code == 2
    assert hint in refused.err
