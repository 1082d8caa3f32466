"""The one place that says what launchers need from SageMaker, and that this version does not have it yet."""

from __future__ import annotations

from typing import NoReturn

from syne_tune.errors import BackendError


def refuse_without_sagemaker(what: str) -> NoReturn:
    """Ends a launch whose settings are fine, but which needs parts that do not exist yet.

    Args:
        what: What would have been done.

    Raises:
        BackendError: Always.
    """
    raise BackendError(
        f"{what}: the SageMaker backend and the remote launcher are not part of this version. The settings are valid; "
        "the same methods and benchmarks run on this machine with hpo_main_local or hpo_main_simulator"
    )
