"""What instance types of SageMaker have, and what they cost.

The prices are in ``instance_prices.csv``, with the region and the date for which they hold: list prices of training,
on demand. They differ by region and change; name a file with your own by the environment variable
``SYNE_TUNE_INSTANCE_PRICES``, whose rows win.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from syne_tune.errors import OptionError, nearest

logger = logging.getLogger(__name__)

ENV_PRICES = "SYNE_TUNE_INSTANCE_PRICES"
"""Environment variable that names a file like ``instance_prices.csv``."""

_COLUMNS = ("instance", "vcpu", "memory_gib", "gpu", "gpu_memory_gib", "dollars_per_hour")


@dataclass(frozen=True)
class InstanceInfo:
    """An instance type.

    Attributes:
        name: For example ``"ml.m5.large"``.
        num_cpu: Virtual CPUs.
        num_gpu: GPUs.
        cost_per_hour: Dollars.
        memory_gib: Main memory.
        gpu_memory_gib: Memory of all GPUs together.
    """

    name: str
    num_cpu: int
    num_gpu: int
    cost_per_hour: float
    memory_gib: float = 0.0
    gpu_memory_gib: float = 0.0


class InstanceInfos:
    """All instance types with known prices. Called with a type, it returns what is known about it.

    Attributes:
        instances: Their names, the cheapest first.
        region: Where the prices that come with Syne Tune hold.
        date: When they held, as ``"2025-06-30"``.

    Raises:
        OptionError: If the file named by ``SYNE_TUNE_INSTANCE_PRICES`` cannot be read.
    """

    def __init__(self) -> None:
        lines = files("syne_tune").joinpath("backend/sagemaker_backend/instance_prices.csv").read_text().splitlines()
        comments = dict(line[1:].strip().split(": ") for line in lines if line.startswith("#"))
        self.region, self.date = comments["region"], comments["date"]
        infos = {info.name: info for info in [*_parse(lines, "instance_prices.csv"), *_own_prices()]}
        self._infos = dict(sorted(infos.items(), key=lambda item: (item[1].cost_per_hour, item[0])))
        self.instances = list(self._infos)

    def __call__(self, instance_type: str) -> InstanceInfo:
        """What is known about a type.

        Args:
            instance_type: For example ``"ml.m5.large"``.

        Raises:
            OptionError: If the type is not in the table.
        """
        if instance_type not in self._infos:
            hint = nearest(instance_type, self.instances).partition("? Legal")[0]
            guess = f" ({hint}?)" if hint.startswith("did you mean") else ""
            raise OptionError(
                f"The price of instance type {instance_type!r} is not known{guess}. Add it to a file named by "
                f"{ENV_PRICES}, with the columns {','.join(_COLUMNS)}"
            )
        return self._infos[instance_type]

    def __contains__(self, instance_type: object) -> bool:
        return instance_type in self._infos


def select_instance_type(
    min_gpu: int = 0,
    max_gpu: int = 16,
    min_cost_per_hour: float | None = None,
    max_cost_per_hour: float | None = None,
) -> list[str]:
    """Instance types with certain properties, the cheapest first.

    Args:
        min_gpu: At least so many GPUs.
        max_gpu: At most so many.
        min_cost_per_hour: They cost more than so many dollars.
        max_cost_per_hour: They cost less.
    """
    lowest = float("-inf") if min_cost_per_hour is None else min_cost_per_hour
    highest = float("inf") if max_cost_per_hour is None else max_cost_per_hour
    infos = InstanceInfos()
    return [
        name
        for name in infos.instances
        if min_gpu <= infos(name).num_gpu <= max_gpu and lowest < infos(name).cost_per_hour < highest
    ]


def dollars_per_hour(instance_type: str) -> float | None:
    """Price of one machine; ``None``, with a warning once per type, if it is not known.

    Args:
        instance_type: For example ``"ml.m5.large"``.

    Raises:
        OptionError: If the file named by ``SYNE_TUNE_INSTANCE_PRICES`` cannot be read.
    """
    infos = InstanceInfos()
    try:
        return infos(instance_type).cost_per_hour
    except OptionError as error:
        _warn_once(str(error))
        return None


@cache
def _warn_once(message: str) -> None:
    logger.warning("%s. Until then, trials on it have no st_worker_cost, and max_cost does not count them", message)


def _own_prices() -> Iterator[InstanceInfo]:
    path = os.environ.get(ENV_PRICES)
    if path:
        try:
            text = Path(path).expanduser().read_text()
        except OSError as error:
            raise OptionError(f"{ENV_PRICES}={path!r} cannot be read: {error.strerror}") from error
        yield from _parse(text.splitlines(), path)


def _parse(lines: Iterable[str], source: str) -> Iterator[InstanceInfo]:
    rows = csv.DictReader(line for line in lines if line.strip() and not line.startswith("#"))
    if rows.fieldnames is None or not {"instance", "dollars_per_hour"} <= set(rows.fieldnames):
        raise OptionError(f"{source}: the first line must name the columns {','.join(_COLUMNS)}")
    for row in rows:
        try:
            numbers = {name: float(row.get(name) or 0) for name in _COLUMNS[1:]}
        except ValueError as error:
            raise OptionError(f"{source}: {row} has a value that is no number") from error
        yield InstanceInfo(
            row["instance"],
            int(numbers["vcpu"]),
            int(numbers["gpu"]),
            numbers["dollars_per_hour"],
            numbers["memory_gib"],
            numbers["gpu_memory_gib"],
        )
