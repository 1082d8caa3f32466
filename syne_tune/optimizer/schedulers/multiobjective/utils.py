"""The path existing scripts use; see :mod:`syne_tune.optimizer.pareto.hypervolume`."""

from syne_tune.optimizer.pareto.hypervolume import (
    default_reference_point,
    hypervolume,
    hypervolume_cumulative,
    linear_interpolate,
)

__all__ = ["default_reference_point", "hypervolume", "hypervolume_cumulative", "linear_interpolate"]
