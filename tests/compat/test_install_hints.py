from __future__ import annotations

from importlib.metadata import metadata

import pytest

from syne_tune.compat import install_hints
from syne_tune.compat.install_hints import install_hint

MESSAGES = [name for name in vars(install_hints) if name.startswith("try_import_")]


@pytest.mark.parametrize("name", MESSAGES)
def test_each_message_names_an_extra_that_exists(name: str) -> None:
    extra = name.removeprefix("try_import_").removesuffix("_message")
    assert extra in (metadata("syne_tune").get_all("Provides-Extra") or [])
    assert getattr(install_hints, name)() == install_hint(extra)
    assert f"pip install 'syne_tune[{extra}]'" in install_hint(extra)
