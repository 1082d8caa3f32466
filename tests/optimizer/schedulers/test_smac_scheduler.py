"""SMAC3 behind our contract: with a stand-in that answers as SMAC does, and with itself where it is installed."""

from __future__ import annotations

import copy
import datetime
import importlib.util
import sys
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import cloudpickle
import numpy as np
import pytest

from syne_tune.config_space import (
    active_if,
    choice,
    finrange,
    lograndint,
    loguniform,
    ordinal,
    quniform,
    randint,
    reverseloguniform,
    uniform,
)
from syne_tune.errors import MissingExtraError, OptionError
from syne_tune.optimizer.baselines import SMAC
from syne_tune.optimizer.schedulers.smac_scheduler import SMACScheduler
from syne_tune.optimizer.schedulers.smac_space import smac_space
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.testing.scripted_study import ScriptedStudy
from syne_tune.trial import Trial

HAS_SMAC = importlib.util.find_spec("smac") is not None
SPACE = {"x": uniform(0, 1), "n": randint(1, 3), "kind": choice(["a", "b"]), "epochs": 9}


class Hyperparameter(NamedTuple):
    kind: str
    name: str
    what: Any
    log: bool = False


class Space:
    def __init__(self, seed: int) -> None:
        self.seed, self.entries = seed, []

    def add(self, entries: list[Hyperparameter]) -> None:
        self.entries += entries


class SpaceExhausted(Exception):
    pass


class Facade:
    """Draws at random, and writes down what it is told."""

    def __init__(self, scenario: Any, target: Any, **options: Any) -> None:
        self.scenario, self.told = scenario, []
        self._draws, self.num_asked = np.random.RandomState(scenario.seed % 1000), 0

    def ask(self) -> Any:
        self.num_asked += 1
        if self.num_asked == 200:
            raise SpaceExhausted
        if self.num_asked > 200:
            raise StopIteration
        config = {}
        for it in self.scenario.configspace.entries:
            low_or_values, high = it.what[0], it.what[-1]
            share = self._draws.random_sample()
            if it.kind in ("Float", "Integer"):
                value = low_or_values + share * (high - low_or_values)
                config[it.name] = np.float64(value) if it.kind == "Float" else np.int64(round(value))
            else:
                config[it.name] = it.what[int(share * len(it.what))]
        return SimpleNamespace(config=config, seed=0)

    def tell(self, info: Any, value: Any, save: bool) -> None:
        self.told.append((dict(info.config), value.cost))


def of_kind(kind: str) -> Any:
    return lambda name, what, log=False: Hyperparameter(kind, name, what, log)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules with as much of SMAC as we use."""
    smac, library = ModuleType("smac"), ModuleType("ConfigSpace")
    records: Any = ModuleType("smac.runhistory.dataclasses")
    exceptions: Any = ModuleType("smac.main.exceptions")
    exceptions.ConfigurationSpaceExhaustedException = SpaceExhausted
    smac.HyperparameterOptimizationFacade = Facade  # type: ignore[attr-defined]
    smac.Scenario = lambda space, **options: SimpleNamespace(configspace=space, **options)  # type: ignore[attr-defined]
    records.TrialInfo = records.TrialValue = SimpleNamespace
    library.ConfigurationSpace = Space  # type: ignore[attr-defined]
    library.Configuration = lambda space, values: values  # type: ignore[attr-defined]
    for kind in ("Float", "Integer", "Categorical", "OrdinalHyperparameter"):
        setattr(library, kind, of_kind(kind))
    packages = {name: ModuleType(name) for name in ("smac.runhistory", "smac.main")}
    modules = {"smac": smac, "ConfigSpace": library, records.__name__: records, exceptions.__name__: exceptions}
    for name, module in {**packages, **modules}.items():
        monkeypatch.setitem(sys.modules, name, module)


class Contract(SchedulerContract):
    """As far as a searcher of somebody else keeps it."""

    seeds = (0, 1)
    num_events = 60
    repeats_configurations = True  # the stand-in may draw the same again
    ends_on_finite_spaces = False

    def make_scheduler(self, config_space: Any, random_seed: int) -> SMACScheduler:
        return SMACScheduler(config_space, "loss", random_seed=random_seed)

    def test_works_on_conditional_spaces(self) -> None:
        """They are refused."""
        with pytest.raises(OptionError, match="without conditions"):
            super().test_works_on_conditional_spaces()


@pytest.mark.usefixtures("stand_in")
class TestContractWithStandIn(Contract):
    pass


@pytest.mark.skipif(not HAS_SMAC, reason="needs the extra smac")
class TestContractWithSmac(Contract):
    seeds = (0,)
    num_events = 30


@pytest.mark.skipif(HAS_SMAC, reason="SMAC is installed")
def test_says_what_is_missing() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'syne_tune\[smac\]'"):
        SMAC(SPACE, "loss")


@pytest.mark.usefixtures("stand_in")
def test_space_in_other_terms() -> None:
    space = {
        "a": loguniform(0.1, 1), "b": lograndint(1, 9), "c": ordinal([1, 4, 9]), "d": finrange(0.0, 1.0, 3),
        "e": choice(["x", "y"]), "f": quniform(0.0, 1.0, 0.5), "epochs": 3,
    }  # fmt: skip
    assert smac_space(space, 7).entries == [
        Hyperparameter("Float", "a", (0.1, 1), True),
        Hyperparameter("Integer", "b", (1, 9), True),
        Hyperparameter("OrdinalHyperparameter", "c", [1, 4, 9]),
        Hyperparameter("OrdinalHyperparameter", "d", [0.0, 0.5, 1.0]),
        Hyperparameter("Categorical", "e", ["x", "y"]),
        Hyperparameter("OrdinalHyperparameter", "f", [0.0, 0.5, 1.0]),
    ]


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"x": reverseloguniform(0.1, 0.9)}, "cannot represent x"),
        ({"x": choice([1, 2]), "y": active_if(uniform(0, 1), x=1)}, "without conditions"),
    ],
)
def test_spaces_that_are_refused(space: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        SMAC(space, "loss")


@pytest.mark.usefixtures("stand_in")
def test_one_metric_only() -> None:
    with pytest.raises(OptionError, match="one metric"):
        SMACScheduler(SPACE, ["loss", "latency"])  # type: ignore[arg-type]


@pytest.mark.usefixtures("stand_in")
def test_initial_configurations_come_first_and_smac_learns_last_reports_to_be_minimised() -> None:
    points = [{"x": 0.125, "n": 2, "kind": "b"}, {"x": 0.25}]
    scheduler = SMAC(SPACE, "accuracy", "max", points, random_seed=0)
    for trial_id in range(3):
        suggestion = scheduler.suggest(trial_id)
        assert suggestion is not None
        trial = Trial(trial_id, suggestion.config, datetime.datetime(2026, 1, 1))
        scheduler.on_trial_add(trial)
        for epoch in (1, 2):
            scheduler.on_trial_result(trial, {"epoch": epoch, "accuracy": trial_id + epoch})
        if trial_id == 1:
            scheduler.on_trial_error(trial)
        else:
            scheduler.on_trial_complete(trial, {"epoch": 2, "accuracy": trial_id + 2})
    told = scheduler._optimizer.told
    assert told[0] == ({"x": 0.125, "n": 2, "kind": "b"}, -2)
    assert [cost for _, cost in told] == [-2, -4]  # nothing of the one that failed
    assert points == [{"x": 0.125, "n": 2, "kind": "b"}, {"x": 0.25}], "the list of the caller is not touched"


@pytest.mark.usefixtures("stand_in")
def test_seed_zero_is_a_seed() -> None:
    """A seed of 0 was taken for none."""
    first, second = (SMAC(SPACE, "loss", points_to_evaluate=[], random_seed=0).suggest(0) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.config == second.config


@pytest.mark.usefixtures("stand_in")
def test_copies_make_smac_anew() -> None:
    study = ScriptedStudy(SMAC(SPACE, "loss", random_seed=1), seed=1)
    study.run(30)
    for other in (copy.deepcopy(study.scheduler), cloudpickle.loads(cloudpickle.dumps(study.scheduler))):
        assert other._optimizer is None
        mine, its = copy.deepcopy(study.scheduler).suggest(999), other.suggest(999)
        assert mine.config == its.config


@pytest.mark.usefixtures("stand_in")
def test_ends_when_smac_has_nothing_left() -> None:
    """SMAC raises an exception of its own in a used-up space, and ends its iterator after that."""
    scheduler = SMAC(SPACE, "loss", points_to_evaluate=[], random_seed=1)
    suggestions = [scheduler.suggest(trial_id) for trial_id in range(202)]
    assert suggestions.index(None) == 199
    assert suggestions[200:] == [None, None]


@pytest.mark.usefixtures("stand_in")
def test_initial_configurations_are_not_suggested_again() -> None:
    """SMAC did so, for it learns of them when they end."""
    space, first = {"n": randint(1, 3), "kind": choice(["a", "b"])}, {"n": 2, "kind": "b"}
    scheduler = SMAC(space, "loss", points_to_evaluate=[first], random_seed=1)
    suggestions = [scheduler.suggest(trial_id) for trial_id in range(100)]
    configs = [suggestion.config for suggestion in suggestions if suggestion is not None]
    assert len(configs) == 100
    assert configs.index(first) == 0
    assert first not in configs[1:]
