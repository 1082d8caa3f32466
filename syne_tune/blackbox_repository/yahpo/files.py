"""Reads a scenario of YAHPO Gym from the files that were published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from syne_tune import jsonio
from syne_tune.blackbox_repository.files import METADATA
from syne_tune.blackbox_repository.yahpo.blackbox import BlackBoxYAHPO
from syne_tune.blackbox_repository.yahpo.model import ENCODING, NETWORK, YahpoModel
from syne_tune.blackbox_repository.yahpo.scenarios import scenario_of
from syne_tune.blackbox_repository.yahpo.space import read_space
from syne_tune.errors import OptionError

KIND = "yahpo"
CONFIG_SPACE = "config_space.json"
PUBLISHED = (CONFIG_SPACE, ENCODING, NETWORK)
"""Files of a scenario."""


def is_scenario(folder: Path) -> bool:
    """Whether a folder holds the published files of a scenario."""
    return all((folder / name).is_file() for name in PUBLISHED)


def read(
    folder: Path, fidelities: Sequence[int] | None = None, check: bool = False, scenario: str | None = None
) -> dict[str, BlackBoxYAHPO]:
    """All instances of a scenario.

    Args:
        folder: Contains its files.
        fidelities: See :class:`~syne_tune.blackbox_repository.yahpo.blackbox.BlackBoxYAHPO`.
        check: See there.
        scenario: Its name. Default: what ``metadata.json`` says, else the name of the folder.

    Returns:
        From instance to its blackbox; they share the network.

    Raises:
        OptionError: If a file is missing, or the scenario is not known.
    """
    missing = [name for name in PUBLISHED if not (folder / name).is_file()]
    if missing:
        raise OptionError(f"{folder} lacks {missing}; put the published files of the scenario there")
    metadata = jsonio.read_json(folder / METADATA) if (folder / METADATA).is_file() else {}
    facts = scenario_of(scenario or metadata.get("scenario", folder.name))
    space = read_space(jsonio.read_json(folder / CONFIG_SPACE))
    model = YahpoModel(folder, facts)
    key = facts.instance_key
    instances = facts.instances if key is None else tuple(map(str, space[key].categories))
    return {instance: BlackBoxYAHPO(model, instance, space, fidelities, check) for instance in instances}
