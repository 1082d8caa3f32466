"""The search method on the command line: what is optimised, how, and what the method knows about the resource."""

from __future__ import annotations

import inspect
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from syne_tune.config_space import Space
from syne_tune.config_space.parse import parse_entry
from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer import baselines
from syne_tune.optimizer.scheduler import TrialScheduler

_WITH_RESOURCE = "ASHA"
_WITHOUT_RESOURCE = "RandomSearch"
_AUTO = "auto"
"""Short for ``AutoScheduler``, as in ``Tuner(scheduler="auto")``."""


def add_method_arguments(parser: ArgumentParser) -> None:
    """Declares metric, method and resource."""
    parser.add_argument("--metric", required=True, help="name of the reported value to optimise")
    parser.add_argument("--mode", choices=("min", "max"), default="min", help="default: min")
    parser.add_argument(
        "--method",
        metavar="NAME",
        help=f"name of the method, or {_AUTO}, which makes its own choices; default: {_WITH_RESOURCE} with a resource, "
        f"else {_WITHOUT_RESOURCE}",
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
    has_resource = args.resource_attr is not None
    name = args.method or (_WITH_RESOURCE if has_resource else _WITHOUT_RESOURCE)
    methods = _methods()
    if name not in methods:
        raise OptionError(f"--method {name}: {nearest(name, methods)}")
    resource = inspect.signature(methods[name]).parameters.get("resource_attr")
    needs_resource = resource is not None and resource.default is resource.empty
    options = _options(args, needs_resource)
    if resource is not None and has_resource:
        options["resource_attr"] = args.resource_attr
    return methods[name](space, **options)


def _methods() -> dict[str, Callable[..., TrialScheduler]]:
    """The named methods by name."""
    named = {name: getattr(baselines, name) for name in baselines.__all__}
    return {_AUTO: baselines.AutoScheduler, **{name: method for name, method in named.items() if callable(method)}}


def _options(args: Namespace, needs_resource: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"metric": args.metric, "mode": args.mode}
    named = {
        "random_seed": args.seed,
        "max_t": args.max_resource,
        "max_resource_attr": args.max_resource_attr,
    }
    options.update((name, value) for name, value in named.items() if value is not None)
    if needs_resource and args.resource_attr is None:
        raise OptionError(
            "this method compares trials by resource: say with --resource-attr which reported value counts it, "
            "for example --resource-attr epoch"
        )
    for text in args.method_option:
        name, equals, value = text.partition("=")
        if not equals:
            raise OptionError(f"--method-option {text!r} is not of the form NAME=VALUE")
        options[name] = parse_entry(value)
    return options
