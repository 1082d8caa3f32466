"""Search spaces for tests: one of every kind."""

from __future__ import annotations

from syne_tune.config_space import Space, active_if, choice, finrange, lograndint, loguniform, ordinal, randint, uniform

MAX_RESOURCE = 9
"""Value of the constant ``epochs`` in all of these spaces."""


def mixed_space() -> Space:
    """Numbers on several scales, categories, a constant."""
    return Space(
        {
            "lr": loguniform(1e-6, 1.0),
            "momentum": uniform(0.0, 0.99),
            "units": lograndint(8, 512),
            "layers": randint(1, 5),
            "activation": choice(["relu", "tanh", "gelu"]),
            "epochs": MAX_RESOURCE,
        }
    )


def conditional_space() -> Space:
    """Parameters that are active only for some values of others, and a constraint."""
    optimizer = choice(["sgd", "adam"])
    return Space(
        {
            "lr": loguniform(1e-4, 1.0),
            "optimizer": optimizer,
            "momentum": active_if(uniform(0.0, 0.99), optimizer="sgd"),
            "nesterov": active_if(choice([True, False]), optimizer="sgd"),
            "warmup": randint(0, 8),
            "decay": randint(0, 8),
            "epochs": MAX_RESOURCE,
        },
        constraints=["warmup + decay <= 8"],
    )


def finite_space() -> Space:
    """Twelve configurations."""
    return Space(
        {
            "batch_size": ordinal([16, 32, 64]),
            "dropout": finrange(0.0, 0.5, 2),
            "bias": choice([True, False]),
            "epochs": MAX_RESOURCE,
        }
    )
