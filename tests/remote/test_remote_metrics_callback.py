from __future__ import annotations

import datetime
import json
from types import SimpleNamespace
from typing import Any

import pytest

from syne_tune.config_space import choice, randint, uniform
from syne_tune.errors import OptionError
from syne_tune.remote.remote_metrics_callback import (
    BEST_HP_PREFIX,
    BEST_METRIC_VALUE,
    BEST_RESOURCE_VALUE,
    BEST_TRIAL_ID,
    RemoteTuningMetricsCallback,
)
from syne_tune.trial import Trial

SPACE = {"lr": uniform(0, 1), "units": randint(1, 9), "epochs": 27}


def tell(callback: RemoteTuningMetricsCallback, trial_id: int, result: dict[str, Any], **config: Any) -> None:
    trial = Trial(trial_id, {"lr": 0.5, "units": 3, "epochs": 27, **config}, datetime.datetime.now())
    callback.on_trial_result(trial, "InProgress", result, "CONTINUE")


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = capsys.readouterr().out.splitlines()
    reports = [json.loads(line.removeprefix("[tune-metric]: ")) for line in lines]
    return [{name: x for name, x in report.items() if not name.startswith("st_")} for report in reports]


def test_names_have_the_documented_order() -> None:
    assert RemoteTuningMetricsCallback.get_metric_names(SPACE, "epoch") == [
        "best_metric_value",
        "best_trial_id",
        "best_resource_value",
        "best_hp_lr",
        "best_hp_units",
    ]
    assert BEST_RESOURCE_VALUE not in RemoteTuningMetricsCallback.get_metric_names(SPACE)
    many = {f"x{i}": uniform(0, 1) for i in range(60)}
    assert len(RemoteTuningMetricsCallback.get_metric_names(many)) == 40


@pytest.mark.parametrize(("mode", "expected"), [("min", [3.0, 2.0]), ("max", [3.0, 5.0])])
def test_only_improvements_are_printed(mode: str, expected: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    callback = RemoteTuningMetricsCallback("loss", mode, SPACE, "epoch")
    for epoch, loss in enumerate([3.0, 3.0, 2.0, 5.0], 1):
        tell(callback, 7, {"loss": loss, "epoch": epoch})
    reports = printed(capsys)
    assert [report[BEST_METRIC_VALUE] for report in reports] == expected
    assert reports[0] == {
        BEST_METRIC_VALUE: 3.0,
        BEST_TRIAL_ID: 7,
        BEST_RESOURCE_VALUE: 1,
        f"{BEST_HP_PREFIX}lr": 0.5,
        f"{BEST_HP_PREFIX}units": 3,
    }


def test_w33_of_several_metrics_the_first_one_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """W-33: real benchmarks with a list of metrics crashed the launcher."""
    callback = RemoteTuningMetricsCallback(["accuracy", "time"], ["max", "min"], SPACE)
    tell(callback, 0, {"accuracy": 0.5, "time": 3})
    tell(callback, 1, {"accuracy": 0.6, "time": 4})
    assert [report[BEST_TRIAL_ID] for report in printed(capsys)] == [0, 1]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "good"])
def test_what_is_no_number_is_no_improvement(value: Any, capsys: pytest.CaptureFixture[str]) -> None:
    callback = RemoteTuningMetricsCallback("loss", "min", SPACE)
    tell(callback, 0, {"loss": value})
    tell(callback, 0, {})
    assert printed(capsys) == []


def test_hyperparameters_that_are_not_set_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    space = {**SPACE, "solver": choice(["adam", "sgd"])}
    tell(RemoteTuningMetricsCallback("loss", "min", space), 0, {"loss": 1.0}, lr=None, solver="sgd")
    (report,) = printed(capsys)
    assert report["best_hp_solver"] == "sgd"
    assert "best_hp_lr" not in report


def test_estimators_get_definitions_beside_their_own() -> None:
    estimator = SimpleNamespace(metric_definitions=[{"Name": "loss", "Regex": "loss=(.*)"}])
    RemoteTuningMetricsCallback("loss", "min", SPACE).register_metrics_with_estimator(estimator)
    names = [definition["Name"] for definition in estimator.metric_definitions]
    assert names == ["loss", "best_metric_value", "best_trial_id", "best_hp_lr", "best_hp_units"]


def test_mode_must_be_known() -> None:
    with pytest.raises(OptionError, match="mode='minimum'"):
        RemoteTuningMetricsCallback("loss", "minimum")
