import pytest

from syne_tune.event_log import EventLog
from syne_tune.jsonio import write_json


@pytest.fixture
def compromise(own_root, monkeypatch):
    """Three trials with two metrics, one of them beaten by another; tables are as wide as they like to be."""
    monkeypatch.setenv("COLUMNS", "160")
    folder = own_root / "compromise"
    folder.mkdir(parents=True)
    metadata = {
        "st_tuner_creation_timestamp": 1.7e9,
        "entrypoint": "train",
        "metric_names": ["loss", "accuracy"],
        "metric_mode": ["min", "max"],
        "config_space": "{}",
    }
    write_json(folder / "metadata.json", metadata)
    log = EventLog(folder / "events.jsonl")
    for trial_id, (loss, accuracy) in enumerate([(1.0, 0.2), (2.0, 0.5), (3.0, 0.4)]):
        start = {"action": "start", "config": {"x": trial_id}, "checkpoint_trial_id": None, "reason": "", "facts": {}}
        log.append("suggest", now=0.0, elapsed=1.0, trial_id=trial_id, **start)
        result = {"loss": loss, "accuracy": accuracy}
        report = {"result": result, "status": "InProgress", "decision": "CONTINUE", "reason": "", "facts": {}}
        log.append("report", now=0.0, elapsed=1.0, trial_id=trial_id, **report)
    return folder


def test_best_shows_the_front(cli, cli_json, compromise):
    """7.6: with several metrics, the first one alone counted."""
    data = cli_json("best", "compromise")
    assert [point["trial_id"] for point in data["points"]] == [0, 1]
    assert data["points"][1] == {"trial_id": 1, "values": {"loss": 2.0, "accuracy": 0.5}, "config": {"x": 1}}
    assert data["reference_point"] == [3.0, 0.2]
    assert data["hypervolume"] == pytest.approx(0.3)
    shown = cli("best", "compromise").out
    assert "on the front: trial" in shown
    assert "accuracy (max)" in shown
    assert "hypervolume 0.3 up to 3, 0.2" in shown


def test_best_of_one_metric_is_one_trial(cli_json, compromise):
    assert cli_json("best", "compromise", "--metric", "accuracy")["config"] == {"x": 1}


def test_show_has_the_front(cli, cli_json, compromise):
    assert len(cli_json("show", "compromise")["pareto_front"]["points"]) == 2
    assert "on the front: trial" in cli("show", "compromise").out


def test_no_front_of_one_metric(cli, cli_json, grid):
    assert "pareto_front" not in cli_json("show", "grid")
    assert "on the front" not in cli("show", "grid").out
