from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from syne_tune.blackbox_repository.yahpo.model import YahpoModel
from syne_tune.blackbox_repository.yahpo.scenarios import scenario_of
from syne_tune.errors import ConfigSpaceError, OptionError

ROW = {"task_id": "470", "optimizer": "adam", "lr": 0.5, "trainsize": 0.25, "repl": 10}


def test_inputs_reach_the_network_in_their_order(echo: Path) -> None:
    model = YahpoModel(echo, scenario_of("echo"))
    expected = [[2, 1, 0.5, 0.0, 0.25, 10], [2, 0, 0.5, 0.0, 0.25, 10]]
    without_optimizer = {name: value for name, value in ROW.items() if name != "optimizer"}
    assert np.array_equal(model.predict([ROW, without_optimizer]), expected)


def test_unknown_category(echo: Path) -> None:
    with pytest.raises(ConfigSpaceError, match="optimizer = 'sdg': did you mean 'sgd'"):
        YahpoModel(echo, scenario_of("echo")).predict([{**ROW, "optimizer": "sdg"}])


def test_encoding_of_another_scenario(echo: Path) -> None:
    (echo / "encoding.json").write_text(json.dumps({"task_id": {}}))
    with pytest.raises(OptionError, match="lacks 'optimizer'"):
        YahpoModel(echo, scenario_of("echo"))


def test_can_be_pickled_after_use(echo: Path) -> None:
    model = YahpoModel(echo, scenario_of("echo"))
    before = model.predict([ROW])
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict([ROW]), before)
