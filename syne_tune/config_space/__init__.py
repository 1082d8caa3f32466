"""Search spaces: what values the hyperparameters may take.

A space is a dictionary from name to domain or constant::

    space = {
        "lr": loguniform(1e-5, 1e-1),
        "optimizer": choice(["sgd", "adam"]),
        "momentum": active_if(uniform(0.8, 0.99), optimizer="sgd"),
        "epochs": 27,
    }

:class:`Space` adds constraints between parameters, and is what all methods work with.
"""

from syne_tune.config_space.categorical import Categorical, Ordinal, OrdinalNearestNeighbor
from syne_tune.config_space.command_line import add_to_argparse
from syne_tune.config_space.conditions import Condition, at_least, at_most, between
from syne_tune.config_space.constraints import Constraint
from syne_tune.config_space.constructors import (
    active_if,
    choice,
    finrange,
    logfinrange,
    logordinal,
    lograndint,
    loguniform,
    normal,
    ordinal,
    qlograndint,
    qloguniform,
    qrandint,
    quniform,
    randint,
    reverseloguniform,
    uniform,
)
from syne_tune.config_space.domain import Domain
from syne_tune.config_space.finite_range import FiniteRange
from syne_tune.config_space.numeric import Float, Integer
from syne_tune.config_space.parse import parse_domain, parse_entry, parse_space, read_space
from syne_tune.config_space.queries import (
    cast_config_values,
    config_space_from_json_dict,
    config_space_size,
    config_space_to_json_dict,
    config_to_match_string,
    is_log_space,
    is_reverse_log_space,
    is_uniform_space,
    non_constant_hyperparameter_keys,
    restrict_domain,
)
from syne_tune.config_space.samplers import (
    Grid,
    LogUniform,
    Normal,
    Quantized,
    ReverseLogUniform,
    Sampler,
    Uniform,
)
from syne_tune.config_space.serialize import from_dict, to_dict
from syne_tune.config_space.space import Space
from syne_tune.config_space.streamline import streamline_config_space

__all__ = [
    # constructors
    "uniform",
    "loguniform",
    "reverseloguniform",
    "normal",
    "quniform",
    "qloguniform",
    "randint",
    "lograndint",
    "qrandint",
    "qlograndint",
    "choice",
    "ordinal",
    "logordinal",
    "finrange",
    "logfinrange",
    # conditions and constraints
    "active_if",
    "at_least",
    "at_most",
    "between",
    "Condition",
    "Constraint",
    # text
    "parse_domain",
    "parse_entry",
    "parse_space",
    "read_space",
    # classes
    "Space",
    "Domain",
    "Float",
    "Integer",
    "Categorical",
    "Ordinal",
    "OrdinalNearestNeighbor",
    "FiniteRange",
    "Sampler",
    "Uniform",
    "LogUniform",
    "ReverseLogUniform",
    "Normal",
    "Quantized",
    "Grid",
    # functions over spaces
    "add_to_argparse",
    "cast_config_values",
    "config_space_from_json_dict",
    "config_space_size",
    "config_space_to_json_dict",
    "config_to_match_string",
    "from_dict",
    "is_log_space",
    "is_reverse_log_space",
    "is_uniform_space",
    "non_constant_hyperparameter_keys",
    "restrict_domain",
    "streamline_config_space",
    "to_dict",
]
