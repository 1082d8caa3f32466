"""Arguments of this comparison, and what they mean for its methods."""

from typing import Any

from syne_tune.experiments.launchers.hpo_main_common import ConfigDict

extra_args = [
    {"name": "num_brackets", "type": int, "help": "number of brackets of Hyperband"},
    {"name": "probability_sh", "type": float, "help": "how often successive halving decides in place of the model"},
    {"name": "rung_increment", "type": int, "help": "distance of two levels"},
    {"name": "opt_skip_period", "type": int, "help": "accepted for existing scripts: fits are spaced by themselves"},
]


def map_method_args(configuration: ConfigDict, method: str, method_kwargs: dict[str, Any]) -> dict[str, Any]:
    """Brackets for the methods that have some, the other arguments for DyHPO."""
    kwargs = dict(method_kwargs["scheduler_kwargs"])
    if configuration.num_brackets is not None and method not in ("BO", "DYHPO"):
        kwargs["brackets"] = configuration.num_brackets
    if method == "DYHPO" and configuration.rung_increment is not None:
        kwargs["rung_increment"] = configuration.rung_increment
    if method == "DYHPO" and configuration.probability_sh is not None:
        kwargs["probability_sh"] = configuration.probability_sh
    return {**method_kwargs, "scheduler_kwargs": kwargs}
