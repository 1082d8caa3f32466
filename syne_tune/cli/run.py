"""Tunes a script. The search space comes from a file, or is written in place as name=domain."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from syne_tune.backend.local_backend import LocalBackend
from syne_tune.cli.limits import add_limit_arguments, required_limits
from syne_tune.cli.method import add_method_arguments, scheduler_from, with_max_resource
from syne_tune.cli.output import Output
from syne_tune.cli.running import run_in_foreground
from syne_tune.cli.script_arguments import add_script_arguments, existing_script
from syne_tune.cli.space_arguments import add_space_arguments, space_from
from syne_tune.tuner import Tuner


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    add_script_arguments(parser)
    add_space_arguments(parser)
    add_method_arguments(parser)
    add_limit_arguments(parser)
    parser.add_argument("--name", help="name of the experiment; the time is appended. Default: name of the script")
    parser.add_argument("--exact-name", action="store_true", help="do not append the time to the name")
    parser.add_argument(
        "--preload",
        action="append",
        default=[],
        metavar="MODULE",
        help="import once, fork per trial; may be repeated",
    )
    parser.add_argument("--trial-timeout", type=float, metavar="SECONDS", help="a trial that runs longer has failed")
    parser.add_argument("--gpus-per-trial", type=int, default=1, metavar="N", help="default: 1, if there are any")
    parser.add_argument("--gpus-to-use", type=_numbers, metavar="I,J,...", help="numbers of the GPUs to use")
    parser.add_argument("--delete-checkpoints", action="store_true", help="delete checkpoints of trials that ended")


def execute(args: Namespace, output: Output) -> int:
    """Runs until a limit is reached, nothing is left to try, or too many trials failed."""
    space = with_max_resource(args, space_from(args.space, args.entries))
    tuner = Tuner(
        trial_backend=_backend(args),
        scheduler=scheduler_from(args, space),
        stop_criterion=required_limits(args, ends_by_itself=space.size() is not None),
        n_workers=1 if args.n_workers is None else args.n_workers,
        max_failures=1 if args.max_failures is None else args.max_failures,
        tuner_name=args.name,
        suffix_tuner_name=not args.exact_name,
    )
    return run_in_foreground(tuner, output)


def _backend(args: Namespace) -> LocalBackend:
    return LocalBackend(
        entry_point=existing_script(args.script),
        delete_checkpoints=args.delete_checkpoints,
        pass_args_as_json=args.pass_args_as_json,
        num_gpus_per_trial=args.gpus_per_trial,
        gpus_to_use=args.gpus_to_use,
        binary=args.binary,
        trial_timeout=args.trial_timeout,
        preload=args.preload,
    )


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not of the form 0,1,...") from None
