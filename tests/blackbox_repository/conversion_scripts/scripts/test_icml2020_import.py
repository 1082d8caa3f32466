from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from syne_tune.blackbox_repository.conversion_scripts.scripts.icml2020_import import (
    DEEPAR_SPACE,
    DeepARRecipe,
    Icml2020Recipe,
    XGBoostRecipe,
)
from syne_tune.config_space import Space


@pytest.mark.parametrize(("recipe", "metric"), [(DeepARRecipe(), "metric_CRPS"), (XGBoostRecipe(), "metric_error")])
def test_published_format(recipe: Icml2020Recipe, metric: str, tmp_path: Path) -> None:
    space = Space(recipe._space)
    config = space.default()
    rows = [{"blackbox": "x", "task": task, **config, metric: value} for task, value in (("a", 1.0), ("b", 2.0))]
    pd.DataFrame(rows).to_csv(tmp_path / recipe.sources[0].file_name, compression="zip")
    blackboxes = recipe.convert(tmp_path)
    assert set(blackboxes) == {"a", "b"}
    assert blackboxes["b"](config) == {metric: 2.0}


def test_space_has_no_key_twice() -> None:
    """W-30: one range for ``hp_num_cells``, the one that counted."""
    domain = DEEPAR_SPACE["hp_num_cells"]
    assert (vars(domain)["lower"], vars(domain)["upper"]) == (10, 10000)
    source = Path(DeepARRecipe.convert.__code__.co_filename).read_text()
    assert source.count('"hp_num_cells"') == 1
