"""Which metric is meant by a name or a position, and whether it is minimised or maximised."""

from __future__ import annotations

from collections.abc import Sequence

from syne_tune.errors import OptionError, nearest


def metric_name_mode(
    metric_names: Sequence[str], metric_mode: str | Sequence[str], metric: str | int
) -> tuple[str, str]:
    """Which metric is meant, and whether it is minimised or maximised.

    Args:
        metric_names: The metrics of a scheduler.
        metric_mode: ``"min"`` or ``"max"`` for all of them, or one per metric.
        metric: Name or position of the metric.

    Returns:
        Its name, and ``"min"`` or ``"max"``.

    Raises:
        OptionError: If there is no such metric.
    """
    if isinstance(metric, str):
        if metric not in metric_names:
            raise OptionError(f"metric = {metric!r} is not optimised here; {nearest(metric, metric_names)}")
        position = metric_names.index(metric)
    elif 0 <= metric < len(metric_names):
        position = metric
    else:
        raise OptionError(f"metric = {metric}: there are {len(metric_names)} metrics, counted from 0")
    mode = metric_mode if isinstance(metric_mode, str) else metric_mode[position]
    return metric_names[position], mode
