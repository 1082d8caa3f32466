"""Old import path, kept for existing scripts."""

from syne_tune.callbacks.store_results import ExtraResultsComposer, StoreResultsCallback

__all__ = ["ExtraResultsComposer", "StoreResultsCallback"]
