"""Old import path, kept for existing scripts."""

from syne_tune.optimizer.schedulers.synchronous.dehb import GeometricDifferentialEvolutionHyperbandScheduler
from syne_tune.optimizer.schedulers.synchronous.hyperband import SynchronousGeometricHyperbandScheduler

__all__ = ["GeometricDifferentialEvolutionHyperbandScheduler", "SynchronousGeometricHyperbandScheduler"]
