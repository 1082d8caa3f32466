import dataclasses

import pytest

from syne_tune import jsonio
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.overview import BestTrial, read_overview

FAILURE = {"cause": "timeout", "message": "too slow", "exit_code": -9, "log_tail": [], "command": ["a"]}


def test_overview_of_an_interrupted_experiment(two_trials):
    two_trials.append("status", trial_id=0, status="Failed", failure=FAILURE)
    overview = read_overview(two_trials.folder)
    assert overview.name == "study-1"
    assert overview.phase == "interrupted"
    assert overview.trials == {"Failed": 1, "Stopped": 1}
    assert overview.num_reports == 4
    assert overview.best == [BestTrial("loss", "min", 1.0, 0, {"lr": 0.1})]
    assert [(f.trial_id, f.cause, f.message) for f in overview.failures] == [(0, "timeout", "too slow")]
    assert overview.config_space == {"lr": 1}
    assert overview.scheduler == "FIFOScheduler"


def test_overview_has_a_json_form(two_trials):
    overview = dataclasses.asdict(read_overview(two_trials.folder))
    assert jsonio.loads(jsonio.dumps(overview)) == overview


def test_metric_without_reports_has_no_best_trial(two_trials):
    metadata = jsonio.read_json(two_trials.folder / "metadata.json")
    entries = {**metadata, "metric_names": ["loss", "acc"], "metric_mode": ["min", "max"]}
    jsonio.write_json(two_trials.folder / "metadata.json", entries)
    assert read_overview(two_trials.folder).best[1] == BestTrial("acc", "max")


def test_missing_metadata_is_refused(two_trials):
    (two_trials.folder / "metadata.json").unlink()
    with pytest.raises(ExperimentNotFoundError, match=r"metadata\.json"):
        read_overview(two_trials.folder)
