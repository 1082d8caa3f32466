"""Old import path, kept for existing scripts."""

from syne_tune.compat.install_hints import try_import_tensorboard_message, try_import_visual_message

__all__ = ["try_import_tensorboard_message", "try_import_visual_message"]
