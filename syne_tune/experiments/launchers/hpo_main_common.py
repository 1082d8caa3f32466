"""The settings of a launcher: from the command line, or from a dictionary."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.experiment_folder import sanitize_sagemaker_name
from syne_tune.experiments.launchers.arguments import (
    LOCAL,
    ExtraArgs,
    arguments_of,
    build_parser,
    extra_name,
    gpu_numbers,
)
from syne_tune.experiments.launchers.study_names import new_study_name
from syne_tune.seeds import RANDOM_SEED_UPPER_BOUND, check_random_seed


class ConfigDict:
    """The settings of one call of a launcher, as attributes.

    Args:
        values: Values by name; those that are missing have the defaults of the launcher.
        launcher: Which launcher: ``"local"``, ``"simulator"`` or ``"sagemaker"``.
        extra_args: Arguments of the user's own.

    Raises:
        OptionError: If a value is not allowed.

    Attributes:
        launcher_script: The script whose command line this is; ``None`` for settings of another origin.
    """

    def __init__(self, values: Mapping[str, Any], launcher: str = LOCAL, extra_args: ExtraArgs | None = None) -> None:
        self._extra_names = [extra_name(extra) for extra in extra_args or ()]
        defaults = {argument.name: argument.default for argument in arguments_of(launcher)}
        extra_defaults = {extra_name(extra): extra.get("default") for extra in extra_args or ()}
        self._values = _checked({**defaults, **extra_defaults, **values})
        self.launcher_script: str | None = None

    @staticmethod
    def from_dict(loaded_config: Mapping[str, Any]) -> ConfigDict:
        """Settings from a dictionary; what it lacks has its default."""
        return ConfigDict(loaded_config)

    @staticmethod
    def from_argparse(
        extra_args: ExtraArgs | None = None, launcher: str = LOCAL, argv: Sequence[str] | None = None
    ) -> ConfigDict:
        """Settings from the command line.

        Args:
            extra_args: Arguments of the user's own: a list of dictionaries with ``name``, and whatever
                ``ArgumentParser.add_argument`` takes.
            launcher: Which launcher.
            argv: The words of the command line; those of the process by default.
        """
        parser = build_parser(launcher, extra_args)
        try:
            settings = ConfigDict(parser.parse(argv), launcher, extra_args)
        except OptionError as error:
            parser.error(str(error))
        settings.launcher_script = sys.argv[0]
        return settings

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        hint = "" if name.startswith("_") else f": {nearest(name, values)}"
        raise AttributeError(f"no setting {name!r}{hint}")

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def as_dict(self) -> dict[str, Any]:
        """All settings by name."""
        return dict(self._values)

    def updated(self, **values: Any) -> ConfigDict:
        """A copy in which some settings have other values."""
        copy = ConfigDict.__new__(ConfigDict)
        copy._extra_names = list(self._extra_names)
        copy._values = _checked({**self._values, **values})
        copy.launcher_script = self.launcher_script
        return copy

    def extra_parameters(self) -> list[dict[str, Any]]:
        """The user's own arguments, as ``{"name": ..., "value": ...}``."""
        return [{"name": name, "value": self._values.get(name)} for name in self._extra_names]

    def extra_values(self) -> dict[str, Any]:
        """The user's own arguments that are not ``None``, by name."""
        return {name: self._values[name] for name in self._extra_names if self._values.get(name) is not None}

    def check_if_all_paremeters_present(self, desired_parameters: Iterable[Mapping[str, Any]]) -> None:
        """Checks that there are settings of certain names. (The spelling is that of existing scripts.)

        Args:
            desired_parameters: Dictionaries with ``name``.

        Raises:
            OptionError: For the first one that is missing.
        """
        for parameter in desired_parameters:
            if parameter["name"] not in self._values:
                raise OptionError(
                    f"setting {parameter['name']!r} is missing: {nearest(parameter['name'], self._values)}"
                )

    def expand_base_arguments(self, extra_base_arguments: Iterable[Mapping[str, Any]]) -> None:
        """Adds settings that are missing.

        Args:
            extra_base_arguments: Dictionaries with ``name`` and ``default``.
        """
        for argument in extra_base_arguments:
            self._values.setdefault(argument["name"], argument.get("default"))


def config_from_argparse(
    extra_args: ExtraArgs | None = None, launcher: str = LOCAL, argv: Sequence[str] | None = None
) -> ConfigDict:
    """As :meth:`ConfigDict.from_argparse`."""
    return ConfigDict.from_argparse(extra_args, launcher, argv)


def with_launcher_defaults(configuration: ConfigDict, launcher: str) -> ConfigDict:
    """A copy that has every setting of a launcher, whatever it was made for.

    Raises:
        OptionError: If a value is not allowed.
    """
    missing = {x.name: x.default for x in arguments_of(launcher) if x.name not in configuration}
    return configuration.updated(**missing)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    tag = values.get("experiment_tag")
    values["experiment_tag"] = new_study_name() if tag is None else sanitize_sagemaker_name(tag)
    if values.get("gpus_to_use") is not None:
        given = values["gpus_to_use"]
        is_read = isinstance(given, (list, tuple)) and all(isinstance(x, int) for x in given)
        values["gpus_to_use"] = list(given) if is_read else gpu_numbers(given)
    _check_at_least(values, {"start_seed": 0, "n_workers": 1, "max_wallclock_time": 1, "num_processes": 1})
    _check_at_least(values, {"max_size_data_for_model": 1, "max_failures": 0})
    _check_at_least(values, {"num_seeds": values["start_seed"] + 1, "num_gpus_per_trial": 1})
    if values["num_seeds"] > RANDOM_SEED_UPPER_BOUND + 1:
        raise OptionError(f"num_seeds = {values['num_seeds']}: must be at most {RANDOM_SEED_UPPER_BOUND + 1}")
    if values.get("random_seed") is not None:
        check_random_seed(values["random_seed"])
    return values


def _check_at_least(values: Mapping[str, Any], limits: Mapping[str, int]) -> None:
    for name, limit in limits.items():
        value = values.get(name)
        if value is not None and value < limit:
            why = " (seeds are start_seed, ..., num_seeds - 1)" if name == "num_seeds" and limit > 1 else ""
            raise OptionError(f"{name} = {value}: must be at least {limit}{why}")
