def test_list_shows_one_row_per_experiment(cli, cli_json, grid):
    shown = cli("list").out
    assert "grid" in shown
    assert "finished" in shown
    (row,) = cli_json("list")
    assert row["name"] == "grid"
    assert row["trials"] == {"Completed": 2, "Failed": 1}


def test_list_filters_by_text(cli_json, grid):
    assert cli_json("list", "gri") != []
    assert cli_json("list", "other") == []


def test_list_of_nothing_says_where_it_looked(cli, own_root):
    assert str(own_root) in cli("list").out


def test_damaged_experiment_is_skipped_with_a_warning(cli, own_root, caplog):
    (own_root / "broken").mkdir(parents=True)
    (own_root / "broken" / "metadata.json").write_text("{torn")
    assert cli("list").code == 0
    assert "broken" in caplog.text


def test_filter_that_nothing_matches_is_named(cli, grid):
    assert "whose name contains 'other'" in cli("list", "other").out
