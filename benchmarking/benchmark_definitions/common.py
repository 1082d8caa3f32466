"""What the definitions of real benchmarks have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition, SurrogateBenchmarkDefinition

__all__ = [
    "RealBenchmarkDefinition",
    "SurrogateBenchmarkDefinition",
    "gpu_instance",
    "real_benchmark",
    "training_script",
]

DEFAULT_GPU_INSTANCE_1GPU = "ml.g4dn.xlarge"
DEFAULT_GPU_INSTANCE_4GPU = "ml.g4dn.12xlarge"
DEFAULT_CPU_INSTANCE = "ml.c5.4xlarge"

REPOSITORY = Path(__file__).resolve().parents[2]


def gpu_instance(sagemaker_backend: bool) -> str:
    """Four workers share an instance with four GPUs; with the SageMaker backend, each has a cheaper one of its own."""
    return DEFAULT_GPU_INSTANCE_1GPU if sagemaker_backend else DEFAULT_GPU_INSTANCE_4GPU


def training_script(folder: str, name: str | None = None) -> Path:
    """A script of this repository: ``benchmarking/training_scripts/{folder}/{name or folder}.py``."""
    return REPOSITORY / "benchmarking" / "training_scripts" / folder / f"{name or folder}.py"


def real_benchmark(overrides: Mapping[str, Any], **values: Any) -> RealBenchmarkDefinition:
    """A definition whose values can be overridden.

    Args:
        overrides: Values to be used instead.
        **values: Fields of :class:`RealBenchmarkDefinition`.

    Raises:
        OptionError: If one of ``overrides`` is not a field.
    """
    names = [field.name for field in fields(RealBenchmarkDefinition)]
    for name in overrides:
        if name not in names:
            raise OptionError(f"{name!r} is not a field of a benchmark definition: {nearest(name, names)}")
    return RealBenchmarkDefinition(**{**values, **overrides})
