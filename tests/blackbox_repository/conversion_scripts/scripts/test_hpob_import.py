from __future__ import annotations

import json
import zipfile
from pathlib import Path

from syne_tune.blackbox_repository.conversion_scripts.scripts.hpob_import import HPOBRecipe
from syne_tune.blackbox_repository.serialize import deserialize, serialize


def test_published_format(tmp_path: Path) -> None:
    data = {
        "5971": {"3891": {"X": [[0.0, 0.5], [1.0, 0.25]], "y": [[0.7], [0.8]]}},
        "4796": {"11": {"X": [[0.1, 0.2, 0.3]], "y": [[0.9]]}},
    }
    with zipfile.ZipFile(tmp_path / "hpob-data.zip", "w") as archive:
        archive.writestr("hpob-data/meta-test-dataset.json", json.dumps(data))
        archive.writestr("hpob-data/meta-train-dataset.json", "{}")
    serialize(HPOBRecipe().convert(tmp_path), tmp_path / "box")
    blackboxes = deserialize(tmp_path / "box")
    assert blackboxes["5971-3891"]({"x0": 1.0, "x1": 0.25}) == {"metric_accuracy": 0.8}
    assert set(blackboxes["4796-11"].configuration_space) == {"x0", "x1", "x2"}
