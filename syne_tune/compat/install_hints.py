"""What to tell a user whose installation lacks an extra. Existing scripts print these when an import fails."""

from __future__ import annotations


def install_hint(extra: str) -> str:
    """The command that installs an extra.

    Args:
        extra: Name of the extra, such as ``"visual"``.
    """
    return f"Some names are missing because an optional package is. Install it with: pip install 'syne_tune[{extra}]'"


def try_import_visual_message() -> str:
    """How to install what plots need."""
    return install_hint("visual")


def try_import_tensorboard_message() -> str:
    """How to install what the TensorBoard callback needs."""
    return install_hint("tensorboard")
