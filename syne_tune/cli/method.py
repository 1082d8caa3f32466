"""The search method on the command line: what is optimised, how, and what the method knows about the resource."""

from __future__ import annotations

import inspect
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.config_space import Space
from syne_tune.config_space.parse import parse_entry
from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer import baselines
from syne_tune.optimizer.scheduler import TrialScheduler

_WITH_RESOURCE = "ASHA"
_WITHOUT_RESOURCE = "RandomSearch"
_SEVERAL_WITH_RESOURCE = "ParetoMOBSTER"
_SEVERAL_WITHOUT_RESOURCE = "EHVI"
_AUTO = "auto"
"""Short for ``AutoScheduler``, as in ``Tuner(scheduler="auto")``."""


def add_method_arguments(parser: ArgumentParser) -> None:
    """Declares metrics, method and resource."""
    parser.add_argument(
        "--metric",
        action="append",
        required=True,
        help="name of the reported value to optimise; repeat it for several objectives",
    )
    parser.add_argument(
        "--mode",
        action="append",
        choices=("min", "max"),
        help="default: min; for several objectives once for all, or once for each, in the same order",
    )
    parser.add_argument(
        "--method",
        metavar="NAME",
        help=f"name of the method, or {_AUTO}, which makes its own choices; default: {_WITH_RESOURCE} with a resource, "
        f"else {_WITHOUT_RESOURCE}; for several objectives {_SEVERAL_WITH_RESOURCE} and {_SEVERAL_WITHOUT_RESOURCE}",
    )
    parser.add_argument(
        "--resource-attr",
        metavar="NAME",
        help="name of the resource in reports, such as epoch; counts 1, 2, 3, ...",
    )
    parser.add_argument("--max-resource", type=int, metavar="N", help="largest resource of a trial")
    parser.add_argument(
        "--max-resource-attr",
        metavar="NAME",
        help="argument of the script that says how far to train; part of the space, or set to --max-resource",
    )
    parser.add_argument("--seed", type=int, help="random seed of the method; drawn by default")
    parser.add_argument(
        "--method-option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="further argument of the method, such as grace_period=3; may be repeated",
    )


def with_max_resource(args: Namespace, space: Space) -> Space:
    """The space, in which the script is told how far to train.

    Raises:
        OptionError: If ``--max-resource-attr`` is neither part of the space nor given a value.
    """
    name = args.max_resource_attr
    if name is None or (name in space and args.max_resource is None):
        return space
    if args.max_resource is None:
        raise OptionError(
            f"--max-resource-attr {name} is not part of the space, so say its value with --max-resource; "
            f"{nearest(name, space)}"
        )
    return Space({**space, name: args.max_resource}, constraints=space.constraints)


def scheduler_from(args: Namespace, space: Space) -> TrialScheduler:
    """The method.

    Raises:
        OptionError: If there is no such method, or it refuses an option; the message lists what is legal.
        ConfigSpaceError: If the method cannot search this space.
    """
    methods = _methods()
    name = args.method or _default_method(args)
    if name not in methods:
        raise OptionError(f"--method {name}: {nearest(name, methods)}")
    known = inspect.signature(methods[name]).parameters
    return methods[name](space, **_objectives(args, known), **_options(args, _resource(args, known)))


def _default_method(args: Namespace) -> str:
    if len(args.metric) > 1:
        return _SEVERAL_WITHOUT_RESOURCE if args.resource_attr is None else _SEVERAL_WITH_RESOURCE
    return _WITHOUT_RESOURCE if args.resource_attr is None else _WITH_RESOURCE


def _methods() -> dict[str, Callable[..., TrialScheduler]]:
    """The named methods by name."""
    named = {name: getattr(baselines, name) for name in baselines.__all__}
    return {_AUTO: baselines.AutoScheduler, **{name: method for name, method in named.items() if callable(method)}}


def _objectives(args: Namespace, known: Mapping[str, inspect.Parameter]) -> dict[str, Any]:
    """Metrics and modes, in the way in which the method takes them."""
    metrics, modes = args.metric, args.mode or ["min"]
    if len(modes) not in (1, len(metrics)):
        raise OptionError(f"--mode was given {len(modes)} times for {len(metrics)} metrics: once for all, or once each")
    mode = modes if len(modes) > 1 else modes[0]
    if "metrics" in known:
        return {"metrics": metrics, "mode": mode}
    return {"metric": metrics if len(metrics) > 1 else metrics[0], "mode": mode}


def _resource(args: Namespace, known: Mapping[str, inspect.Parameter]) -> dict[str, Any]:
    """The name of the resource, if the method has one."""
    for name in ("resource_attr", "time_attr"):
        if name in known and args.resource_attr is not None:
            return {name: args.resource_attr}
    if "resource_attr" in known and known["resource_attr"].default is inspect.Parameter.empty:
        raise OptionError(
            "this method compares trials by resource: say with --resource-attr which reported value counts it, "
            "for example --resource-attr epoch"
        )
    return {}


def _options(args: Namespace, resource: Mapping[str, Any]) -> dict[str, Any]:
    named = {
        "random_seed": args.seed,
        "max_t": args.max_resource,
        "max_resource_attr": args.max_resource_attr,
        **resource,
    }
    options = {name: value for name, value in named.items() if value is not None}
    for text in args.method_option:
        name, equals, value = text.partition("=")
        if not equals:
            raise OptionError(f"--method-option {text!r} is not of the form NAME=VALUE")
        options[name] = parse_entry(value)
    return options
