"""A job service as a process of its own, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syne_tune.testing.sagemaker_conformance.clouds import LocalCloud


@pytest.fixture(scope="package")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    cloud = LocalCloud(tmp_path_factory.mktemp("service"))
    yield cloud
    cloud.close()


@pytest.fixture
def cloud(shared_cloud: LocalCloud) -> Iterator[LocalCloud]:
    """The service; faults are switched off after each test."""
    yield shared_cloud
    shared_cloud.control("reset-faults")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty AWS account in this process, by moto; its number."""
    from moto import mock_aws
    from moto.core import DEFAULT_ACCOUNT_ID

    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_ROLE", raising=False)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    with mock_aws():
        yield DEFAULT_ACCOUNT_ID
