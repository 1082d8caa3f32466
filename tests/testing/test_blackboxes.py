"""The contract of blackboxes: over all of ours, and over ones that break it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxOffline, BlackboxTabular, add_surrogate, load_blackbox
from syne_tune.blackbox_repository.blackbox import Blackbox, from_function
from syne_tune.config_space import active_if, choice, loguniform, randint, uniform
from syne_tune.testing.blackboxes import BlackboxContract

SPACE = {"lr": loguniform(1e-4, 1.0), "kind": choice(["a", "b"]), "extra": active_if(uniform(0, 1), kind="b")}
EPOCHS = {"epoch": randint(1, 5)}


def learning_curve(config, fidelity, seed):
    epoch = fidelity["epoch"]
    return {"loss": config["lr"] + config.get("extra", 0.5) + 1 / epoch, "elapsed": 30.0 * epoch}


class TestFunction(BlackboxContract):
    def make_blackbox(self):
        return from_function(SPACE, learning_curve, EPOCHS)


class TestFunctionWithoutFidelity(BlackboxContract):
    def make_blackbox(self):
        return from_function({"x": uniform(0, 1)}, lambda config, fidelity, seed: {"y": config["x"]})


class TestRecordedTable(BlackboxContract):
    """Seeds, fidelities, conditional hyperparameters."""

    def make_blackbox(self):
        return load_blackbox("sgd-tabular")["breast-cancer"]


class TestTableWithGaps(BlackboxContract):
    def make_blackbox(self):
        values = np.random.RandomState(0).uniform(size=(3, 2, 5, 2))
        values[1, :, 3:] = np.nan
        frame = pd.DataFrame({"x": [0.25, 0.5, 0.75]})
        return BlackboxTabular(frame, {"x": uniform(0, 1)}, EPOCHS, values)

    def configurations(self, blackbox):
        return blackbox.all_configurations()


class TestList(BlackboxContract):
    def make_blackbox(self):
        frame = pd.DataFrame({"x": [0.25, 0.25, 0.5, 0.5], "seed": [0, 1, 0, 1], "metric_y": [1.0, 2.0, 3.0, 4.0]})
        return BlackboxOffline(frame, {"x": uniform(0, 1)}, seed_col="seed")

    def configurations(self, blackbox):
        return [{"x": 0.5}, {"x": 0.25}]


@pytest.mark.parametrize("predict_curves", [True, False])
class TestSurrogate(BlackboxContract):
    @pytest.fixture(autouse=True)
    def _choose(self, predict_curves):
        self.predict_curves = predict_curves

    def make_blackbox(self):
        table = load_blackbox("gboost-tabular")["diabetes"]
        return add_surrogate(table, predict_curves=self.predict_curves, separate_seeds=self.predict_curves)


class Forgetful(Blackbox):
    """Changes the question, and gives other answers each time."""

    def __init__(self):
        super().__init__({"x": uniform(0, 1)}, None, ["y"])
        self.calls = 0

    def _objective_function(self, configuration, fidelity=None, seed=None):
        self.calls += 1
        configuration["x"] = 0.0
        return {"y": float(self.calls)}


class BrokenContract(BlackboxContract):
    def make_blackbox(self):
        return Forgetful()


@pytest.mark.parametrize("test", ["equal_questions_have_equal_answers", "questions_are_not_changed"])
def test_the_contract_finds_mistakes(test):
    with pytest.raises(AssertionError):
        getattr(BrokenContract(), f"test_{test}")()
