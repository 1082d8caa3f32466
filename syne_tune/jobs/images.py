"""Images: containers of this machine, or names that stand for Python environments of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from syne_tune.errors import OptionError, nearest
from syne_tune.jobs.api_error import ApiError, invalid
from syne_tune.jobs.container_engine import ContainerEngine
from syne_tune.jobs.training_job import ACCOUNT

DEFAULT = "default"
"""Name of the image that is the service's own environment."""

_REGISTRY = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/(?P<rest>.+)")


class Images:
    """Finds what runs jobs with an image: an engine for containers, or the interpreter of an environment.

    An environment that was given for an image goes first.

    Args:
        environments: Folder of a virtual environment, or path of an interpreter, by image: repository, or
            repository and tag. ``"default"`` may be replaced, too.

    Raises:
        OptionError: If there is no interpreter at a path.
    """

    def __init__(self, environments: Mapping[str, str] | None = None) -> None:
        given = {DEFAULT: sys.executable, **(environments or {})}
        self._interpreters = {name: _interpreter(name, path) for name, path in given.items()}

    @cached_property
    def _engine(self) -> ContainerEngine | None:
        return ContainerEngine.found()

    def engine(self, image: str) -> str:
        """The program that runs jobs with this image as containers; empty if it is no image of a container here.

        Args:
            image: As in ``AlgorithmSpecification.TrainingImage``.
        """
        _, names = _parsed(image)
        if any(name in self._interpreters for name in names) or self._engine is None:
            return ""
        return self._engine.program if self._engine.has(image) else ""

    def interpreter(self, image: str) -> str:
        """The Python that runs jobs with this image.

        Images in registries of other accounts, that is those AWS publishes, are the default environment unless they
        have been given another one.

        Args:
            image: As in ``AlgorithmSpecification.TrainingImage``.

        Raises:
            ApiError: ``ValidationException`` that names the known images.
        """
        account, names = _parsed(image)
        for name in names:
            if name in self._interpreters:
                return self._interpreters[name]
        if account not in (None, ACCOUNT):
            return self._interpreters[DEFAULT]
        raise _unknown(image, names[-1], self._interpreters)


def _parsed(image: str) -> tuple[str | None, tuple[str, str, str]]:
    """The account whose registry holds an image, if any; and its names: as it is, without registry, without tag."""
    match = _REGISTRY.fullmatch(image)
    name = match["rest"] if match else image
    return match and match["account"], (image, name, re.sub(r"(:[^/:]+|@sha256:.*)$", "", name))


def _unknown(image: str, repository: str, known: Mapping[str, str]) -> ApiError:
    return invalid(
        f"Cannot find repository: {repository} in registry ID: {ACCOUNT} Please check if your ECR repository and image "
        f"exist. (image {image!r}; {nearest(repository, known)}; "
        f"add one with: syne-tune jobs serve --image {repository}=/path/to/environment)"
    )


def _interpreter(name: str, path: str) -> str:
    given = Path(path).expanduser()
    interpreter = given / "bin" / "python" if given.is_dir() else given
    if not os.access(interpreter, os.X_OK):
        raise OptionError(f"image {name!r}: there is no Python at {interpreter}; give the folder of an environment")
    return str(interpreter.absolute())
