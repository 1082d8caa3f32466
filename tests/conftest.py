"""What holds for every test: slow machines are fine, and nobody's stored experiments are touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("person", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "person")

collect_ignore_glob = ["sagemaker_sdk*"]  # they run in environments of their own: scripts/sdk_tests


@pytest.fixture(scope="session", autouse=True)
def _experiments_in_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNETUNE_FOLDER", str(tmp_path_factory.mktemp("syne-tune")))
        patch.delenv("SM_MODEL_DIR", raising=False)
        yield


@pytest.fixture
def run_command(tmp_path: Path) -> Callable[..., str]:
    """Runs a command in a temporary folder, where its experiments are stored too; returns what it prints."""
    environment = {
        **os.environ,
        "SYNETUNE_FOLDER": str(tmp_path / "experiments"),
        "OMP_NUM_THREADS": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    def run(*command: str | Path) -> str:
        result = subprocess.run(
            [*map(str, command)],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, f"{command}\n{result.stdout[-3000:]}\n{result.stderr[-6000:]}"
        return result.stdout

    return run
