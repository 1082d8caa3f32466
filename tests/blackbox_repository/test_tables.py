"""The tables that come with the package."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

import numpy as np
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.blackbox_repository import BlackboxRepositoryBackend, BlackboxTabular, blackbox_list, load_blackbox
from syne_tune.blackbox_repository.manifest import read_manifest
from syne_tune.blackbox_repository.repository import blackbox_metadata
from syne_tune.blackbox_repository.repository_folder import embedded_names, tables_folder
from syne_tune.optimizer.baselines import RandomSearch

NAMES = ["gboost-tabular", "mlp-digits", "sgd-tabular"]
MOST_BYTES = 4_000_000
REPOSITORY = Path(__file__).parents[2]


def test_names() -> None:
    assert embedded_names() == NAMES
    assert blackbox_list()[: len(NAMES)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_configuration_was_trained(name: str) -> None:
    metadata = blackbox_metadata(name)
    for task, blackbox in load_blackbox(name).items():
        assert isinstance(blackbox, BlackboxTabular)
        assert len(blackbox.all_configurations()) == blackbox.configuration_space.size() >= 200, task
        assert blackbox.num_seeds == 3
        assert np.isfinite(blackbox.objectives_evaluations).all()
        assert {metadata["metric_default"], metadata["metric_elapsed_time"]} <= set(blackbox.objectives_names)
        assert metadata["resource_attr"] == blackbox.fidelity_name()
        configs = blackbox.configuration_space.sample_many(np.random.RandomState(0), 100)
        values = blackbox.evaluate(configs, seed=1)
        assert values.shape == (100, 27, 4)
        assert (np.diff(values[:, :, 3], axis=1) > 0).all(), "time passes"


@pytest.mark.parametrize("name", NAMES)
def test_manifest_says_where_it_comes_from(name: str) -> None:
    manifest = read_manifest(tables_folder() / name)
    assert all(manifest[key] for key in ("about", "citation", "licence", "recorded", "recorded_with", "made_with"))


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in tables_folder().rglob("*") if path.is_file()) < MOST_BYTES


def test_they_are_part_of_the_package() -> None:
    """W-01: every data file matches a pattern of ``package-data``."""
    text = (REPOSITORY / "pyproject.toml").read_text()
    line = re.search(r"\[tool\.setuptools\.package-data\]\nsyne_tune = \[(.*)\]", text)
    assert line is not None
    patterns = re.findall(r'"([^"]+)"', line.group(1))
    package = REPOSITORY / "syne_tune"
    files = [path.relative_to(package).as_posix() for path in tables_folder().rglob("*") if path.is_file()]
    assert [name for name in files if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)] == []


def test_first_simulation_needs_no_download() -> None:
    backend = BlackboxRepositoryBackend(max_resource_attr="epochs")
    space = backend.blackbox.configuration_space_with_max_resource_attr("epochs")
    tuner = Tuner(
        trial_backend=backend,
        scheduler=RandomSearch(space, metric="metric_valid_error", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_finished=4),
        n_workers=2,
    )
    tuner.run()
    assert tuner.best_config()
