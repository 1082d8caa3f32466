from __future__ import annotations

import json

import numpy as np
import pytest

from syne_tune.blackbox_repository import load_blackbox
from syne_tune.blackbox_repository.conversion_scripts.recipes import generate_blackbox_recipes
from syne_tune.blackbox_repository.conversion_scripts.scripts.yahpo_import import YAHPORecipe, instantiate_yahpo
from syne_tune.blackbox_repository.repository import blackbox_local_path, blackbox_metadata
from syne_tune.blackbox_repository.yahpo.scenarios import SCENARIOS
from syne_tune.errors import OptionError

PREFIX = "NetworkSelectorDatasetInfo_COLON_darts_COLON_"


@pytest.fixture
def published() -> YAHPORecipe:
    """The space of a scenario with one instance, long names and a condition; its network is never asked."""
    recipe = generate_blackbox_recipes["yahpo-nb301"]
    assert isinstance(recipe, YAHPORecipe)
    names = [f"{PREFIX}edge_normal_0", f"{PREFIX}inputs_node_normal_3"]
    space = {
        "hyperparameters": [
            {"name": "epoch", "type": "uniform_int", "log": False, "lower": 1, "upper": 98},
            *({"name": name, "type": "categorical", "choices": ["a", "b"]} for name in names),
        ],
        "conditions": [{"child": names[0], "parent": names[1], "type": "EQ", "value": "a"}],
    }
    encoding = {name: {"#na#": 0, "a": 1, "b": 2} for name in SCENARIOS["nb301"].categorical}
    recipe.source_folder.mkdir(parents=True)
    (recipe.source_folder / "config_space.json").write_text(json.dumps(space))
    (recipe.source_folder / "encoding.json").write_text(json.dumps(encoding))
    (recipe.source_folder / "model.onnx").write_bytes(b"")
    return recipe


def test_published_files_become_blackboxes(published: YAHPORecipe) -> None:
    blackboxes = load_blackbox("yahpo-nb301")
    assert list(blackboxes) == ["CIFAR10"]
    space = blackboxes["CIFAR10"].configuration_space
    assert set(space) == {"edge_normal_0", "inputs_node_normal_3"}, "long names are shortened"
    assert space.active({"inputs_node_normal_3": "b"}) == ["inputs_node_normal_3"]
    metadata = blackbox_metadata("yahpo-nb301")
    assert metadata["metric_elapsed_time"] == "runtime"
    assert metadata["resource_attr"] == "epoch"


def test_options_reach_the_blackbox(published: YAHPORecipe) -> None:
    blackbox = load_blackbox("yahpo-nb301", yahpo_kwargs={"fidelities": [1, 98]})["CIFAR10"]
    assert np.array_equal(np.asarray(blackbox.fidelity_values), [1, 98])


def test_instantiate_by_name_or_folder(published: YAHPORecipe) -> None:
    with pytest.raises(OptionError, match="put the published files"):
        instantiate_yahpo("nb301")
    assert set(instantiate_yahpo("nb301", folder=published.source_folder)) == {"CIFAR10"}
    published.generate()
    assert set(instantiate_yahpo("yahpo-nb301")) == set(instantiate_yahpo("nb301")) == {"CIFAR10"}
    assert blackbox_local_path("yahpo-nb301").name == "nb301"
    with pytest.raises(OptionError, match="no such scenario"):
        instantiate_yahpo("nb302")
