"""Which checkpoints of paused trials are least worth keeping. Arithmetic only; callbacks carry it out."""

from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval, PausedCheckpoint
from syne_tune.optimizer.checkpoints.resume_probability import BetaBinomialEstimator, probability_of_resuming

__all__ = ["BetaBinomialEstimator", "EarlyCheckpointRemoval", "PausedCheckpoint", "probability_of_resuming"]
