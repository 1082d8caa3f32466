"""Which observations a model over resources sees when there are more than it can digest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.subsample import lots


def select_by_level(x: FloatArray, levels: ResourceLevels, size: int) -> npt.NDArray[np.intp]:
    """All values of the configurations that got furthest; at the border, higher levels first, then by lot.

    Args:
        x: Encoded inputs ``(n, d)``, the resource as last column.
        levels: Resource levels.
        size: Number of observations to keep.

    Returns:
        Indices ``(min(n, size),)``, increasing.
    """
    if len(x) <= size:
        return np.arange(len(x))
    level, curve = levels.index(x[:, -1]), configuration_index(x)
    order = np.lexsort((lots(len(x)), -level, -_furthest_level(curve, level)[curve]))
    return np.sort(order[:size])


def select_curves(x: FloatArray, levels: ResourceLevels, size: int) -> npt.NDArray[np.intp]:
    """All values of the configurations that got furthest, ties by lot; configurations are counted, not values.

    Args:
        x: Encoded inputs ``(n, d)``, the resource as last column.
        levels: Resource levels.
        size: Number of configurations to keep.

    Returns:
        Indices, increasing.
    """
    curve = configuration_index(x)
    furthest = _furthest_level(curve, levels.index(x[:, -1]))
    if len(furthest) <= size:
        return np.arange(len(x))
    first_row = np.unique(curve, return_index=True)[1]
    order = np.lexsort((lots(len(x))[first_row], -furthest))
    return np.flatnonzero(np.isin(curve, order[:size]))


def _furthest_level(curve: npt.NDArray[np.intp], level: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The highest level that each curve has reached ``(N,)``, given curve and level of each value ``(n,)``."""
    furthest = np.zeros(curve.max() + 1, dtype=np.intp)
    np.maximum.at(furthest, curve, level)
    return furthest


def select_by_bucket(
    x: FloatArray, levels: ResourceLevels, size: int, *, grace_period: int = 1, reduction_factor: float = 3.0
) -> npt.NDArray[np.intp]:
    """First thins out each curve to its last value in each bucket of resources, then :func:`select_by_level`.

    Buckets are ``[g, g eta), [g eta, g eta^2), ...``. For methods that report at each resource and would otherwise
    spend most of their observations on few long curves, such as DyHPO.

    Args:
        x: Encoded inputs ``(n, d)``, the resource as last column.
        levels: Resource levels.
        size: Number of observations to keep.
        grace_period: g.
        reduction_factor: eta, above 1.

    Returns:
        Indices, at most ``size``, increasing; all of them if there are no more than ``size`` observations.
    """
    if len(x) <= size:
        return np.arange(len(x))
    resource = x[:, -1] * levels.max_resource
    bucket = np.floor(np.log(np.maximum(resource / grace_period, 1)) / np.log(reduction_factor) + _ROUNDING)
    key = np.column_stack([configuration_index(x), bucket])
    order = np.lexsort((resource, key[:, 1], key[:, 0]))
    is_last = np.append(np.any(np.diff(key[order], axis=0) != 0, axis=1), True)
    kept = np.sort(order[is_last])
    return np.asarray(kept[select_by_level(x[kept], levels, size)])


_ROUNDING = 1e-9
"""log(9) / log(3) must count as 2."""


def configuration_index(x: FloatArray) -> npt.NDArray[np.intp]:
    """A number per row ``(n,)``: which of the different configurations it belongs to, 0 up to their number."""
    filled = np.nan_to_num(x[:, :-1], nan=-1.0)
    if not filled.shape[1]:
        return np.zeros(len(x), dtype=np.intp)
    return np.asarray(np.unique(filled, axis=0, return_inverse=True)[1].reshape(-1), dtype=np.intp)
