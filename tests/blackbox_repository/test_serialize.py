from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from syne_tune import jsonio
from syne_tune.blackbox_repository import (
    BlackboxOffline,
    BlackboxTabular,
    blackbox_offline,
    blackbox_tabular,
    deserialize,
)
from syne_tune.config_space import uniform
from syne_tune.errors import OptionError


def test_kind_is_found_out(table: BlackboxTabular, tmp_path: Path) -> None:
    blackbox_tabular.serialize({"a": table}, tmp_path / "table")
    offline = BlackboxOffline(pd.DataFrame({"x": [0.5], "metric_y": [1.0]}), {"x": uniform(0, 1)})
    blackbox_offline.serialize({"a": offline}, tmp_path / "list")
    assert isinstance(deserialize(tmp_path / "table")["a"], BlackboxTabular)
    assert isinstance(deserialize(str(tmp_path / "list"))["a"], BlackboxOffline)
    with pytest.raises(OptionError, match="of kind 'tabular', not 'offline'"):
        blackbox_offline.deserialize(tmp_path / "table")


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"has no metadata\.json"):
        deserialize(tmp_path)
    jsonio.write_json(tmp_path / "metadata.json", {"kind": "tabula"})
    with pytest.raises(OptionError, match="did you mean 'tabular'"):
        deserialize(tmp_path)
