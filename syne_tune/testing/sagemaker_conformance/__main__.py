"""Checks the SageMaker backend: against a local job service for nothing, or against AWS for money.

::

    python -m syne_tune.testing.sagemaker_conformance                       # local service, with all faults
    python -m syne_tune.testing.sagemaker_conformance --aws --role ARN      # prints what it would cost, and ends
    python -m syne_tune.testing.sagemaker_conformance --aws --role ARN --yes
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from syne_tune.backend.sagemaker_backend.instance_info import dollars_per_hour
from syne_tune.optional import require
from syne_tune.testing.sagemaker_conformance import suite

NUM_JOBS = 55
"""About how many jobs the suite starts on AWS."""

BILLED_MINUTES_PER_JOB = 2.0
"""About how long each of them is billed: it trains for seconds, and downloads its image before."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line, and runs the suite with pytest.

    Args:
        arguments: Of the command line.

    Returns:
        Exit code: 0 if all tests pass, 2 if it was not told to spend money.
    """
    parser = ArgumentParser(prog="python -m syne_tune.testing.sagemaker_conformance", description=_first_line())
    parser.add_argument("--aws", action="store_true", help="use AWS, with the credentials and region in use")
    parser.add_argument("--yes", action="store_true", help="agree to the estimated cost")
    parser.add_argument("--role", help="ARN of the role of jobs; needed with --aws")
    parser.add_argument("--image", help="image of jobs, with Python and the SageMaker training toolkit")
    parser.add_argument("--instance-type", default="ml.m5.large", help="machine of jobs (default: %(default)s)")
    parser.add_argument("-k", default="", metavar="EXPRESSION", help="only tests whose name matches, as for pytest")
    options = parser.parse_args(arguments)
    target = ""
    if options.aws:
        if not (options.role and options.image):
            parser.error("--aws needs --role and --image")
        print(estimate(options.instance_type))  # noqa: T201
        if not options.yes:
            print("Nothing has been started. Add --yes to go on")  # noqa: T201
            return 2
        names = ("role", "image", "instance_type")
        target = json.dumps({name: getattr(options, name) for name in names})
    os.environ[suite.TARGET] = target
    command = ["-q", "-p", "no:cacheprovider", "-s", "--import-mode=importlib", str(Path(suite.__file__))]
    return int(require("pytest", "dev").main([*command, "-k", options.k] if options.k else command))


def estimate(instance_type: str) -> str:
    """What the suite costs on AWS, as a sentence.

    Args:
        instance_type: Machine of the jobs.
    """
    hours = NUM_JOBS * BILLED_MINUTES_PER_JOB / 60
    price = dollars_per_hour(instance_type)
    cost = "an unknown amount" if price is None else f"about ${hours * price:.2f} at ${price:.3f} an hour"
    return (
        f"About {NUM_JOBS} jobs of {BILLED_MINUTES_PER_JOB:g} billed minutes on {instance_type}: {cost}, "
        "besides less than $0.05 for S3 and logs. Up to three instances are used at a time"
    )


def _first_line() -> str:
    return str(__doc__).partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
