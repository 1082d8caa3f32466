"""Where trials run: as processes, as Python functions, as SageMaker jobs, or in this process.

Names are imported when first used, because the process that starts trials imports this package too.
"""

from __future__ import annotations

from syne_tune.on_demand import names_on_demand

TYPE_CHECKING = False  # importing `typing` would cost every training job milliseconds
if TYPE_CHECKING:
    from syne_tune.backend.in_process_backend import InProcessBackend
    from syne_tune.backend.local_backend import LocalBackend
    from syne_tune.backend.python_backend.python_backend import PythonBackend
    from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend

__all__ = ["InProcessBackend", "LocalBackend", "PythonBackend", "SageMakerBackend"]

__getattr__ = names_on_demand(
    __name__,
    {
        f"{__name__}.in_process_backend": "InProcessBackend",
        f"{__name__}.local_backend": "LocalBackend",
        f"{__name__}.python_backend.python_backend": "PythonBackend",
        f"{__name__}.sagemaker_backend.sagemaker_backend": "SageMakerBackend",
    },
)
