"""Boosted trees on the digits that come with scikit-learn: real training without any download."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    DEFAULT_CPU_INSTANCE,
    RealBenchmarkDefinition,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import loguniform, randint, uniform


def xgboost_digits_benchmark(
    sagemaker_backend: bool = False,  # noqa: ARG001  # all definitions are called alike
    **kwargs: Any,
) -> RealBenchmarkDefinition:
    """Boosted trees on 8 x 8 pixel digits; needs XGBoost and scikit-learn, and seconds per trial.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own, of the same type.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=training_script("xgboost", "xgboost_checkpoint"),
        config_space={
            "learning_rate": loguniform(1e-2, 1),
            "max_depth": randint(2, 8),
            "gamma": uniform(0, 5),
            "reg_lambda": loguniform(1e-6, 10),
            "min_child_weight": loguniform(0.1, 20),
            "n_estimators": 81,
        },
        max_wallclock_time=120,
        n_workers=4,
        instance_type=DEFAULT_CPU_INSTANCE,
        metric="mlogloss",
        mode="min",
        max_resource_attr="n_estimators",
        resource_attr="epoch",
        framework="BasicCPU",
    )
