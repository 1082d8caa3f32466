"""SageMaker training jobs on this machine: serve, env, exec, list, show, logs, stop."""

from __future__ import annotations

import os
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from syne_tune.cli.output import Output, duration, short, table
from syne_tune.errors import OptionError, nearest
from syne_tune.jobs.faults import Faults
from syne_tune.jobs.http_message import DEFAULT_REGION
from syne_tune.jobs.inspecting import AWS, JobInspector
from syne_tune.jobs.isolation import KINDS, Isolation
from syne_tune.jobs.notebook import run_as_notebook
from syne_tune.jobs.sdk_defaults import write_sdk_defaults
from syne_tune.jobs.server import JobServer
from syne_tune.jobs.service import ServiceOptions
from syne_tune.jobs.serving import ENDPOINT_FILE, environment, serve

DEFAULT_PORT = 5600
DEFAULT_FOLDER = "~/.syne-tune/jobs"


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("action", help=f"one of {', '.join(_ACTIONS)}")
    parser.add_argument(
        "name", nargs="?", help="show, logs, stop: name of the job; list: what names contain; exec: program to run"
    )
    parser.add_argument("arguments", nargs="*", help="exec: arguments of the program; write -- before the program")
    parser.add_argument("--folder", default=DEFAULT_FOLDER, help="where the service keeps everything (%(default)s)")
    parser.add_argument("--isolation", help=f"serve, exec: one of {', '.join(KINDS)}; the best that works by default")
    asking = parser.add_argument_group("env, exec, list, show, logs, stop")
    asking.add_argument("--endpoint", help="address of the service, or 'aws'; AWS_ENDPOINT_URL by default")
    asking.add_argument("--region", default=DEFAULT_REGION, help="env, exec: of the jobs (%(default)s)")
    asking.add_argument("--status", help="list: only jobs of this status")
    asking.add_argument("--follow", action="store_true", help="logs: go on until the job has ended")
    asking.add_argument("--tail", type=int, metavar="LINES", help="logs: only the last lines of those there are")
    serving = parser.add_argument_group("serve")
    serving.add_argument("--port", type=int, default=DEFAULT_PORT, help="loopback port, 0 for any (%(default)s)")
    serving.add_argument(
        "--image", action="append", default=[], metavar="NAME=PATH", help="an image and the Python environment it is"
    )
    serving.add_argument(
        "--stop-grace", type=float, default=120.0, help="seconds from SIGTERM to SIGKILL (%(default)s)"
    )
    serving.add_argument("--keep-folders", action="store_true", help="leave the folders of jobs that have ended")
    serving.add_argument("--keep-jobs", action="store_true", help="leave jobs running when the service ends")
    serving.add_argument(
        "--quota", action="append", default=[], metavar="TYPE=COUNT", help="most instances of a type in use at a time"
    )
    serving.add_argument(
        "--fault", action="append", default=[], metavar="NAME=VALUE", help="what goes wrong, for example start_delay=30"
    )


def execute(args: Namespace, output: Output) -> int:
    """Does what the first argument says."""
    if args.action not in _ACTIONS:
        raise OptionError(f"jobs {args.action!r}: {nearest(args.action, _ACTIONS)}")
    return _ACTIONS[args.action](args, output)


def _serve(args: Namespace, output: Output) -> int:
    quotas = {name: _whole(name, value) for name, value in _pairs("--quota", args.quota).items()}
    faults = {name: _number(name, value) for name, value in _pairs("--fault", args.fault).items()}
    options = ServiceOptions(
        folder=Path(args.folder).expanduser().absolute(),
        images=_pairs("--image", args.image),
        isolation=args.isolation,
        stop_grace=args.stop_grace,
        keep_folders=args.keep_folders,
        faults=Faults().changed({**faults, "quotas": quotas}),
    )

    def ready(server: JobServer, taken_over: list[str]) -> None:
        variables = _variables(args, server.endpoint)
        facts = {"endpoint": server.endpoint, "isolation": server.service.isolation.kind, "taken_over": taken_over}
        adopted = f", went on with {len(taken_over)} jobs" if taken_over else ""
        heading = f"# job service at {server.endpoint}, isolation {facts['isolation']}{adopted}; Ctrl-C ends it"
        output.answer({**facts, "environment": variables}, f"{heading}\n{_exports(variables)}")
        sys.stdout.flush()

    serve(options, args.port, args.keep_jobs, ready)
    return 0


def _env(args: Namespace, output: Output) -> int:
    variables = _variables(args, _endpoint(args))
    output.answer(variables, _exports(variables))
    return 0


def _exec(args: Namespace, output: Output) -> int:  # noqa: ARG001  # the program prints for itself
    if args.name is None:
        raise OptionError("jobs exec: name the program, for example 'syne-tune jobs exec -- python my_script.py'")
    variables = _variables(args, _endpoint(args))
    return run_as_notebook([args.name, *args.arguments], variables, Isolation(args.isolation))


def _variables(args: Namespace, endpoint: str) -> dict[str, str]:
    if endpoint == AWS:
        raise OptionError(f"jobs {args.action}: AWS needs no such variables, only your credentials and a region")
    defaults = write_sdk_defaults(Path(args.folder).expanduser().absolute(), args.region)
    return environment(endpoint, args.region, defaults)


def _exports(variables: Mapping[str, str]) -> str:
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def _list(args: Namespace, output: Output) -> int:
    jobs = _inspector(args).summaries(args.status, args.name)
    rows = [
        (
            job["TrainingJobName"],
            job["TrainingJobStatus"],
            job.get("SecondaryStatus"),
            f"{job['CreationTime']:%Y-%m-%d %H:%M}",
            (job.get("WarmPoolStatus") or {}).get("Status"),
        )
        for job in jobs
    ]
    headings = ("name", "status", "secondary", "created", "warm pool")
    output.answer(_plain(jobs), table(headings, rows) if jobs else "There are no such jobs")
    return 0


def _show(args: Namespace, output: Output) -> int:
    job = _inspector(args).describe(_job_name(args))
    created = job["CreationTime"]
    facts: list[tuple[str, Any]] = [
        ("status", f"{job['TrainingJobStatus']} / {job['SecondaryStatus']}"),
        ("failure", job.get("FailureReason")),
        ("image", job["AlgorithmSpecification"].get("TrainingImage")),
        ("instances", f"{job['ResourceConfig'].get('InstanceCount')} x {job['ResourceConfig'].get('InstanceType')}"),
        ("warm pool", (job.get("WarmPoolStatus") or {}).get("Status")),
        ("model", (job.get("ModelArtifacts") or {}).get("S3ModelArtifacts")),
        *((f"metric {m['MetricName']}", short(m["Value"])) for m in job.get("FinalMetricDataList", [])),
        *((f"hyperparameter {name}", value) for name, value in sorted(job.get("HyperParameters", {}).items())),
    ]
    steps = [
        (step["Status"], duration((step["StartTime"] - created).total_seconds()), step.get("StatusMessage"))
        for step in job["SecondaryStatusTransitions"]
    ]
    output.answer(_plain(job), table((job["TrainingJobName"], ""), facts), table(("step", "after", "message"), steps))
    return 0


def _logs(args: Namespace, output: Output) -> int:
    lines = _inspector(args).log(_job_name(args), args.follow, args.tail)
    if output.as_json:
        output.answer([{"host": host, "message": message} for host, message in lines])
        return 0
    for host, message in lines:
        sys.stdout.write(f"{host} {message}\n")
        sys.stdout.flush()
    return 0


def _stop(args: Namespace, output: Output) -> int:
    name = _job_name(args)
    _inspector(args).stop(name)
    output.answer({"stopping": name}, f"{name} is being stopped")
    return 0


_ACTIONS: Mapping[str, Callable[[Namespace, Output], int]] = {
    "serve": _serve,
    "env": _env,
    "exec": _exec,
    "list": _list,
    "show": _show,
    "logs": _logs,
    "stop": _stop,
}


def _inspector(args: Namespace) -> JobInspector:
    return JobInspector(_endpoint(args))


def _endpoint(args: Namespace) -> str:
    address = Path(args.folder).expanduser() / ENDPOINT_FILE
    written = address.read_text() if address.exists() else None
    endpoint = args.endpoint or os.environ.get("AWS_ENDPOINT_URL") or written
    if endpoint is None:
        raise OptionError(
            "no job service is known: start one with 'syne-tune jobs serve', set AWS_ENDPOINT_URL, or give --endpoint "
            "(its address, or 'aws' for AWS)"
        )
    return str(endpoint)


def _job_name(args: Namespace) -> str:
    if args.name is None:
        raise OptionError(f"jobs {args.action}: name the job; 'syne-tune jobs list' shows which there are")
    return str(args.name)


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    for text in given:
        if "=" not in text.strip("="):
            raise OptionError(f"{option} {text!r}: write it as NAME=VALUE")
    return {name: value for name, _, value in (text.partition("=") for text in given)}


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise OptionError(f"{name}={text!r}: must be a number") from error


def _whole(name: str, text: str) -> int:
    if not text.isdigit():
        raise OptionError(f"{name}={text!r}: must be a whole number >= 0")
    return int(text)


def _plain(value: Any) -> Any:
    """JSON-ready: times as seconds since the epoch."""
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return value.timestamp() if hasattr(value, "timestamp") else value
