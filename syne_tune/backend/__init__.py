"""Where trials run: as processes, as Python functions, as SageMaker jobs, or in this process.

Names are imported when first used, because the process that starts trials imports this package too.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` would cost every training job milliseconds
if TYPE_CHECKING:
    from typing import Any

    from syne_tune.backend.in_process_backend import InProcessBackend
    from syne_tune.backend.local_backend import LocalBackend
    from syne_tune.backend.python_backend.python_backend import PythonBackend
    from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend

__all__ = ["InProcessBackend", "LocalBackend", "PythonBackend", "SageMakerBackend"]

_HOMES = {
    "InProcessBackend": "syne_tune.backend.in_process_backend",
    "LocalBackend": "syne_tune.backend.local_backend",
    "PythonBackend": "syne_tune.backend.python_backend.python_backend",
    "SageMakerBackend": "syne_tune.backend.sagemaker_backend.sagemaker_backend",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
