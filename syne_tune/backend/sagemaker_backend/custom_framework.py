"""An estimator for your own image with your own script: ``CustomFramework``.

It is a class of version 2 of the ``sagemaker`` package, hence there only if that is installed. Without it, describe the
jobs by a ``ModelTrainer`` of version 3, or by the request itself, see
:func:`~syne_tune.backend.sagemaker_backend.job_template.job_template`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optional import require


def __getattr__(name: str) -> Any:
    if name != "CustomFramework":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _custom_framework()


@cache
def _custom_framework() -> Any:
    try:
        framework = require("sagemaker.estimator", "sagemaker").Framework
    except ImportError as error:
        raise ImportError(
            "CustomFramework needs version 2 of the sagemaker package: pip install 'syne_tune[sagemaker]'. Without it, "
            "pass a ModelTrainer (version 3), or a dictionary with the arguments of boto3's create_training_job"
        ) from error

    class CustomFramework(framework):  # type: ignore[misc, valid-type]
        """Runs a script in an image of your own, which contains the SageMaker training toolkit.

        Args:
            entry_point: Script to run; relative to ``source_dir`` if that is given.
            image_uri: Address of the image.
            source_dir: Folder that is sent along; by default only the script.
            hyperparameters: Arguments of the script.
            **kwargs: More arguments of the estimators of the ``sagemaker`` package: ``role``, ``instance_type``,
                ``instance_count``, ``max_run``, ``sagemaker_session``, ...
        """

        __framework_name__ = "customframework"
        _framework_name = __framework_name__

        def __init__(
            self,
            entry_point: str,
            image_uri: str,
            source_dir: str | None = None,
            hyperparameters: dict[str, Any] | None = None,
            **kwargs: Any,
        ) -> None:
            super().__init__(
                str(entry_point), source_dir=source_dir, hyperparameters=hyperparameters, image_uri=image_uri, **kwargs
            )

        def training_image_uri(self, region: str | None = None) -> str:
            """Address of the image, as given.

            Args:
                region: Not used.
            """
            return str(self.image_uri)

        def create_model(self, **kwargs: Any) -> Any:
            """Not available: tuning needs no models to be served.

            Raises:
                OptionError: Always.
            """
            raise OptionError("CustomFramework has no model to deploy; deploy the model of the best trial yourself")

    return CustomFramework
