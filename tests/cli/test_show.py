def test_show_has_all_sections(cli, grid):
    shown = cli("show", "grid").out
    counts = "2 Completed, 1 Failed"
    for expected in (
        "finished",
        "LocalBackend",
        "GridSearch",
        counts,
        "nine is unlucky",
        "choice([1, 2, 9])",
    ):
        assert expected in shown


def test_show_json_fields(cli_json, grid):
    data = cli_json("show", "latest")
    assert data["path"] == str(grid)
    assert data["phase"] == "finished"
    assert data["best"][0]["value"] == 1 / 3
    assert data["best"][0]["config"] == {"x": 1, "epochs": 3}
    assert data["failures"][0]["cause"] == "error"
    assert data["num_reports"] == 6


def test_space_that_cannot_be_read_is_shown_as_it_stands(cli, grid, own_root):
    own_root.mkdir()
    text = (grid / "metadata.json").read_text().replace("Categorical", "Strange")
    (own_root / "odd").mkdir()
    (own_root / "odd" / "metadata.json").write_text(text)
    (own_root / "odd" / "events.jsonl").write_bytes((grid / "events.jsonl").read_bytes())
    assert "Strange" in cli("show", "odd").out
