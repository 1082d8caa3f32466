import random

from syne_tune.config_space import Space, randint, uniform
from syne_tune.event_log import EventLog
from syne_tune.jsonio import write_json


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


def test_importance_needs_enough_trials(cli_json, cli, grid):
    assert cli_json("show", "grid")["importance"] == []
    assert "matters for" not in cli("show", "grid").out


def test_importance(cli, cli_json, own_root):
    metadata = {
        "st_tuner_creation_timestamp": 1.7e9,
        "entrypoint": "train",
        "metric_names": ["loss"],
        "metric_mode": "min",
        "config_space": Space({"x": randint(1, 20), "depth": uniform(0, 1), "epochs": 3}).to_json(),
    }
    folder = own_root / "mattered"
    folder.mkdir(parents=True)
    write_json(folder / "metadata.json", metadata)
    log, rs = EventLog(folder / "events.jsonl"), random.Random(0)
    for trial_id in range(20):
        config = {"x": rs.randint(1, 20), "depth": rs.random(), "epochs": 3}
        start = {"action": "start", "config": config, "checkpoint_trial_id": None, "reason": "", "facts": {}}
        log.append("suggest", now=0.0, elapsed=1.0, trial_id=trial_id, **start)
        report = {"result": {"loss": float(config["x"])}, "status": "InProgress", "decision": "CONTINUE"}
        log.append("report", now=0.0, elapsed=1.0, trial_id=trial_id, reason="", facts={}, **report)
    (entry,) = cli_json("show", "mattered")["importance"]
    assert entry["subject"] == "loss"
    assert entry["parameters"][0]["name"] == "x"
    assert "matters for loss (model explains" in cli("show", "mattered").out
    assert cli_json("show", "mattered", "--no-importance")["importance"] == []
