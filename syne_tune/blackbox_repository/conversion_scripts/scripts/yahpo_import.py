"""YAHPO Gym: networks that predict what configurations give (Pfisterer et al., 2022)."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from syne_tune import jsonio
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.download import Source
from syne_tune.blackbox_repository.files import METADATA
from syne_tune.blackbox_repository.repository_folder import blackbox_local_path
from syne_tune.blackbox_repository.yahpo.blackbox import BlackBoxYAHPO
from syne_tune.blackbox_repository.yahpo.files import KIND, PUBLISHED, read
from syne_tune.blackbox_repository.yahpo.scenarios import SCENARIOS, scenario_of

__all__ = ["BlackBoxYAHPO", "YAHPORecipe", "instantiate_yahpo", "serialize_yahpo"]

_URL = "https://raw.githubusercontent.com/slds-lmu/yahpo_data/v1.0"


def instantiate_yahpo(
    scenario: str, check: bool = False, fidelities: Sequence[int] | None = None, folder: Path | None = None
) -> dict[str, BlackBoxYAHPO]:
    """All instances of a scenario.

    Args:
        scenario: Such as ``"lcbench"``; with or without ``yahpo-`` in front.
        check: Whether values outside the space are refused.
        fidelities: If given, the only fidelities there are.
        folder: The published files; default is the folder of the scenario in the repository.

    Returns:
        From instance to its blackbox.

    Raises:
        OptionError: If the scenario is not known, or its files are missing.
    """
    name = scenario.removeprefix(f"{KIND}-")
    scenario_of(name)
    return read(folder or blackbox_local_path(f"{KIND}-{name}"), fidelities, check, name)


def serialize_yahpo(scenario: str, source_folder: Path, target_path: Path) -> None:
    """Copies the published files of a scenario, and describes them.

    Args:
        scenario: Its name.
        source_folder: Contains the files.
        target_path: Where to copy them.
    """
    facts = scenario_of(scenario)
    target_path.mkdir(parents=True, exist_ok=True)
    for name in PUBLISHED:
        shutil.copyfile(source_folder / name, target_path / name)
    description = {
        "kind": KIND,
        "scenario": scenario,
        "task_names": list(read(target_path, scenario=scenario)),
        "objectives_names": list(facts.objectives),
        "metric_elapsed_time": facts.runtime,
        "resource_attr": facts.fidelity,
    }
    jsonio.write_json(target_path / METADATA, description)


class YAHPORecipe(BlackboxRecipe):
    """Copies the published files of a scenario.

    Args:
        scenario: Its name.
    """

    licence = "Apache-2.0"

    def __init__(self, scenario: str) -> None:
        super().__init__(f"{KIND}-{scenario}", SCENARIOS[scenario].citation)
        self._scenario = scenario
        self.sources = tuple(Source(f"{_URL}/{scenario}/{name}", name) for name in PUBLISHED)

    def write(self, source_folder: Path, folder: Path) -> None:
        """Copies the files, and describes them.

        Args:
            source_folder: Contains them.
            folder: Where to.
        """
        serialize_yahpo(self._scenario, source_folder, folder)
