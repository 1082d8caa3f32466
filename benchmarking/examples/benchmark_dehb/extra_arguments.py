"""Arguments of this comparison, and what they mean for its methods."""

from typing import Any

from syne_tune.experiments.launchers.hpo_main_common import ConfigDict

extra_args = [{"name": "num_brackets", "type": int, "help": "number of brackets of Hyperband"}]


def map_method_args(configuration: ConfigDict, _method: str, method_kwargs: dict[str, Any]) -> dict[str, Any]:
    """Brackets for all methods."""
    if configuration.num_brackets is None:
        return method_kwargs
    kwargs = {**method_kwargs["scheduler_kwargs"], "brackets": configuration.num_brackets}
    return {**method_kwargs, "scheduler_kwargs": kwargs}
