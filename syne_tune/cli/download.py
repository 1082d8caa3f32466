"""Copies experiments from S3, such as those of remote launchers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from syne_tune.cli.output import Output
from syne_tune.experiments.s3_download import download_study


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of a study (experiment_tag), or of an experiment")
    parser.add_argument("--bucket", help="bucket; the default bucket of the account")
    parser.add_argument("--s3-path", help="address in place of s3://BUCKET/syne-tune")
    parser.add_argument("--tuner", action="store_true", help="copy tuner.dill as well; loading that runs code from S3")


def execute(args: Namespace, output: Output) -> int:
    """Copies what has changed."""
    name = args.name.rstrip("/").replace("_", "-")  # as launchers name what they were given
    folders = download_study(name, args.bucket, s3_path=args.s3_path, with_tuner=args.tuner)
    output.answer([str(folder) for folder in folders], "\n".join(map(str, folders)))
    return 0
