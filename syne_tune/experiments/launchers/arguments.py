"""The command line of all launchers as one table, from which parsers, defaults and the forwarding to jobs derive."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.baselines import ORDINAL_KINDS

LOCAL, SIMULATOR, SAGEMAKER = "local", "simulator", "sagemaker"
_ALL = frozenset({LOCAL, SIMULATOR, SAGEMAKER})
_LOCAL_AND_SAGEMAKER = frozenset({LOCAL, SAGEMAKER})

_TRUE = ("yes", "true", "t", "y", "1")
_FALSE = ("no", "false", "f", "n", "0")


def str2bool(text: str) -> bool:
    """Reads a truth value from the command line: yes, true, t, y, 1, or no, false, f, n, 0.

    Raises:
        OptionError: For anything else.
    """
    lowered = text.lower()
    if lowered not in _TRUE + _FALSE:
        raise OptionError(f"{text!r} is not a truth value; write one of {', '.join(_TRUE + _FALSE)}")
    return lowered in _TRUE


def gpu_numbers(words: Sequence[str] | str) -> list[int]:
    """Reads a list of GPUs, as ``4 5 6``, ``4,5,6`` or ``[4, 5, 6]``.

    Raises:
        OptionError: If something in it is not a number.
    """
    text = words if isinstance(words, str) else " ".join(words)
    parts = text.strip("[] ").replace(",", " ").split()
    if not parts or not all(part.isdigit() for part in parts):
        raise OptionError(f"gpus_to_use = {text!r}: write the numbers of GPUs, for example '4 5 6 7'")
    return [int(part) for part in parts]


@dataclass(frozen=True)
class Argument:
    """One argument of the command line.

    Args:
        name: Its name, without ``--``.
        type: From the text to the value.
        default: Value if it is not given.
        help: What it does.
        launchers: Which launchers take it.
        is_forwarded: Whether a remote launcher hands it on to its jobs.
        choices: Legal values; ``None`` for any.
        is_list: Whether it takes several words.
    """

    name: str
    type: Callable[[str], Any]
    default: Any
    help: str
    launchers: frozenset[str] = _ALL
    is_forwarded: bool = True
    choices: tuple[str, ...] | None = None
    is_list: bool = False


ARGUMENTS = (
    Argument("experiment_tag", str, None, "name of the study; letters, digits, '-'. Default: a new name"),
    Argument("num_seeds", int, 1, "seeds are start_seed, ..., num_seeds - 1"),
    Argument("start_seed", int, 0, "first seed"),
    Argument("method", str, None, "the method to run. Default: all, one after the other"),
    Argument(
        "benchmark", str, None, "the benchmark. Default: all for simulations, else resnet_cifar10 if there is one"
    ),
    Argument("benchmark_key", str, None, "group of benchmarks, if they come in groups", frozenset({SIMULATOR})),
    Argument("n_workers", int, None, "number of workers. Default: that of the benchmark"),
    Argument("max_wallclock_time", int, None, "budget of an experiment in seconds. Default: that of the benchmark"),
    Argument("scale_max_wallclock_time", str2bool, False, "1: the default budget grows if n_workers is smaller"),
    Argument("random_seed", int, None, "master seed. Default: that of the earlier call for this study, else drawn"),
    Argument("max_size_data_for_model", int, None, "largest number of observations a Gaussian process is fitted to"),
    Argument("save_tuner", str2bool, False, "1: write tuner.dill"),
    Argument("use_long_tuner_name_prefix", str2bool, True, "0: folders of experiments begin with experiment_tag only"),
    Argument("resume", str2bool, True, "0: run everything again, even what an earlier call has finished"),
    Argument("launched_remotely", str2bool, False, "set by remote launchers", is_forwarded=False),
    Argument(
        "estimator_fit_backoff_wait_time",
        int,
        360,
        "remote: seconds between tries to get an instance; 0: one",
        _ALL,
        False,
    ),
    Argument("verbose", str2bool, False, "1: log what methods do", frozenset({LOCAL, SIMULATOR})),
    Argument("instance_type", str, None, "AWS instance type. Default: that of the benchmark", _LOCAL_AND_SAGEMAKER),
    Argument("delete_checkpoints", str2bool, False, "1: remove checkpoints no longer needed", _LOCAL_AND_SAGEMAKER),
    Argument("remote_tuning_metrics", str2bool, True, "0: jobs do not publish the best metric", _LOCAL_AND_SAGEMAKER),
    Argument("num_gpus_per_trial", int, 1, "number of GPUs of a trial", frozenset({LOCAL})),
    Argument("gpus_to_use", str, None, "only these GPUs, for example: 4 5 6 7", frozenset({LOCAL}), is_list=True),
    Argument("support_checkpointing", str2bool, True, "0: resumed trials start from scratch", frozenset({SIMULATOR})),
    Argument(
        "fcnet_ordinal",
        str,
        "nn-log",
        "encoding of the numeric choices of FCNet",
        frozenset({SIMULATOR}),
        choices=ORDINAL_KINDS,
    ),
    Argument(
        "restrict_configurations", str2bool, False, "1: suggest tabulated configurations only", frozenset({SIMULATOR})
    ),
    Argument(
        "num_processes",
        int,
        None,
        "number of experiments simulated at the same time. Default: number of cores",
        frozenset({SIMULATOR}),
    ),
    Argument("max_failures", int, 3, "number of trials that may fail", frozenset({SAGEMAKER})),
    Argument("warm_pool", str2bool, True, "0: do not keep instances for the next trial", frozenset({SAGEMAKER})),
    Argument(
        "start_jobs_without_delay", str2bool, False, "1: do not wait until an old job is gone", frozenset({SAGEMAKER})
    ),
)
"""Every argument of every launcher."""

ExtraArgs = Sequence[Mapping[str, Any]]
"""Arguments of a user's own: per argument ``name``, and what ``ArgumentParser.add_argument`` takes."""


def arguments_of(launcher: str) -> list[Argument]:
    """The arguments of one launcher."""
    return [argument for argument in ARGUMENTS if launcher in argument.launchers]


class LauncherParser(ArgumentParser):
    """Names the nearest argument when one is unknown."""

    def parse(self, words: Sequence[str] | None = None) -> dict[str, Any]:
        """Values of all arguments by name.

        Args:
            words: The command line; by default that of the process.

        Raises:
            SystemExit: With code 2, if it cannot be understood.
        """
        parsed, unknown = self.parse_known_args(words)
        if unknown:
            name = unknown[0].partition("=")[0]
            names = [option for action in self._actions for option in action.option_strings]
            self.error(f"unknown argument {name}: {nearest(name, names)}")
        return vars(parsed)

    def error(self, message: str) -> NoReturn:
        """Prints what was wrong, and ends with exit code 2."""
        self.exit(2, f"{self.prog}: {message}\n{self.prog} --help explains all arguments\n")


def build_parser(launcher: str, extra_args: ExtraArgs | None = None) -> LauncherParser:
    """The parser of a launcher.

    Args:
        launcher: :data:`LOCAL`, :data:`SIMULATOR` or :data:`SAGEMAKER`.
        extra_args: Arguments of the user's own.

    Raises:
        OptionError: If one of those has no name, or that of another argument.
    """
    parser = LauncherParser(prog=_typed_command(), allow_abbrev=False)
    for argument in arguments_of(launcher):
        kind: dict[str, Any] = {"nargs": "+"} if argument.is_list else {}
        parser.add_argument(
            f"--{argument.name}",
            type=_for_argparse(argument.type),
            default=argument.default,
            choices=argument.choices,
            help=argument.help,
            **kind,
        )
    for extra in extra_args or ():
        options = dict(extra)
        name = extra_name(options)
        options.pop("name")
        parser.add_argument(f"--{name}", **options)
    return parser


def _typed_command() -> str | None:
    """How this program was started, without its arguments: perhaps by a folder or module that stands for the script."""
    words, arguments = sys.orig_argv, sys.argv[1:]
    end = len(words) - len(arguments)
    return shlex.join([Path(words[0]).name, *words[1:end]]) if end > 1 and words[end:] == arguments else None


def _for_argparse(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Keeps the message of our own errors, which argparse would replace by one of its own."""

    def typed(text: str) -> Any:
        try:
            return read(text)
        except OptionError as error:
            raise ArgumentTypeError(str(error)) from None

    typed.__name__ = read.__name__
    return typed


def extra_name(extra: Mapping[str, Any]) -> str:
    """Name of an argument of the user's own.

    Raises:
        OptionError: If it has none, begins with ``-``, or is that of another argument.
    """
    name = extra.get("name")
    if not isinstance(name, str) or not name or name.startswith("-"):
        raise OptionError(f"extra_args: {dict(extra)!r} needs an entry 'name', without leading '-'")
    if any(argument.name == name for argument in ARGUMENTS):
        raise OptionError(f"extra_args: every launcher has an argument {name!r} already; choose another name")
    return name


def forwarded_arguments(launcher: str, values: Mapping[str, Any], extra_names: Iterable[str]) -> dict[str, Any]:
    """What a remote launcher hands on to its jobs.

    Args:
        launcher: Which one.
        values: Values of all arguments by name.
        extra_names: Names of the user's own arguments.

    Returns:
        Values that are not ``None``, truth values as 0 and 1.
    """
    names = [argument.name for argument in arguments_of(launcher) if argument.is_forwarded]
    given = {name: values.get(name) for name in [*names, *extra_names]}
    return {name: int(x) if isinstance(x, bool) else x for name, x in given.items() if x is not None}


def as_words(arguments: Mapping[str, Any]) -> list[str]:
    """Arguments as they are written on a command line.

    Args:
        arguments: Values by name; lists become several words.
    """
    words: list[str] = []
    for name, value in arguments.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        words += [f"--{name}", *map(str, values)]
    return words
