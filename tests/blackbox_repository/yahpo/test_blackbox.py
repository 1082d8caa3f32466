from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from syne_tune.blackbox_repository.yahpo.blackbox import BlackBoxYAHPO
from syne_tune.blackbox_repository.yahpo.files import read
from syne_tune.errors import ConfigSpaceError, OptionError
from syne_tune.testing.blackboxes import BlackboxContract

SGD = {"optimizer": "sgd", "lr": 0.5, "momentum": 0.25}
ADAM = {"optimizer": "adam", "lr": 0.5}


class TestContract(BlackboxContract):
    @pytest.fixture(autouse=True)
    def _folder(self, echo: Path) -> None:
        self.folder = echo

    def make_blackbox(self) -> BlackBoxYAHPO:
        return read(self.folder)["470"]


def test_space_holds_what_is_tuned(echo: Path) -> None:
    blackbox = read(echo)["470"]
    assert set(blackbox.configuration_space) == {"optimizer", "lr", "momentum", "repl"}
    assert blackbox.configuration_space["repl"] == 10
    assert blackbox.fidelity_name() == "trainsize"
    assert blackbox.fidelity_values is not None
    assert blackbox.fidelity_values.tolist() == list(range(1, 21))


def test_share_of_the_data_becomes_a_number_of_steps(echo: Path) -> None:
    answer = read(echo)["470"](SGD, 5)
    assert answer == {"code_task": 2, "code_optimizer": 2, "lr": 0.5, "momentum": 0.25, "trainsize": 0.25, "repl": 10}


@pytest.mark.parametrize("fidelity", [0, 21, 0.5])
def test_fidelity_that_does_not_exist(echo: Path, fidelity: float) -> None:
    with pytest.raises(OptionError, match="fidelity = "):
        read(echo)["470"](SGD, fidelity)


def test_inactive_hyperparameters_do_not_count(echo: Path) -> None:
    """Section 10.5: conditional spaces are supported."""
    blackbox = read(echo)["16"]
    assert blackbox(ADAM, 20) == blackbox({**ADAM, "momentum": 0.9}, 20)
    with pytest.raises(ConfigSpaceError, match="momentum is missing"):
        blackbox({"optimizer": "sgd", "lr": 0.5}, 20)


def test_many_at_once(echo: Path) -> None:
    blackbox = read(echo)["16"]
    values = blackbox.evaluate([SGD, ADAM])
    assert values.shape == (2, 20, 6)
    assert np.array_equal(values[1], blackbox(ADAM))
    assert np.allclose(values[0, :, 4], np.arange(1, 21) / 20)


def test_chosen_fidelities(echo: Path) -> None:
    blackbox = read(echo, fidelities=[1, 5, 20])["16"]
    assert blackbox.fidelity_values is not None
    assert blackbox.fidelity_values.tolist() == [1, 5, 20]
    assert np.asarray(blackbox(SGD))[:, 4] == pytest.approx([0.05, 0.25, 1.0])


@pytest.mark.parametrize("fidelities", [[], [0, 1], [2, 1], [1, 1], [0.5]])
def test_fidelities_must_increase(echo: Path, fidelities: list[int]) -> None:
    with pytest.raises(OptionError, match="positive integers, increasing"):
        read(echo, fidelities=fidelities)


def test_values_are_checked_on_request(echo: Path) -> None:
    far = {**ADAM, "lr": 50.0}
    assert read(echo)["16"](far, 20)
    with pytest.raises(ConfigSpaceError, match="lr"):
        read(echo, check=True)["16"](far, 20)
