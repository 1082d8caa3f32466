"""The published files themselves are tested where the environment variable ``YAHPO_DATA`` names their folder."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from syne_tune.blackbox_repository import deserialize
from syne_tune.blackbox_repository.yahpo.files import is_scenario, read
from syne_tune.errors import OptionError

PUBLISHED = Path(os.environ.get("YAHPO_DATA", "not there"))


def test_one_blackbox_per_instance(echo: Path) -> None:
    assert is_scenario(echo)
    assert set(read(echo)) == set(deserialize(echo)) == {"16", "470"}


def test_missing_file(echo: Path) -> None:
    (echo / "model.onnx").unlink()
    assert not is_scenario(echo)
    with pytest.raises(OptionError, match=r"lacks \['model\.onnx'\]"):
        read(echo)


@pytest.mark.parametrize(
    ("scenario", "instance", "metric", "last"),
    [("lcbench", "7593", "val_accuracy", 52), ("rbv2_xgboost", "1501", "acc", 20)],
)
def test_published_scenario(scenario: str, instance: str, metric: str, last: int) -> None:
    pytest.importorskip("onnxruntime")
    if not is_scenario(PUBLISHED / scenario):
        pytest.skip(f"YAHPO_DATA names no folder that contains {scenario}")
    blackbox = read(PUBLISHED / scenario, check=True)[instance]
    configs = blackbox.configuration_space.sample_many(np.random.RandomState(0), 50)
    values = blackbox.evaluate(configs)
    assert values.shape == (50, last, len(blackbox.objectives_names))
    assert np.isfinite(values).all()
    final = values[:, -1, blackbox.objectives_names.index(metric)]
    assert final.std() > 0
    assert np.array_equal(values, blackbox.evaluate(configs))
