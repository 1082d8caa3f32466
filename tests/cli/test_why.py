def test_why_tells_cause_log_command_and_decisions(cli, grid, trial_of):
    shown = cli("why", "grid", trial_of[9]).out
    assert "Failed (error, exit code 1)" in shown
    assert "nine is unlucky" in shown
    assert "train.py --x 9 --epochs 3" in shown
    assert "suggested as a new trial" in shown


def test_routine_reports_are_drawn_together_and_left_out_of_the_log(cli, grid, trial_of):
    shown = cli("why", "grid", trial_of[1]).out
    assert "continue (3 times)" in shown
    assert "[tune-metric]" not in shown


def test_why_json_has_every_event_in_order(cli_json, grid, trial_of):
    data = cli_json("why", "grid", trial_of[2])
    assert [event["what"] for event in data["events"]] == [
        "suggested as a new trial", "continue", "continue", "continue", "completed"
    ]  # fmt: skip
    assert data["status"] == "Completed"
    assert data["command"][-4:-2] == ["--epochs", "3"]
    assert [event["seq"] for event in data["events"]] == sorted(event["seq"] for event in data["events"])


def test_unknown_trial_is_refused_with_the_range(cli, grid):
    refused = cli("why", "grid", 7)
    assert refused.code == 2
    assert "from 0 to 2" in refused.err


def test_negative_number_of_lines_is_refused(cli, grid):
    refused = cli("why", "grid", 0, "--lines", -1)
    assert refused.code == 2
    assert "at least 0" in refused.err
