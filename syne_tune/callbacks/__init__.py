"""Observers of a tuning run."""

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.store_results import ExtraResultsComposer, StoreResultsCallback
from syne_tune.callbacks.tensorboard import TensorboardCallback

__all__ = ["ExtraResultsComposer", "StoreResultsCallback", "TensorboardCallback", "TunerCallback"]
