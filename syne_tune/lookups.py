"""Finding one thing among several: an entry with a default, an object by its type, a metric by name or position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from syne_tune.errors import OptionError, nearest

T = TypeVar("T")
V = TypeVar("V")


def dict_get(params: Mapping[str, V | None], key: str, default: V) -> V:
    """An entry of a mapping, where ``None`` counts as missing.

    Args:
        params: The mapping.
        key: The name looked for.
        default: Returned if there is no such name, or if it stands for ``None``.
    """
    value = params.get(key)
    return default if value is None else value


def find_first_of_type(a: Iterable[object], typ: type[T]) -> T | None:
    """The first object of a type (or of a subclass), for example the callback that stores results.

    Args:
        a: Where to look, in order.
        typ: The type looked for.

    Returns:
        The object, or ``None`` if there is none.
    """
    return next((x for x in a if isinstance(x, typ)), None)


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
