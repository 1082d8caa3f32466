from __future__ import annotations

import json

import pytest

from syne_tune.errors import MissingExtraError
from syne_tune.optional import require


def test_installed_module_is_returned() -> None:
    assert require("json", extra="visual") is json


def test_submodules_can_be_asked_for() -> None:
    assert require("json.decoder", extra="visual").JSONDecoder is json.JSONDecoder


def test_missing_package_says_how_to_install_it() -> None:
    with pytest.raises(MissingExtraError, match=r"'no_such_package'.*pip install 'syne_tune\[visual\]'"):
        require("no_such_package.part", extra="visual")


def test_missing_package_can_be_caught_as_import_error() -> None:
    with pytest.raises(ImportError):
        require("no_such_package", extra="visual")
