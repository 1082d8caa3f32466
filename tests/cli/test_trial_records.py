import pytest

from syne_tune.cli.trial_records import happened, latest_run


def _suggest(action, trial_id, source=None):
    return {"kind": "suggest", "action": action, "trial_id": trial_id, "checkpoint_trial_id": source}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (_suggest("start", 3), "suggested as a new trial"),
        (_suggest("resume", 3), "chosen to go on"),
        (_suggest("start", 5, source=3), "its checkpoint was handed to trial 5"),
        ({"kind": "report", "decision": "PAUSE"}, "pause"),
        ({"kind": "retry"}, "started again"),
        ({"kind": "status", "status": "Failed"}, "failed"),
        ({"kind": "status", "status": "Stopped", "interrupted": True}, "interrupted: the tuner ended"),
    ],
)
def test_events_in_words(event, words):
    assert happened(event, trial_id=3) == words


def test_the_latest_run_counts(tmp_path):
    for number in (0, 2, 10):
        (tmp_path / "4" / "runs" / str(number)).mkdir(parents=True)
        text = f'{{"argv": ["run{number}"], "cwd": "/", "env": {{}}, "config": {{}}}}'
        (tmp_path / "4" / "runs" / str(number) / "run.json").write_text(text)
    assert latest_run(tmp_path, 4).argv == ["run10"]
    assert latest_run(tmp_path, 5) is None
