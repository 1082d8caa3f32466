from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from syne_tune.blackbox_repository.blackbox import Blackbox, from_function
from syne_tune.config_space import active_if, choice, randint, uniform
from syne_tune.errors import ConfigSpaceError, OptionError

SPACE = {"x": uniform(0, 1), "y": randint(1, 3)}


def evaluate(config: Mapping[str, Any], fidelity: Mapping[str, Any] | None, seed: int | None) -> dict[str, float]:
    epoch = 1 if fidelity is None else fidelity["epoch"]
    return {"loss": config["x"] / epoch + (seed or 0), "elapsed": config["y"] * epoch}


@pytest.fixture
def curves() -> Blackbox:
    return from_function(SPACE, evaluate, {"epoch": randint(1, 4)})


@pytest.fixture
def flat() -> Blackbox:
    return from_function(SPACE, evaluate, objectives_names=["loss", "elapsed"])


CONFIG = {"x": 0.5, "y": 2}


def test_names_of_objectives_are_those_the_function_returns(curves: Blackbox) -> None:
    assert curves.objectives_names == ["loss", "elapsed"]


@pytest.mark.parametrize("fidelity", [2, {"epoch": 2}])
def test_at_one_fidelity(curves: Blackbox, fidelity: Any) -> None:
    assert curves(CONFIG, fidelity) == {"loss": 0.25, "elapsed": 4}
    assert curves.objective_function(CONFIG, fidelity, seed=1) == {"loss": 1.25, "elapsed": 4}


def test_whole_curve(curves: Blackbox) -> None:
    assert np.array_equal(curves(CONFIG), [[0.5, 2], [0.25, 4], [0.5 / 3, 6], [0.125, 8]])


def test_many_configurations_at_once(curves: Blackbox, flat: Blackbox) -> None:
    configs = [CONFIG, {"x": 0.2, "y": 1}]
    assert np.array_equal(curves.evaluate(configs), np.stack([curves(config) for config in configs]))
    assert np.array_equal(flat.evaluate(configs), [[[0.5, 2]], [[0.2, 1]]])


def test_without_fidelity(flat: Blackbox) -> None:
    assert flat(CONFIG) == {"loss": 0.5, "elapsed": 2}
    assert flat.fidelity_values is None
    with pytest.raises(OptionError, match="no fidelity"):
        flat.fidelity_name()
    with pytest.raises(OptionError, match="no fidelity"):
        flat(CONFIG, 1)


def test_fidelities(curves: Blackbox) -> None:
    assert curves.fidelity_name() == "epoch"
    assert curves.fidelity_values is not None
    assert curves.fidelity_values.tolist() == [1, 2, 3, 4]


def test_space_with_largest_resource(curves: Blackbox, flat: Blackbox) -> None:
    assert curves.configuration_space_with_max_resource_attr("epochs") == {**SPACE, "epochs": 4}
    with pytest.raises(OptionError, match=r"'epochs'.*no fidelity"):
        flat.configuration_space_with_max_resource_attr("epochs")


@pytest.mark.parametrize(
    ("config", "fidelity", "message"),
    [
        ({"x": 0.5}, None, "y is missing"),
        ({**CONFIG, "z": 1}, None, "unknown key 'z'"),
        (CONFIG, {"epok": 1}, "must be a number, or have exactly the key 'epoch'"),
        (CONFIG, {}, "must be a number, or have exactly the key 'epoch'"),
    ],
)
def test_wrong_names_are_refused(curves: Blackbox, config: Any, fidelity: Any, message: str) -> None:
    with pytest.raises(ConfigSpaceError, match=message):
        curves(config, fidelity)


def test_inactive_hyperparameters_may_be_missing() -> None:
    space = {"kind": choice(["a", "b"]), "x": active_if(uniform(0, 1), kind="a")}
    blackbox = from_function(space, lambda config, fidelity, seed: {"loss": config.get("x", -1.0)})
    assert blackbox({"kind": "b"}) == {"loss": -1.0}
    with pytest.raises(ConfigSpaceError, match="x is missing"):
        blackbox({"kind": "a"})


def test_arguments_are_checked() -> None:
    with pytest.raises(OptionError, match="exactly one fidelity"):
        Blackbox(SPACE, {"epoch": randint(1, 2), "size": randint(1, 2)})
    with pytest.raises(OptionError, match="every name may appear once"):
        Blackbox(SPACE, objectives_names=["loss", "loss"])


def test_functions_have_no_list_of_evaluations(flat: Blackbox) -> None:
    with pytest.raises(OptionError, match="finitely many"):
        flat.hyperparameter_objectives_values()


def test_own_blackbox() -> None:
    class Mine(Blackbox):
        num_seeds = 3

        def _objective_function(
            self, configuration: Any, fidelity: Any = None, seed: int | None = None
        ) -> dict[str, float]:
            return {"loss": configuration["x"] + (seed or 0)}

    blackbox = Mine({"x": uniform(0, 1)}, objectives_names=["loss"])
    assert blackbox({"x": 0.5}, seed=2) == {"loss": 2.5}
    with pytest.raises(OptionError, match="seed = 3"):
        blackbox({"x": 0.5}, seed=3)
    with pytest.raises(NotImplementedError, match="Blackbox must implement"):
        Blackbox({"x": uniform(0, 1)})({"x": 0.5})
