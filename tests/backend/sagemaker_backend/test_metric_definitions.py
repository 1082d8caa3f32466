"""Regular expressions by which SageMaker finds what the reporter prints."""

from __future__ import annotations

import logging
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune import Reporter
from syne_tune.backend.sagemaker_backend.job_template import JobTemplate
from syne_tune.backend.sagemaker_backend.metric_definitions import (
    add_metric_definitions_to_sagemaker_estimator,
    metric_definitions_from_names,
    with_metrics,
)


def found(name: str, line: str) -> str | None:
    match = re.search(metric_definitions_from_names([name])[0]["Regex"], line)
    return match and match.group(1)


class TestRegularExpression:
    @given(value=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**18), 10**18))
    def test_finds_the_number_as_printed(self, value: float) -> None:
        """W-07: 12.5 was found as 12, 123.4 as 123, 1e-05 as 1."""
        text = found("loss", f'[tune-metric]: {{"epoch": 3, "loss": {value!r}, "st_worker_time": 1.5}}')
        assert text is not None
        assert float(text) == float(value)

    def test_finds_what_the_reporter_prints(self, capsys: pytest.CaptureFixture[str]) -> None:
        Reporter()(epoch=12, loss=1.25e-07, note='a "quoted" text')
        line = capsys.readouterr().out
        assert (found("epoch", line), found("loss", line)) == ("12", "1.25e-07")
        assert found("st_worker_iter", line) == "0"

    def test_tag_is_not_a_class_of_characters(self) -> None:
        """W-07: any line with one of the letters of the tag could match."""
        assert found("loss", 't {"loss": 1.5}') is None
        assert found("loss", 'tune-metric: {"loss": 1.5}') is None

    def test_name_is_matched_as_a_whole_and_literally(self) -> None:
        line = '[tune-metric]: {"val_loss": 1, "loss_val": 2, "a.c": 3}'
        assert found("loss", line) is None
        assert found("a.c", line) == "3"
        assert found("abc", line.replace("a.c", "abxc")) is None

    def test_has_exactly_one_group(self) -> None:
        assert re.compile(metric_definitions_from_names(["loss"])[0]["Regex"]).groups == 1


def template(*names: str) -> JobTemplate:
    definitions = [{"Name": name, "Regex": "theirs"} for name in names]
    return JobTemplate({"AlgorithmSpecification": {"TrainingImage": "default", "MetricDefinitions": definitions}})


class TestTemplates:
    def test_keep_what_they_have(self) -> None:
        before = template("a", "b")
        after = with_metrics(before, ["b", "c"])
        definitions = after.request["AlgorithmSpecification"]["MetricDefinitions"]
        assert [one["Name"] for one in definitions] == ["a", "b", "c"]
        assert [one["Regex"] == "theirs" for one in definitions] == [True, False, False]
        assert before == template("a", "b")

    def test_have_40_metrics_at_most(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING):
            after = with_metrics(template("a"), [f"metric-{i}" for i in range(41)])
        assert len(after.request["AlgorithmSpecification"]["MetricDefinitions"]) == 40
        assert "metric-39, metric-40" in caplog.text


def test_estimators_of_the_sdk() -> None:
    estimator = SimpleNamespace(metric_definitions=None)
    add_metric_definitions_to_sagemaker_estimator(estimator, ["a"])
    add_metric_definitions_to_sagemaker_estimator(estimator, ["b", "a"])
    assert [one["Name"] for one in estimator.metric_definitions] == ["b", "a"]
