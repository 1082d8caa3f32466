"""Arguments of this comparison, and what they mean for its methods."""

from typing import Any

from syne_tune.experiments.launchers.hpo_main_common import ConfigDict

extra_args = [
    {"name": "num_brackets", "type": int, "help": "number of brackets of Hyperband"},
    {"name": "num_samples", "type": int, "default": 50, "help": "draws by which Hyper-Tune weighs levels"},
]


def map_method_args(configuration: ConfigDict, method: str, method_kwargs: dict[str, Any]) -> dict[str, Any]:
    """Brackets for all methods, draws for Hyper-Tune."""
    kwargs = dict(method_kwargs["scheduler_kwargs"])
    if configuration.num_brackets is not None:
        kwargs["brackets"] = configuration.num_brackets
    if method.startswith("HYPERTUNE"):
        draws = {"hypertune_distribution_num_samples": configuration.num_samples}
        kwargs["search_options"] = {**kwargs["search_options"], **draws}
    return {**method_kwargs, "scheduler_kwargs": kwargs}
