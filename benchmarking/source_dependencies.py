"""Folders of this checkout that go along with every job of a remote launcher, besides the one of its program."""

from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[1]

SOURCE_DEPENDENCIES = [str(_REPOSITORY / "benchmarking"), str(_REPOSITORY / "examples")]
