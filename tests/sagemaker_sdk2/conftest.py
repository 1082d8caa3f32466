"""A job service as a process of its own, and the unmodified SageMaker SDK, version 2, that talks to it."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syne_tune.jobs.serving import ServiceProcess

sys.path.append(str(Path(__file__).parents[1]))
from sagemaker_service import Cloud, environment_of, running_service

IMPATIENCE = Path(__file__).with_name("impatience.py")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with running_service(tmp_path_factory.mktemp("service")) as process:
        yield process


@pytest.fixture(scope="session", autouse=True)
def _environment(service: ServiceProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with environment_of(service, tmp_path_factory.mktemp("syne-tune"), SAGEMAKER_SUPPRESS_V2_WARNING="1"):
        runpy.run_path(str(IMPATIENCE))
        yield


@pytest.fixture(scope="session")
def cloud(service: ServiceProcess, _environment: None) -> Cloud:
    return Cloud(service)


@pytest.fixture
def session() -> Any:
    """What a user gets without saying anything."""
    import sagemaker

    return sagemaker.Session()
