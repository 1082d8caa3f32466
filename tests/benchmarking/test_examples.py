"""Programs in ``benchmarking/examples``: their methods can be created, and their arguments have an effect."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from syne_tune.config_space import choice, loguniform
from syne_tune.experiments.baselines import FCNET_KEYS, MethodArguments
from syne_tune.experiments.launchers.arguments import build_parser
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "benchmarking" / "examples"
FOLDERS = sorted(path.parent.name for path in EXAMPLES.glob("*/hpo_main.py"))
METHODS_OF = {folder: f"benchmarking.examples.{folder}.baselines" for folder in FOLDERS}


@pytest.fixture(autouse=True)
def _checkout_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(REPOSITORY))


def arguments(**scheduler_kwargs: Any) -> MethodArguments:
    space = {name: choice([1, 2, 4]) for name in FCNET_KEYS if "activation" not in name}
    activations = {f"hp_activation_fn_{layer}": choice(["relu", "tanh"]) for layer in (1, 2)}
    return MethodArguments(
        config_space={**space, **activations, "lr": loguniform(1e-4, 1), "epochs": 27},
        metric="loss",
        mode="min",
        random_seed=1,
        resource_attr="epoch",
        max_resource_attr="epochs",
        scheduler_kwargs={"search_options": {}, **scheduler_kwargs},
        fcnet_ordinal="nn-log",
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_method_can_be_created(folder: str) -> None:
    for name, method in importlib.import_module(METHODS_OF[folder]).methods.items():
        assert method(arguments()).suggest(0) is not None, name


@pytest.mark.parametrize("folder", [name for name in FOLDERS if (EXAMPLES / name / "extra_arguments.py").is_file()])
def test_arguments_are_understood_and_lead_to_legal_methods(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(f"benchmarking.examples.{folder}.extra_arguments")
    values = {int: "2", float: "0.5", str: "bert-base-cased"}
    words = [word for extra in module.extra_args for word in (f"--{extra['name']}", values[extra["type"]])]
    configuration = ConfigDict(
        build_parser("simulator", module.extra_args).parse(words), "simulator", module.extra_args
    )
    for name, method in importlib.import_module(METHODS_OF[folder]).methods.items():
        changed = module.map_method_args(configuration, name, vars(arguments()).copy())
        method(MethodArguments(**changed))


@pytest.mark.parametrize("folder", FOLDERS)
def test_benchmarks_are_there(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if folder.startswith("fine_tuning"):
        monkeypatch.setattr("sys.argv", ["hpo_main.py", "--num_train_epochs", "7"])
        module = importlib.import_module(f"benchmarking.examples.{folder}.extra_arguments")
        found = module.benchmark_definitions()
        assert {x.config_space[x.max_resource_attr] for x in found.values()} == {7}
    elif (EXAMPLES / folder / "benchmark_definitions.py").is_file():
        module = importlib.import_module(f"benchmarking.examples.{folder}.benchmark_definitions")
        assert len(module.benchmark_definitions) >= 3


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder_is_complete(folder: str) -> None:
    names = {path.name for path in (EXAMPLES / folder).iterdir()}
    assert {"__init__.py", "__main__.py", "baselines.py", "hpo_main.py", "launch_remote.py"} <= names
    assert names & {"requirements.txt", "requirements-synetune.txt"}
