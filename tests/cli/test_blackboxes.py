from __future__ import annotations

import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxOffline
from syne_tune.blackbox_repository.conversion_scripts import recipes
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.repository_folder import REPOSITORY_ENV
from syne_tune.config_space import uniform


class SmallRecipe(BlackboxRecipe):
    def convert(self, source_folder):
        evaluations = pd.DataFrame({"x": [0.5], "metric_y": [1.0]})
        return {"task": BlackboxOffline(evaluations, {"x": uniform(0, 1)})}


@pytest.fixture(autouse=True)
def _small_benchmark(tmp_path, monkeypatch):
    monkeypatch.setenv(REPOSITORY_ENV, str(tmp_path / "repository"))
    monkeypatch.setitem(recipes.generate_blackbox_recipes, "small", SmallRecipe("small", "Nobody (2020)"))


def test_all_benchmarks(cli, cli_json):
    rows = {row["name"]: row for row in cli_json("blackboxes")}
    assert rows["mlp-digits"]["where"] == "comes with the package"
    assert rows["mlp-digits"]["tasks"] == 1
    assert rows["lcbench"]["where"] == "to download"
    assert "Repository" in cli("blackboxes").out


def test_what_one_contains(cli, cli_json):
    details = cli_json("blackboxes", "sgd-tabular")
    assert details["tasks"] == ["breast-cancer", "digits-parity"]
    assert details["fidelity"] == "epoch"
    assert "active_if" in details["hyperparameters"]["l1_ratio"]
    assert "metric_elapsed_time" in cli("blackboxes", "sgd-tabular").out


def test_before_and_after_it_is_made(cli_json):
    assert cli_json("blackboxes", "small")["citation"] == "Nobody (2020)"
    assert cli_json("blackboxes", "small", "--prepare")["objectives"] == ["metric_y"]
    assert {row["name"]: row["where"] for row in cli_json("blackboxes")}["small"] == "on this machine"


def test_misspelt_name(cli):
    ended = cli("blackboxes", "mlp-digit")
    assert ended.code == 2
    assert "did you mean 'mlp-digits'" in ended.err


def test_one_has_to_be_named(cli):
    assert cli("blackboxes", "--prepare").code == 2
