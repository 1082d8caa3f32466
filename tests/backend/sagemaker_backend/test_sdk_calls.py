"""Calls of the SDK that are made only to find out what it would send."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest

from syne_tune.backend.sagemaker_backend.sdk_calls import quiet_sdk, without_telemetry


def test_configuration_of_the_user_is_kept_and_not_changed() -> None:
    given = {"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": {"Session": {"DefaultS3Bucket": "b"}}}}}
    assert without_telemetry(given) == {
        "SchemaVersion": "1.0",
        "SageMaker": {"PythonSDK": {"Modules": {"Session": {"DefaultS3Bucket": "b"}, "TelemetryOptOut": True}}},
    }
    assert "TelemetryOptOut" not in str(given)


@pytest.mark.parametrize("config", [None, {}])
def test_there_need_not_be_one(config: dict[str, object] | None) -> None:
    assert without_telemetry(config)["SageMaker"]["PythonSDK"]["Modules"] == {"TelemetryOptOut": True}


def test_messages_are_kept_back_for_the_time_of_the_call(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("sagemaker")
    caplog.set_level(logging.INFO, "sagemaker")
    with suppress(KeyError), quiet_sdk():
        logger.info("Creating training-job")
        logger.warning("something to know")
        raise KeyError
    logger.info("afterwards")
    assert [record.message for record in caplog.records] == ["something to know", "afterwards"]
