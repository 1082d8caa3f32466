"""Gaussian processes over (configuration, resource), by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from syne_tune.optimizer.models.gp.kernels import Matern52
from syne_tune.optimizer.models.gp.process import GaussianProcess
from syne_tune.optimizer.models.gp.warping import KumaraswamyWarping, warpable_columns
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.multi_fidelity.coupled_kernel import CoupledKernel
from syne_tune.optimizer.models.multi_fidelity.cross_validation import FoldAverages
from syne_tune.optimizer.models.multi_fidelity.decay import DecayingMean, ExponentialDecay
from syne_tune.optimizer.models.multi_fidelity.level_moments import LevelMean, LevelNoise, LevelScales
from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.resource_scale import LogResource


@dataclass(frozen=True)
class Inputs:
    """What processes over (configuration, resource) have in common.

    Args:
        layout: Meaning of all columns; the last one is the resource.
        levels: Resource levels.
        ard: Whether each hyperparameter has a length scale of its own.
        warping: Whether scalar hyperparameters are warped.
    """

    layout: InputLayout
    levels: ResourceLevels
    ard: bool = True
    warping: bool = False

    @property
    def configuration(self) -> InputLayout:
        """Meaning of all columns but the last."""
        return InputLayout(self.layout.blocks[:-1])

    def over_configurations(self) -> Matern52:
        """Matérn-5/2 kernel over configurations."""
        bend = KumaraswamyWarping.for_layout(self.configuration) if self.warping else None
        return Matern52(self.configuration, ard=self.ard, warping=bend)

    def over_both(self, *, warp_resource: bool) -> Matern52:
        """Matérn-5/2 kernel over configurations and the logarithm of the resource."""
        columns = warpable_columns(self.configuration) if self.warping else np.arange(0)
        if warp_resource:
            columns = np.append(columns, self.layout.num_columns - 1)
        bend = KumaraswamyWarping(columns) if len(columns) else None
        return Matern52(self.layout, ard=self.ard, warping=LogResource(self.levels, bend))


def matern52(inputs: Inputs, *, warp_resource: bool) -> GaussianProcess:
    """Joint Matérn-5/2 kernel over (x, log r), values scaled by level."""
    levels = inputs.levels
    base = inputs.over_both(warp_resource=warp_resource)
    kernel = CoupledKernel(base, LevelScales(levels, independent=False), base_sees_resource=True)
    return GaussianProcess(kernel, LevelMean(levels), LevelNoise(levels, separate=False))


def one_scale(inputs: Inputs) -> GaussianProcess:
    """Joint Matérn-5/2 kernel over (x, r), values of all levels on one scale: the plainest model over both."""
    columns = warpable_columns(inputs.configuration) if inputs.warping else np.arange(0)
    bend = KumaraswamyWarping(columns) if len(columns) else None
    return GaussianProcess(Matern52(inputs.layout, ard=inputs.ard, warping=bend))


def exponential_decay(inputs: Inputs, *, delta: float | None, own_curves: bool = False) -> GaussianProcess:
    """Curves that decay to a value which depends on the configuration, see :mod:`~.decay`."""
    decay = ExponentialDecay(inputs.levels.max_resource, delta)
    kernel = CoupledKernel(inputs.over_configurations(), decay, own_curves=own_curves)
    return GaussianProcess(kernel, DecayingMean(decay))


def cross_validation(inputs: Inputs) -> GaussianProcess:
    """Averages over r folds, see :mod:`~.cross_validation`."""
    return GaussianProcess(CoupledKernel(inputs.over_configurations(), FoldAverages(inputs.levels.max_resource)))


def independent(inputs: Inputs, *, separate_noise_variances: bool) -> GaussianProcess:
    """A process per level: the same length scales, its own mean and scale, and on demand its own noise.

    All of them are one process whose covariance between levels is zero, so that whatever works with one process works
    with this: model of Li et al. 2022, "Hyper-Tune" (arXiv:2201.06834), section 4.
    """
    levels = inputs.levels
    kernel = CoupledKernel(inputs.over_configurations(), LevelScales(levels, independent=True))
    return GaussianProcess(kernel, LevelMean(levels), LevelNoise(levels, separate=separate_noise_variances))


RESOURCE_KERNELS: Mapping[str, Callable[[Inputs], GaussianProcess]] = {
    "matern52": lambda inputs: matern52(inputs, warp_resource=False),
    "matern52-one-scale": one_scale,
    "matern52-res-warp": lambda inputs: matern52(inputs, warp_resource=True),
    "exp-decay-sum": lambda inputs: exponential_decay(inputs, delta=0.0),
    "exp-decay-combined": lambda inputs: exponential_decay(inputs, delta=None),
    "exp-decay-delta1": lambda inputs: exponential_decay(inputs, delta=1.0),
    "freeze-thaw": lambda inputs: exponential_decay(inputs, delta=0.0, own_curves=True),
    "cross-validation": cross_validation,
}
"""Values of ``gp_resource_kernel``: name to the process over (configuration, resource)."""
