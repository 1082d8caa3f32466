"""Where the example scripts are. They are part of a checkout, not of an installed package."""

from __future__ import annotations

from pathlib import Path


def repository_root_path() -> Path:
    """The folder of the checkout."""
    return Path(__file__).resolve().parents[2]


def script_height_example_path() -> Path:
    """A training script that takes no time: a simple function of two numbers, falling over the steps."""
    return _training_script("height_example", "train_height.py")


def script_checkpoint_example_path() -> Path:
    """A training script that writes and reads a checkpoint."""
    return _training_script("checkpoint_example", "checkpoint_example.py")


def _training_script(folder: str, name: str) -> Path:
    return repository_root_path() / "examples" / "training_scripts" / folder / name
