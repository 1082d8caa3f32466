"""Names that training scripts import from here; the code is in the modules named below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syne_tune.checkpoint import (
    add_checkpointing_to_argparse,
    checkpoint_model_at_rung_level,
    json_load_save_functions,
    pickle_load_save_functions,
    pytorch_load_save_functions,
    resume_from_checkpointed_model,
)
from syne_tune.script_arguments import add_config_json_to_argparse, load_config_json, parse_bool

if TYPE_CHECKING:
    from syne_tune.config_space import streamline_config_space

__all__ = [
    "add_checkpointing_to_argparse",
    "resume_from_checkpointed_model",
    "checkpoint_model_at_rung_level",
    "pytorch_load_save_functions",
    "json_load_save_functions",
    "pickle_load_save_functions",
    "parse_bool",
    "add_config_json_to_argparse",
    "load_config_json",
    "streamline_config_space",
]


def __getattr__(name: str) -> Any:
    if name == "streamline_config_space":  # training scripts do not pay for importing search spaces
        from syne_tune import config_space

        return config_space.streamline_config_space
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
