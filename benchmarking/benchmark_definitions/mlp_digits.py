"""A network on the digits that come with scikit-learn: real training without any download."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    DEFAULT_CPU_INSTANCE,
    REPOSITORY,
    RealBenchmarkDefinition,
    real_benchmark,
)
from syne_tune.config_space import active_if, choice, lograndint, loguniform, uniform


def mlp_digits_benchmark(
    sagemaker_backend: bool = False,  # noqa: ARG001  # all definitions are called alike
    **kwargs: Any,
) -> RealBenchmarkDefinition:
    """A network with one hidden layer on 8 x 8 pixel digits; needs scikit-learn, and seconds per trial.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own, of the same type.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=REPOSITORY / "examples" / "digits_mlp" / "train_digits.py",
        config_space={
            "learning_rate": loguniform(1e-4, 1e-1),
            "units": lograndint(16, 256),
            "batch_size": lograndint(16, 256),
            "activation": choice(["relu", "tanh", "logistic"]),
            "solver": choice(["adam", "sgd"]),
            "momentum": active_if(uniform(0.5, 0.99), solver="sgd"),
            "alpha": loguniform(1e-6, 1e-1),
            "epochs": 27,
        },
        max_wallclock_time=120,
        n_workers=4,
        instance_type=DEFAULT_CPU_INSTANCE,
        metric="val_loss",
        mode="min",
        max_resource_attr="epochs",
        resource_attr="epoch",
        framework="BasicCPU",
    )
