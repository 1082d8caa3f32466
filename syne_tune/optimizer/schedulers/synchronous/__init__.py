"""Synchronous methods: a rung is decided when all of its slots are filled."""

from syne_tune.optimizer.schedulers.synchronous.dehb import (
    DifferentialEvolutionHyperbandScheduler,
    GeometricDifferentialEvolutionHyperbandScheduler,
)
from syne_tune.optimizer.schedulers.synchronous.hyperband import (
    SynchronousGeometricHyperbandScheduler,
    SynchronousHyperbandScheduler,
)

__all__ = [
    "DifferentialEvolutionHyperbandScheduler",
    "GeometricDifferentialEvolutionHyperbandScheduler",
    "SynchronousGeometricHyperbandScheduler",
    "SynchronousHyperbandScheduler",
]
