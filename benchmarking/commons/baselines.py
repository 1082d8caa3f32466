"""``syne_tune.experiments.baselines``, under its older path."""

from syne_tune.experiments.baselines import (
    MethodArguments,
    convert_categorical_to_ordinal,
    convert_categorical_to_ordinal_numeric,
)
from syne_tune.experiments.default_baselines import DEFAULT_BASELINES

__all__ = [
    "DEFAULT_BASELINES",
    "MethodArguments",
    "convert_categorical_to_ordinal",
    "convert_categorical_to_ordinal_numeric",
]
