from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from syne_tune.blackbox_repository import BlackboxRepositoryBackend, BlackboxTabular, serialize
from syne_tune.blackbox_repository.blackbox_surrogate import BlackboxSurrogate
from syne_tune.blackbox_repository.manifest import write_manifest
from syne_tune.blackbox_repository.repository import blackbox_local_path
from syne_tune.config_space import choice, loguniform, randint
from syne_tune.errors import OptionError

Make = Callable[..., BlackboxTabular]
LARGER_SPACE = {"lr": loguniform(1e-6, 1.0), "units": randint(1, 64), "act": choice(["relu", "tanh"]), "epochs": 4}


@pytest.fixture(autouse=True)
def _two_tasks(make: Make) -> None:
    folder = blackbox_local_path("mine")
    serialize({"a": make(), "b": make()}, folder, {"metric_elapsed_time": "elapsed"})
    write_manifest(folder, {})


def test_task_by_name() -> None:
    backend = BlackboxRepositoryBackend("mine", "elapsed", max_resource_attr="epochs", dataset="b", seed=1)
    assert isinstance(backend.blackbox, BlackboxTabular)
    assert backend.resource_attr == "epoch"
    assert backend.seed == 1


@pytest.mark.parametrize("dataset", [None, "c"])
def test_task_must_be_named_if_there_are_several(dataset: str | None) -> None:
    with pytest.raises(OptionError, match="Legal are: 'a', 'b'"):
        BlackboxRepositoryBackend("mine", "elapsed", dataset=dataset)


def test_experiments_are_called_after_the_blackbox() -> None:
    assert BlackboxRepositoryBackend("mine", dataset="a").entrypoint_path().stem == "mine"


def test_elapsed_time_is_known() -> None:
    assert BlackboxRepositoryBackend("mine", dataset="a").elapsed_time_attr == "elapsed"


def test_surrogate_answers_for_a_larger_space() -> None:
    backend = BlackboxRepositoryBackend(
        "mine",
        "elapsed",
        dataset="a",
        surrogate="KNeighborsRegressor",
        surrogate_kwargs={"n_neighbors": 1},
        config_space_surrogate=LARGER_SPACE,
    )
    assert set(backend.blackbox.configuration_space) == {"lr", "units", "act"}
    assert backend.blackbox({"lr": 1e-6, "units": 1, "act": "tanh"}, 4)["elapsed"] == pytest.approx(4.0)


def test_space_needs_a_surrogate() -> None:
    with pytest.raises(OptionError, match="config_space_surrogate"):
        BlackboxRepositoryBackend("mine", "elapsed", dataset="a", config_space_surrogate=LARGER_SPACE)


def test_pickle_contains_how_the_backend_was_made() -> None:
    """W-15: nothing is lost, arguments of the surrogate included."""
    backend = BlackboxRepositoryBackend(
        "mine",
        "elapsed",
        dataset="a",
        surrogate="KNeighborsRegressor",
        surrogate_kwargs={"n_neighbors": 1},
        add_surrogate_kwargs={"predict_curves": True, "fit_differences": ["elapsed"], "separate_seeds": True},
    )
    twin = pickle.loads(pickle.dumps(backend))
    assert isinstance(twin.blackbox, BlackboxSurrogate)
    assert twin.blackbox.num_seeds == backend.blackbox.num_seeds == 2
    config = {"lr": 1e-3, "units": 3, "act": "relu"}
    assert twin.blackbox(config, 2, seed=1) == backend.blackbox(config, 2, seed=1)
    assert len(pickle.dumps(backend)) < 20_000
