"""What holds for every test: slow machines are fine, and nobody's stored experiments are touched."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("person", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "person")


@pytest.fixture(scope="session", autouse=True)
def _experiments_in_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNETUNE_FOLDER", str(tmp_path_factory.mktemp("syne-tune")))
        patch.delenv("SM_MODEL_DIR", raising=False)
        yield
